"""The head of a measure's page: the light, its reason, agencies and first day, what comes next."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from measures.choices import InstructionState, Light, ResponsibilityRole
from measures.instructions.page import InstructionLine
from measures.lights.current import fact_url, url_of
from measures.measure_page.filings import MeasureFilingRow
from measures.models import Measure, Milestone, Period
from measures.rules.facts import Finding, Verdict, days_since
from measures.rules.instructions import OPEN
from measures.rules.light import expected_by, lag_of
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
