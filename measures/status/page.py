"""The content of the page on which a measure's status is updated."""

from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from lib.prepared import PreparedObjects
from measures.choices import CLAIMABLE_STAGES, ResponsibilityRole, Stage
from measures.models import Filing, Measure, Milestone, Note, Period, StatusUpdate
from measures.models.period import PeriodQuerySet
from measures.rules.light import expected_by
from measures.rules.suggestion import Claim, Suggestion, suggestion_of

PERIODS = 2  # notes of the current and the last period are offered as basis


class StatusDesk(NamedTuple):
    measure: Measure
    newest: StatusUpdate | None
    filings: tuple[Filing, ...]  # with an accepted note, newest period first, the lead's first
    suggestion: Suggestion
    preselected: tuple[int, ...]  # notes ticked at first
    period: Period | None  # of the note under review, else the current one

    @property
    def seen(self) -> int:
        return self.newest.pk if self.newest else 0

    @property
    def suggestion_words(self) -> str:
        """The suggestion: 推进中 60%; without a new claim 保持现状（推进中 60%）."""
        stage, percent = Stage(self.suggestion.stage), self.suggestion.percent
        is_counted = self.measure.is_dated and percent is not None
        words = f"{stage.label} {percent}%" if is_counted else str(stage.label)
        return f"保持现状（{words}）" if self.suggestion.is_as_before else words

    @property
    def stage_before_suspension(self) -> str:
        """The stage with which a suspended measure resumes."""
        before = self.newest.stage_before if self.newest else ""
        return before if before in CLAIMABLE_STAGES else Stage.UNDER_WAY


def status_desk(measure: Measure, *, on: date, in_hand: Note | None = None) -> StatusDesk:
    """Return the page's content; three queries. `in_hand`: the note under review."""
    newest = next(iter(_newest().rows([measure.pk])), None)
    periods = [in_hand.filing.period] if in_hand else list(_latest(measure.notice_id))
    filings = _accepted().rows([measure.pk, measure.notice_id])
    for one in filings:
        one.measure = measure
    if newest is not None:
        newest.measure = measure
    used = set(newest.note_ids) if newest else set()
    lead = next((f for f in filings if f.role == ResponsibilityRole.LEAD), None)
    note, filing = (lead.accepted_note, lead) if lead else (None, None)
    if in_hand is not None and in_hand.filing.role == ResponsibilityRole.LEAD:
        note, filing = in_hand, in_hand.filing
    claim = _claim(note, filing, used) if note and filing else None
    expected, has_plan = _expected(measure, on)
    return StatusDesk(
        measure=measure,
        newest=newest,
        filings=tuple(filings),
        suggestion=suggestion_of(
            stage=measure.stage,
            percent=measure.percent,
            claim=claim,
            expected=expected,
            has_plan=has_plan,
        ),
        period=next(iter([p for p in periods if p.is_open] or periods), None),
        preselected=(note.pk,) if note and claim and not claim.is_used else (),
    )


def _latest(notice: int) -> PeriodQuerySet:
    return Period.objects.opened().main().filter(notice=notice).newest_first()[:PERIODS]


@cache
def _newest() -> PreparedObjects:
    updates = StatusUpdate.objects.filter(measure=-1).with_note_ids()
    return PreparedObjects(updates[:1], "bigint", related={"by": ()}, added=["note_ids"])


@cache
def _accepted() -> PreparedObjects:
    """Return filings with an accepted note, prepared; parameters: the measure and its notice."""
    rows = Filing.objects.filter(measure=-1, accepted_note__isnull=False)
    rows = rows.filter(period__in=_latest(-2).values("pk"))
    ordered = rows.order_by("-period__covers_from", "role", "agency__order")
    related = {"period": (), "accepted_note": ()}
    return PreparedObjects(ordered, "bigint", "bigint", related=related)


def _claim(note: Note, filing: Filing, used: set[int]) -> Claim:
    return Claim(
        agency=filing.agency_name,
        period=filing.period.slice_label,
        stage=Stage(note.claimed_stage),
        percent=note.claimed_percent if filing.measure.is_dated else None,
        is_used=note.pk in used,
    )


def _expected(measure: Measure, on: date) -> tuple[Decimal | None, bool]:
    """Return the percent a dated measure should have, and whether it is from milestones."""
    if measure.due_on is None:
        return None, False
    plan = Milestone.objects.plans_of([measure]).get(measure.pk, ())
    return expected_by(plan, measure.starts_on, measure.due_on, on=on), bool(plan)
