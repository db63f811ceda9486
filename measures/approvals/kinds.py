"""The kinds of requests to the chief, open and decided; a further kind is one entry."""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.timezone import localdate

from agencies.models import User
from lib.marks import Option
from lib.workdays import workdays_between
from measures.access import reader_for, reads_closing_files
from measures.approvals.closing import agree_closing
from measures.approvals.due_dates import agree_due_date
from measures.approvals.page import checks_for, preview_of
from measures.choices import RequestState
from measures.lights.overrides import agree_override
from measures.models import ClosingRequest, DueDateRequest, OverrideRequest, Workday

PER_PAGE = 50
PATIENCE = 5  # working days after which a request has waited too long


class RequestKind(NamedTuple):
    label: str
    model: type[Any]  # a ChiefRequest; mypy cannot infer its manager from the base
    details: str  # the template with the request's details for the decision
    effect: str  # the effect of agreeing
    agree: Callable[..., object]
    # The variables of `details` besides the request.
    gather: Callable[[Any, User], dict[str, object]] = lambda request, reader: {}

    @property
    def name(self) -> str:
        return str(self.model.slug)


def _due_date_details(request: DueDateRequest, reader: User) -> dict[str, object]:
    return {"preview": preview_of(request, on=localdate()) if request.is_open else None}


def _closing_details(request: ClosingRequest, reader: User) -> dict[str, object]:
    return {
        "checks": checks_for(request.measure) if request.is_open else [],
        "files": list(request.files.all()),
        "may_read_files": reads_closing_files(reader_for(reader, on=localdate()), request),
    }


KINDS: dict[str, RequestKind] = {
    kind.name: kind
    for kind in (
        RequestKind(
            label="时限申请",
            model=DueDateRequest,
            details="measures/approvals/_due_date.html",
            effect="同意后新的时限即时生效，预警灯随之重新评定。",
            agree=agree_due_date,
            gather=_due_date_details,
        ),
        RequestKind(
            label="办结申请",
            model=ClosingRequest,
            details="measures/approvals/_closing.html",
            effect="同意后这项措施不再布置填报任务，本期尚未报送的免报。",
            agree=agree_closing,
            gather=_closing_details,
        ),
        RequestKind(
            label="人工认定",
            model=OverrideRequest,
            details="measures/approvals/_override.html",
            effect="同意后预警灯即按认定显示并标明“人工”，到截止日自动失效，也可提前结束。",
            agree=agree_override,
        ),
    )
}


class Waiting(NamedTuple):
    kind: RequestKind
    request: Any
    days: int  # working days it has waited, or did

    @property
    def is_overdue(self) -> bool:
        return self.request.is_open and self.days > PATIENCE


class Settled(NamedTuple):
    page: Page
    kinds: list[Option]
    states: list[Option]


def waiting_for(user: User, *, on: date) -> list[Waiting]:
    """Return all open requests, oldest first; one query per kind, and the calendar."""
    calendar = Workday.objects.as_calendar()
    found = [
        Waiting(kind, row, workdays_between(localdate(row.asked_at), on, calendar))
        for kind in KINDS.values()
        for row in kind.model.objects.visible_to(user, on=on).open().with_people()
    ]
    return sorted(found, key=lambda one: (one.request.asked_at, one.kind.name, one.request.pk))


def settled_for(user: User, *, kind: str, state: str, number: str | None, on: date) -> Settled:
    """Return one page of settled requests; `kind` and `state` filter, unless unknown or empty.

    The number of queries is fixed: counts, the page, and one per kind.
    """
    tally = _tally(user, on=on)
    narrowed = _keys(user, kind=kind, state=state, on=on).order_by("-ended_at", "kind", "-pk")
    # Page only the keys, which one statement can sort over all kinds; then read the rows.
    page = Paginator(narrowed, PER_PAGE).get_page(number)
    page.object_list = _fetched(list(page.object_list), user, on)
    return Settled(page, _kinds(tally, kind, state), _states(tally, kind, state))


def settled_states() -> dict[str, str]:
    ended = (state for state in RequestState if state != RequestState.OPEN)
    return {state.value: str(state.label) for state in ended}


def _keys(user: User, *, kind: str = "", state: str = "", on: date) -> QuerySet:
    """Return RequestKind, id, state and time of settled requests, all kinds in one statement."""
    parts = []
    for name, one in KINDS.items():
        if kind in ("", name):
            rows = one.model.objects.visible_to(user, on=on).settled().order_by()
            rows = rows.filter(state=state) if state else rows
            parts.append(
                rows.annotate(
                    kind=Value(name, output_field=CharField()),
                    ended_at=Coalesce(F("decided_at"), F("asked_at")),
                ).values("kind", "pk", "state", "ended_at")
            )
    return parts[0].union(*parts[1:], all=True)


def _fetched(keys: Iterable[dict[str, Any]], user: User, on: date) -> list[Waiting]:
    keys, calendar = list(keys), Workday.objects.as_calendar()
    rows: dict[tuple[str, int], Any] = {}
    for name, kind in KINDS.items():
        wanted = [key["pk"] for key in keys if key["kind"] == name]
        found = kind.model.objects.with_people().filter(pk__in=wanted)
        rows |= {(name, row.pk): row for row in found}
    return [
        Waiting(
            KINDS[key["kind"]],
            row := rows[key["kind"], key["pk"]],
            workdays_between(localdate(row.asked_at), localdate(key["ended_at"]), calendar),
        )
        for key in keys
    ]


def _tally(user: User, *, on: date) -> Counter[tuple[str, str]]:
    """Return how many were settled, by kind and state; one query per kind."""
    tally: Counter[tuple[str, str]] = Counter()
    for name, kind in KINDS.items():
        rows = kind.model.objects.visible_to(user, on=on).settled().order_by()
        for state, count in rows.values_list("state").annotate(n=Count("pk")):
            tally[name, state] = count
    return tally


def _kinds(tally: Counter[tuple[str, str]], chosen: str, state: str) -> list[Option]:
    counts: Counter[str] = Counter()
    for (name, found), count in tally.items():
        counts[name] += count if state in ("", found) else 0
    labels = {name: kind.label for name, kind in KINDS.items()}
    return _offered(labels, counts, chosen)


def _states(tally: Counter[tuple[str, str]], kind: str, chosen: str) -> list[Option]:
    counts: Counter[str] = Counter()
    for (name, state), count in tally.items():
        counts[state] += count if kind in ("", name) else 0
    return _offered(settled_states(), counts, chosen)


def _offered(labels: dict[str, str], counts: Counter[str], chosen: str) -> list[Option]:
    return [Option(key, f"{word}（{counts[key]}）", key == chosen) for key, word in labels.items()]
