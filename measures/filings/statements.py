"""The frequent queries of 本期应报 and of saving, as prepared statements."""

from collections.abc import Sequence
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    RowRange,
    Subquery,
    Value,
    Window,
)
from django.db.models.functions import JSONObject

from lib.arrays import among, each_of
from lib.prepared import Prepared, PreparedObjects, prepared
from measures.models import Evidence, Filing, KeptFile, Milestone, Note, Period
from measures.models.arrival import missing_q
from measures.models.filing import SETTLED
from measures.models.measure import NAME_FACTS
from measures.models.note import NoteQuerySet

UNFILED = (
    "pk",
    "measure_id",
    *NAME_FACTS.values(),
    "agency_name",
    "period_id",
    "period__label",
    "period__notice__number",
    "due_on",
)
OTHERS_MOST = 5  # most periods of other notices
UP_TO_HERE = RowRange(end=0)  # the rows so far, so that a count of them is a place
# Not submitted. Settled ones are never missing: said once more, so that their index is used.
MISSING = missing_q() & ~SETTLED & Q(written_off_at__isnull=True)
MILESTONE = ("measure_id", "agency_id", "title", "due_on")
_MEASURE = ("ordinal", "title", "working_title", "nature", "stage")
_FILE = ("note_id", "name", "kind", "size", "sha256", "uploaded_by_id")
_ACCEPTED: dict[str, Sequence[str]] = {"period": (), "accepted_note": ()}
_PEOPLE = {
    "author": ("name",),
    "submitted_by": ("name",),
    "review": ("note_id", "decision", "comment", "decided_at", "decided_by_id"),
    "review__decided_by": ("name",),
}
_WHETHER_BEGUN = {"author": ("name",), "review": ("note_id",)}


@lru_cache(maxsize=20)  # a few for each day
def opened_periods(agencies: int, on: date) -> PreparedObjects:
    """Return the statement for a notice's opened periods, newest first, and a few of other notices.

    The latter are the open ones due first in which the agencies file. Each has its notice's main
    kind, what the agencies owe in it (elsewhere.Owed), the measures of theirs that it skips, and
    the number of all open periods with missing filings.
    """
    own = Filing.objects.owed_by(_stand_ins(agencies, 1))
    here = own.filter(period=OuterRef("pk"))
    others = Period.objects.open().exclude(notice=-1).filter(notice__archived_at__isnull=True)
    first = others.filter(Exists(here)).order_by("due_on", "pk").values("pk")[:OTHERS_MOST]
    # A single set of keys: with an OR PostgreSQL would read every period.
    keys = Period.objects.opened().filter(notice=-1).values("pk").union(first, all=True)
    owed = JSONObject(
        cards=Count("pk"),
        missing=Count("pk", filter=MISSING),
        late=Count("pk", filter=MISSING & Q(due_on__lt=on)),
    )
    missing = own.filter(MISSING, period__in=Period.objects.open()).order_by()
    counts: dict[str, Any] = {
        "owed_found": ArraySubquery(here.order_by().values("period").values(owed=owed)),
        "missing_periods": Subquery(
            missing.values(one=Value(1)).values(n=Count("period", distinct=True))
        ),
    }
    rows = Period.objects.filter(pk__in=keys).with_main_kind().annotate(**counts)
    return PreparedObjects(
        rows.with_skipped(*_stand_ins(agencies, 1)).newest_first(),
        *_keys(1 + agencies),
        related={"notice": ("number",)},
        added=["main_kind", "owed_found", "missing_periods", "skipped_found"],
    )


@cache
def owed_in_periods(periods: int, agencies: int) -> PreparedObjects:
    """Return the statement for the filings that some agencies owe in some periods."""
    rows = Filing.objects.filter(period__in=_stand_ins(periods))
    rows = rows.owed_by(_stand_ins(agencies, periods))
    added = ("is_counted", "is_contested", "coordination_found")
    return PreparedObjects(
        rows.with_counted().with_contested().with_coordination(),
        *_keys(periods + agencies),
        related={"measure": _MEASURE},
        added=added,
    )


@cache
def versions_in_periods(periods: int, agencies: int, *, in_hand: bool) -> PreparedObjects:
    """Return the statement for their versions, newest first; `in_hand`: only the current ones."""
    own: Any = Note.objects.filter(filing__period__in=_stand_ins(periods))
    own = own.filter(filing__agency__in=_stand_ins(agencies, periods))
    rows = own.in_hand() if in_hand else own.order_by("-version")
    related = _WHETHER_BEGUN if in_hand else _PEOPLE
    return PreparedObjects(rows, *_keys(periods + agencies), related=related)


@cache
def files_in_periods(periods: int, agencies: int) -> PreparedObjects:
    """Return the statement for the files of these versions."""
    rows = Evidence.objects.filter(note__filing__period__in=_stand_ins(periods))
    rows = rows.filter(note__filing__agency__in=_stand_ins(agencies, periods))
    related = {"uploaded_by": ("name",)}
    return PreparedObjects(rows, *_keys(periods + agencies), only=_FILE, related=related)


@cache
def versions_of() -> PreparedObjects:
    """Return the statement for a filing's versions with figures, people, reviews; newest first."""
    rows = Note.objects.filter(filing=-1).order_by("-version").with_figures()
    people = ("author", "submitted_by", "approved_by", "review__begun_by", "review__decided_by")
    related: dict[str, Sequence[str]] = {"review": ()} | dict.fromkeys(people, ("name",))
    return PreparedObjects(rows, "bigint", related=related, added=["figures_found"])


@lru_cache(maxsize=20)
def files_behind(notes: int) -> PreparedObjects:
    """Return the statement for the files of a number of versions."""
    rows = Evidence.objects.filter(note__in=_stand_ins(notes)).order_by("pk")
    return PreparedObjects(rows, *_keys(notes))


@cache
def accepted_before(periods: int, agencies: int) -> PreparedObjects:
    """Return the statement for the last accepted filings before a period of the same kind.

    One for each measure and agency. Parameters: the periods, each of another notice, their notices,
    the agencies.
    """
    before = Q()
    for place in _stand_ins(periods):
        period = Period.objects.filter(pk=place)
        since, kind = (Subquery(period.values(name)) for name in ("covers_from", "kind"))
        before |= Q(period__covers_from__lt=since) & Q(
            period__kind=kind, period__notice=place - periods
        )
    rows = (
        Filing.objects.owed_by(_stand_ins(agencies, 2 * periods))
        .filter(before, accepted_note__isnull=False)
        .order_by("measure_id", "agency_id", "-period__covers_from")
        .distinct("measure_id", "agency_id")
    )
    keys = _keys(2 * periods + agencies)
    return PreparedObjects(rows, *keys, related=_ACCEPTED)


@cache
def newest_and_accepted() -> PreparedObjects:
    """Return the statement for a filing's current version, and for accepted_before() its period.

    Parameters: the filing, its measure, agency and period.
    """
    period = Period.objects.filter(pk=-4)
    kind, notice, begins = (
        Subquery(period.values(name)) for name in ("kind", "notice", "covers_from")
    )
    before = Filing.objects.filter(measure=-2, agency=-3, accepted_note__isnull=False)
    before = before.filter(period__kind=kind, period__notice=notice, period__covers_from__lt=begins)
    last = before.order_by("-period__covers_from").values("accepted_note")[:1]
    newest = _newest().values("pk")
    rows = Note.objects.filter(Q(pk=Subquery(newest)) | Q(pk=Subquery(last)))
    return PreparedObjects(rows, *_keys(4), related={"filing": (), "filing__period": ()})


@lru_cache(maxsize=20)  # a few for each day
def late_milestones(periods: int, agencies: int, on: date) -> Prepared:
    """Return the statement for agencies' overdue milestones of measures filed in some periods."""
    own = _stand_ins(agencies, periods)
    measures = Filing.objects.filter(period__in=_stand_ins(periods)).owed_by(own).values("measure")
    rows = Milestone.objects.overdue(on=on).filter(measure__in=measures, agency__in=own)
    rows = rows.order_by("due_on", "pk")
    return prepared(rows.values_list(*MILESTONE), *_keys(periods + agencies))


@lru_cache(maxsize=20)  # a few for each day
def unfiled_elsewhere(agencies: int, on: date) -> Prepared:
    """Return the statement for missing filings of some agencies in closed periods.

    Only the first past due, and the first not due yet. Parameters: periods whose filings not due
    yet are shown anyway, how many of each kind, agencies.
    """
    is_late = ExpressionWrapper(Q(due_on__lt=on), BooleanField())
    order = ("due_on", "measure__ordinal", "agency__order")
    # By indexes alone, before other columns are read.
    own = Filing.objects.filter(MISSING).owed_by(_stand_ins(agencies, 2))
    own = own.filter(Q(due_on__lt=on) | ~Q(period__in=among(-1)))
    own = own.exclude(period__in=Period.objects.open())
    rows = (
        Filing.objects.filter(pk__in=each_of(ArraySubquery(own.order_by().values("pk"))))
        .filter(period__notice__archived_at__isnull=True)
        .annotate(
            total=Window(Count("*"), partition_by=is_late),
            place=Window(Count("*"), partition_by=is_late, order_by=order, frame=UP_TO_HERE),
        )
        .filter(place__lte=-2)
        .order_by(*order)
    )
    return prepared(rows.values_list("total", *UNFILED), "bigint[]", *_keys(1 + agencies))


@cache
def files_kept_for() -> PreparedObjects:
    """Return the statement for a person's kept files."""
    return PreparedObjects(KeptFile.objects.filter(uploaded_by=-1), "bigint")


@cache
def one_owed(agencies: int) -> PreparedObjects:
    """Return the statement for a filing of some agencies, with its measure and period."""
    rows = Filing.objects.filter(pk=-1).owed_by(_stand_ins(agencies, 1)).with_counted()
    related = {"measure": _MEASURE, "period": ()}
    return PreparedObjects(rows, *_keys(1 + agencies), related=related, added=["is_counted"])


@lru_cache(maxsize=50)
def lock(filings: int) -> Prepared:
    """Return the statement that locks filings in the order of their ids, and returns the ids."""
    rows = Filing.objects.select_for_update(no_key=True).filter(pk__in=_stand_ins(filings))
    return prepared(rows.order_by("pk").values_list("pk"), *_keys(filings))


@lru_cache(maxsize=50)
def locked(filings: int) -> PreparedObjects:
    """Return the statement for the same filings with everything that an action needs."""
    rows = Filing.objects.filter(pk__in=_stand_ins(filings)).order_by("pk").with_counted()
    related: dict[str, Sequence[str]] = {"measure": (), "agency": (), "period": ()}
    related["period__notice"] = ("number", "archived_at")  # for Notice.demand_open()
    return PreparedObjects(rows, *_keys(filings), related=related, added=["is_counted"])


@cache
def newest_version() -> PreparedObjects:
    """Return the statement for a filing's current version, with its review."""
    return PreparedObjects(_newest(), "bigint", related={"review": (), "review__begun_by": ()})


@cache
def states_beside() -> Prepared:
    """Return the statement for the states of an agency's filings in a period except one.

    Parameters: agency, period, filing.
    """
    rows = Filing.objects.filter(agency=-1, period=-2).exclude(pk=-3).order_by()
    return prepared(rows.values_list("state").distinct(), *_keys(3))


def _newest() -> NoteQuerySet:
    return Note.objects.filter(filing=-1).kept().order_by("-version")[:1]


def _stand_ins(number: int, after: int = 0) -> range:
    """Return placeholders for `number` ids among a statement's parameters, after `after` others."""
    return range(-1 - after, -1 - after - number, -1)


def _keys(number: int) -> list[str]:
    return ["bigint"] * number
