"""名单: the list of a period's filings; each number of 措施与单位 links to it with a filter."""

from collections import Counter
from functools import partial
from typing import NamedTuple

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.timezone import localdate, now

from agencies.accounts.contacts import look_up_liaisons
from agencies.guards import SAFE, allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.chasing.page import chases_of
from measures.choices import OpenWork
from reports.choices import DueIn, FilingPart, Timeliness
from reports.filing_status.choices import orders_of, phones_url, sorted_as, wants_phones
from reports.filing_status.data import AgencyLine, FilingLine, agency_lines
from reports.filing_status.head import LIST, OWED_WORD, head_of, is_in_part
from reports.period.choosing import Chip, address, period_options, shown_or_404, word
from reports.period.measures import page_of_list

WORDS = ("part", "show", "due", "agency", "left")


class FilingFilter(NamedTuple):
    """A filter of filings from the query string; an empty field matches all."""

    part: str = ""  # a FilingPart, or OWED_WORD
    show: str = ""  # a Timeliness
    due: str = ""  # a DueIn
    agency: str = ""
    left: str = ""  # an OpenWork

    def holds(self, line: FilingLine) -> bool:
        return (
            is_in_part(line, self.part)
            and self.show in ("", line.timeliness)
            and self.due in ("", line.due_in)
            and self.agency in ("", str(line.agency_id))
            and self.left in ("", line.left)
        )


@allowed_to(Perm.READ, methods=SAFE)
def filing_status(request: UserRequest) -> HttpResponse:
    """The page of filings; ?part=, ?show=, ?due=, ?agency= and ?left= filter them."""
    shown, on = shown_or_404(request), localdate()
    agencies = agency_lines(shown, on=on)
    lines = [line for agency in agencies for line in agency.lines]
    wanted = FilingFilter(*(word(request.GET, name) for name in WORDS))
    found = sorted_as(request.GET, [line for line in lines if wanted.holds(line)], _lateness)
    page, in_full = page_of_list(found, request.GET, measures=len(found)), wants_phones(request)
    owing = {line.agency_id for line in page}
    look_up = partial(look_up_liaisons, by=request.user, at=now(), on=on)
    contacts = look_up(owing) if in_full else {}
    may_chase = request.user.can(Perm.CHASE)
    chases = chases_of([line.filing_id for line in page]) if may_chase else {}
    context = {
        "may_chase": may_chase,
        "late": [line.filing_id for line in page if may_chase and line.is_late_open],
        "head": head_of(shown, Counter(line.counted for line in lines), request.GET, LIST),
        "shown": shown,
        "on": on,
        "periods": period_options(shown, request.GET),
        "orders": orders_of(request.GET),
        "lines": lines,
        "listed": found,
        "page": page,
        "in_full": in_full,
        "rows": [
            (line, contacts.get(line.agency_id, []), chases.get(line.filing_id)) for line in page
        ],
        "phones_url": phones_url(request),
        "chips": _chips(wanted, agencies, request.GET),
        "whole_url": address(request.GET),
        "kept": {name: value for name, value in wanted._asdict().items() if value},
    }
    return render(request, "reports/filing_status/page.html", context)


def _lateness(line: FilingLine) -> tuple[int, int]:
    is_behind = line.timeliness in (Timeliness.LATE, Timeliness.MISSING)
    return int(is_behind), line.late_days


def _chips(wanted: FilingFilter, agencies: tuple[AgencyLine, ...], query: QueryDict) -> list[Chip]:
    """The active filters, each with the address without it."""
    names = {str(one.agency_id): one.name for one in agencies}
    parts = {part.value: str(part.label) for part in FilingPart} | {OWED_WORD: "应报"}
    times = {one.value: f"报送时间：{one.label}" for one in Timeliness}
    left = {work.value: f"未办结：{work.label}" for work in OpenWork}
    due = dict(DueIn.choices)
    known = {"part": parts, "show": times, "due": due, "agency": names, "left": left}
    held = {name: value for name, value in wanted._asdict().items() if value}
    return [
        Chip(
            known[name].get(value, "没有这样的条件"),
            address(query, **{key: other for key, other in held.items() if key != name}),
        )
        for name, value in held.items()
    ]
