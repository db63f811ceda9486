"""措施与单位 by agency: who has what to do and how it files; and one agency with its record."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from django.db.models import TextChoices
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate, now

from agencies.accounts.contacts import contact_of, record_look
from agencies.guards import SAFE, allowed_to
from agencies.models import Agency
from agencies.permissions import Perm
from lib.charts.bars import Bars, StackedPart, bars
from lib.http import UserRequest
from measures.chasing.page import times_chased
from measures.choices import Light, ResponsibilityRole
from measures.models import CoordinationItem, Period
from measures.models.coordination import brief_items, briefs_of
from measures.models.public_status import PublicStatus
from reports.agency_records.data import (
    AgencyRow,
    DutyFilter,
    Record,
    agency_data,
    agency_rows,
)
from reports.choices import FilingPart, Timeliness
from reports.filing_status.choices import orders_of, phones_url, sorted_as, wants_phones
from reports.filing_status.data import FilingStatus, Past
from reports.filing_status.head import (
    BY_AGENCY,
    OWED_WORD,
    ListedCount,
    head_of,
    list_url,
    part_count,
    parts_of,
)
from reports.period.choosing import (
    Chip,
    address,
    period_options,
    shown_or_404,
    word,
)
from reports.period.measures import page_of_list

CHOICES: dict[str, type[TextChoices]] = {"role": ResponsibilityRole, "light": Light}
# In ink and greys: green, yellow and the shapes of the lights are the lights' own.
PARTS = [
    StackedPart("in_time", "按时", "plain", "✓"),
    StackedPart("late", "迟报", "grey", "↓"),
    StackedPart("missing", "未报", "red", "!"),
    StackedPart("awaited", "待报（未到截止日）", "blue", "…"),
]


class Before(NamedTuple):
    """How an agency did in an earlier period; None where it owed nothing."""

    period: Period
    past: Past | None


class AgencyCounts(NamedTuple):
    """One agency with its duties, its part of what is owed, and its past."""

    row: AgencyRow
    owed: ListedCount
    parts: list[ListedCount]
    waived: ListedCount
    late: ListedCount
    past: list[Before]


@allowed_to(Perm.READ, methods=SAFE)
def agencies(request: UserRequest) -> HttpResponse:
    shown, on, query = shown_or_404(request), localdate(), request.GET
    data = agency_rows(shown, on=on)
    rows = sorted_as(query, data.rows, lambda row: row.lateness)
    counted = Counter(line.counted for line in data.status.lines)
    context = {
        "head": head_of(shown, counted, query, BY_AGENCY),
        "rows": [_counts(row, data.status, query) for row in rows],
        "past_periods": data.status.periods,
        "statuses": _statuses(data.status),
        "orders": orders_of(query),
        "shown": shown,
        "periods": period_options(shown, query),
        "on": on,
    }
    return render(request, "reports/agency_records/list.html", context)


def _counts(row: AgencyRow, status: FilingStatus, query: QueryDict) -> AgencyCounts:
    key = {"agency": str(row.agency.pk)}
    counts = row.line.cut.counts if row.line else dict.fromkeys(FilingPart, 0)
    owed, late = (row.line.cut.owed, row.line.late) if row.line else (0, 0)
    return AgencyCounts(
        row=row,
        owed=ListedCount("应报", owed, list_url(query, part=OWED_WORD, **key)),
        parts=parts_of(counts, query, **key),
        waived=part_count(FilingPart.WAIVED, counts, query, **key),
        late=ListedCount("迟报", late, list_url(query, show=Timeliness.LATE.value, **key)),
        past=[Before(p, status.history.get((row.agency.pk, p.pk))) for p in status.periods],
    )


def _statuses(status: FilingStatus) -> list[PublicStatus]:
    """Those that any filing of the period has, for the legend."""
    used = {line.status for line in status.lines}
    return [one for one in PublicStatus if one in used]


@allowed_to(Perm.READ, methods=SAFE)
def agency(request: UserRequest, pk: int) -> HttpResponse:
    items = CoordinationItem.objects.visible_to(request.user).of_agencies([pk]).open()
    told = {"asked_found": brief_items(items), "chased": times_chased(pk)}
    found = get_object_or_404(Agency.objects.annotate(**told), pk=pk)
    shown, on = shown_or_404(request), localdate()
    data, wanted = agency_data(found, shown, on=on), _wanted(request.GET)
    duties = data.duties_of(wanted)
    if in_full := wants_phones(request):
        looked_at = [contact_of(member) for member in data.people]
        record_look(looked_at, by=request.user, at=now(), of=found)
    may_chase = request.user.can(Perm.CHASE)
    context = {
        "data": data,
        "items": briefs_of(found.asked_found),  # type: ignore[attr-defined]
        "records": [_record(record, found) for record in data.records],
        "chart": record_chart(data.records),
        "duties": page_of_list(duties, request.GET, measures=len(duties)),
        "in_full": in_full,
        "phones_url": phones_url(request),
        "chips": _chips(request.GET, wanted),
        "shown": shown,
        "periods": period_options(shown, request.GET),
        "on": on,
        "may_chase": may_chase,
        "chased": found.chased if may_chase else 0,  # type: ignore[attr-defined]
    }
    return render(request, "reports/agency_records/page.html", context)


class RecordCounts(NamedTuple):
    """One period of an agency's record, each number with its list."""

    record: Record
    owed: ListedCount
    parts: list[ListedCount]
    waived: ListedCount


def _record(record: Record, agency: Agency) -> RecordCounts:
    query = QueryDict(f"period={record.period.pk}")
    key, cut = {"agency": str(agency.pk)}, record.line.cut
    return RecordCounts(
        record,
        ListedCount("应报", cut.owed, list_url(query, part=OWED_WORD, **key)),
        parts_of(cut.counts, query, **key),
        part_count(FilingPart.WAIVED, cut.counts, query, **key),
    )


def _wanted(query: QueryDict) -> DutyFilter:
    found = {name: word(query, name) for name in CHOICES}
    return DutyFilter(**{name: v for name, v in found.items() if v in CHOICES[name].values})


def _chips(query: QueryDict, wanted: DutyFilter) -> list[Chip]:
    held = {name: value for name, value in wanted._asdict().items() if value}
    return [
        Chip(
            str(CHOICES[name](value).label),
            address(query, **{key: other for key, other in held.items() if key != name}),
        )
        for name, value in held.items()
    ]


def record_chart(records: Iterable[Record]) -> Bars:
    """A bar a period: in time, late, missing, not due yet; the waived count nowhere."""
    return bars(
        [
            (record.period.label, {str(t): n for t, n in record.line.counts.items()}, PARTS)
            for record in records
            if record.line.owed
        ]
    )
