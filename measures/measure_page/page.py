"""A measure's page with its folds closed, and its head, as one person may read it."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from agencies.permissions import Perm
from measures.approvals.page import Requests
from measures.choices import InstructionState, Light, ResponsibilityRole, Stage
from measures.indicators.charts import Charted, charted
from measures.instructions.page import InstructionLine
from measures.lights.current import fact_url, url_of, verdicts_for
from measures.lights.history import LightHistory, light_history_of
from measures.measure_page.filings import MeasureFilingRow
from measures.measure_page.folds import Fold, folds_of
from measures.measure_page.parties import (
    FilingCut,
    FormerParty,
    ResponsibleParty,
    cut_of,
    former_of,
    parties_of,
)
from measures.measure_page.rows import MeasureRows
from measures.models import (
    AlternateFiling,
    Gap,
    Measure,
    Milestone,
    NoticeChange,
    Objection,
    Period,
)
from measures.rules.facts import Finding, Verdict, days_since
from measures.rules.instructions import OPEN
from measures.rules.light import expected_by, lag_of
from measures.rules.periods import current_period
from measures.rules.plan import plan_of
from measures.rules.remedies import Remedy, remedies_of


class Condition(NamedTuple):
    """One condition that the rule found, and the URL of its fact."""

    finding: Finding
    url: str


class ComingDay(NamedTuple):
    on: date
    words: str
    days: int  # until then; 0 is today


class DateGap(NamedTuple):
    """How far a measure is behind the progress expected by one date."""

    name: str
    due_on: date
    expected: Decimal  # percent, one decimal
    gap: Decimal  # percentage points, one decimal; 0: in time


class MeasureHead(NamedTuple):
    verdict: Verdict
    url: str
    conditions: list[Condition]  # of the rule: all but the deciding one
    days: int  # of the deciding fact, today included
    remedies: list[Remedy]
    coming: ComingDay | None
    gaps: list[DateGap]  # by the date in force and, if it was put back, by the first one
    instruction: InstructionLine | None  # the newest open one


def head_of(
    measure: Measure,
    verdict: Verdict,
    *,
    filings: Sequence[MeasureFilingRow],
    period: Period | None,
    milestones: Sequence[Milestone],
    original: date | None,
    instructions: Sequence[InstructionLine],
    on: date,
) -> MeasureHead:
    """Return the head. `filings`: those of the main kind, newest period first."""
    told = verdict.findings if verdict.computed else verdict.findings[1:]
    since = verdict.since or on
    waiting = [one for one in instructions if one.state in OPEN]
    waiting.sort(key=lambda one: one.state != InstructionState.OVERDUE)
    return MeasureHead(
        verdict=verdict,
        url=url_of(measure.pk, verdict),
        conditions=[_condition(measure, finding) for finding in told],
        days=days_since(since, on=on),
        remedies=remedies_of(verdict.findings, calm=calm_of(filings, on=on)),
        coming=_coming(measure, verdict, period, milestones, waiting, on),
        gaps=_gaps(measure, milestones, original, on),
        instruction=next(iter(waiting), None),
    )


def calm_of(filings: Iterable[MeasureFilingRow], *, on: date) -> Light:
    """Return the light without any problem, by the lead's newest due filing (rules.light)."""
    for filing in filings:
        is_given_up = not filing.is_owed or filing.written_off_at is not None
        is_ahead = not filing.is_in and filing.due_on >= on
        if filing.role != ResponsibilityRole.LEAD or not filing.period.is_due(on=on):
            continue
        if not (is_given_up or is_ahead):
            return Light.GREEN if filing.accepted_note_id is not None else Light.WAITING
    return Light.WAITING


def _condition(measure: Measure, finding: Finding) -> Condition:
    url = fact_url(measure.pk, filing_id=finding.filing_id, cause=finding.cause)
    return Condition(finding, url)


def _coming(
    measure: Measure,
    verdict: Verdict,
    period: Period | None,
    milestones: Iterable[Milestone],
    instructions: Iterable[InstructionLine],
    on: date,
) -> ComingDay | None:
    """Return the first of the coming days; for the same day, the first in this order."""
    days: list[tuple[date | None, str]] = []
    if measure.completed_on is None:
        days.append((measure.due_on, "完成时限"))
        days += [(one.due_on, f"节点“{one.title}”") for one in milestones if not one.is_done]
        if period is not None and period.is_open:
            days.append((period.due_on, f"{period.slice_label}报送截止"))
            days.append((period.closes_on, f"{period.slice_label}关闭"))
    days.append((verdict.until, "人工认定到期"))
    days += [(one.due_on, "批示办理期限") for one in instructions]
    ahead = [(day, words) for day, words in days if day is not None and day >= on]
    if not ahead:
        return None
    day, words = min(ahead, key=lambda one: one[0])
    return ComingDay(day, words, (day - on).days)


def _gaps(
    measure: Measure, milestones: Iterable[Milestone], original: date | None, on: date
) -> list[DateGap]:
    now = measure.due_on
    if now is None or original is None or original >= now or measure.completed_on is not None:
        return []
    plan = plan_of((one.due_on, one.planned_percent) for one in milestones)
    found = []
    for name, due_on in (("现行时限", now), ("原时限", original)):
        expected = expected_by(plan, measure.starts_on, due_on, on=on)
        gap = lag_of(measure.percent, expected)
        tenth = Decimal("0.1")
        found.append(DateGap(name, due_on, expected.quantize(tenth), gap.quantize(tenth)))
    return found


class MeasurePage(NamedTuple):
    head: MeasureHead
    light: LightHistory
    period: Period | None
    parties: list[ResponsibleParty]
    former: list[FormerParty]  # with a filing of the period, but no longer responsible
    is_ended: bool  # a later document ended it
    cut: FilingCut
    objections: list[Objection]  # open ones that the reader may see
    may_object: bool
    requests: Requests  # dates and closing
    indicators: list[Charted]
    instructions: list[InstructionLine]  # those that the reader may see
    may_instruct: bool
    folds: list[Fold]
    filled_gaps: list[Gap]  # parts missing in the notice that are filled now
    agencies_gap: Gap | None  # the notice's list of agencies is lost, or names only some
    revisions: list[NoticeChange]  # by later documents, newest first
    alternate: AlternateFiling | None  # 隔期填报, if it is confirmed
    skipped_in: Period | None  # the newest period, if it skips the measure
    may_alternate: bool  # it is proposed, and the reader may confirm it

    @property
    def sees_trouble(self) -> bool:
        """Whether the reader sees the problems and next steps of any of its agencies."""
        return any(party.is_whole for party in self.parties)

    @property
    def is_owed(self) -> bool:
        """Whether any of its agencies is late, so that reminders can be sent."""
        return any(party.debts for party in self.parties)

    @property
    def has_words(self) -> bool:
        """Whether any of its agencies has accepted text, which a fold shows in full."""
        return any(party.note for party in self.parties)


def measure_page_of(rows: MeasureRows) -> MeasurePage:
    measure, reader, on = rows.measure, rows.reader, rows.on
    filings = rows.main_filings
    period = period_of(rows, on=on)
    verdict = verdicts_for([measure], on=on)[measure.pk]
    parties = parties_of(measure.duties, filings, period, seen=rows.seen, on=on)
    head = head_of(
        measure,
        verdict,
        filings=filings,
        period=period,
        milestones=rows.milestones,
        original=rows.requests.original,
        instructions=rows.instructions,
        on=on,
    )
    return MeasurePage(
        head=head,
        light=light_history_of(measure, verdict, on=on),
        period=period,
        parties=parties,
        former=former_of(measure.duties, filings, period, seen=rows.seen, on=on),
        is_ended=measure.stage == Stage.ENDED,
        cut=cut_of(filings, period, on=on),
        objections=rows.objections,
        may_object=rows.leads,
        requests=rows.requests,
        indicators=[charted(one) for one in rows.readings],
        instructions=rows.instructions,
        may_instruct=reader.can(Perm.INSTRUCT),
        folds=folds_of(rows),
        filled_gaps=rows.filled_gaps,
        agencies_gap=rows.agencies_gap,
        revisions=rows.revisions,
        alternate=rows.alternate,
        skipped_in=rows.skipped_in,
        may_alternate=verdict.light == Light.GREEN and rows.may_alternate,
    )


def period_of(rows: MeasureRows, *, on: date) -> Period | None:
    """Return the period whose texts the page shows."""
    periods = [filing.period for filing in rows.main_filings]
    return current_period(rows.measure.notice.main_kind, periods=periods, on=on)
