"""The light: which colour, and the one sentence that gives its cause. Pure.

The order of the questions is the rule: the first that holds decides. It is spelled nowhere else:
what counts, previews or checks lights gathers the facts (measures.lights.facts) and calls it.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from lib.workdays import Calendar, add_workdays, workdays_between
from measures.choices import Cause, Confidence, FilingState, Light, Nature, Stage
from measures.rules.facts import Facts, FilingFact, Verdict
from measures.rules.plan import Plan, percent_by_plan
from measures.rules.thresholds import DEFAULTS, Thresholds


def light_of(
    facts: Facts, *, on: date, calendar: Calendar, thresholds: Thresholds = DEFAULTS
) -> Verdict:
    """The light on a day, with its sentence: the rule's, unless a person's word holds.

    What is done is judged no more, neither by the rule nor by a person.
    """
    computed = rule_of(facts, on=on, calendar=calendar, thresholds=thresholds)
    if facts.stage == Stage.DONE:
        return computed
    for said in facts.overrides:
        if said.starts_on <= on <= said.last_on:
            return Verdict(said.light, said.reason, None, Cause.MANUAL, said.last_on, computed)
    return computed


def rule_of(
    facts: Facts, *, on: date, calendar: Calendar, thresholds: Thresholds = DEFAULTS
) -> Verdict:
    """What the rule gives on a day, whatever a person has said."""
    if facts.stage == Stage.DONE:
        word = "已转入常态化" if facts.nature == Nature.ONGOING else "已完成"
        return _found(Cause.DONE, word)
    judged = _Day(on, calendar, thresholds)
    return _grey(facts, on) or _worst(_findings(facts, judged)) or _green(facts, on)


def expected_percent(starts_on: date, due_on: date, *, on: date) -> Decimal:
    """The share of [start, due] that has passed on a day, 0 to 100, in exact decimals."""
    if on <= starts_on:
        return Decimal(0)
    if on >= due_on:
        return Decimal(100)
    return Decimal(100) * (on - starts_on).days / (due_on - starts_on).days


def expected_by(plan: Plan, starts_on: date, due_on: date, *, on: date) -> Decimal:
    """What a dated measure should have reached: by its milestones, else by the time passed."""
    return percent_by_plan(plan, on=on) if plan else expected_percent(starts_on, due_on, on=on)


def lag_of(percent: int | None, expected: Decimal) -> Decimal:
    """How far it is behind in percentage points; less than one whole point is none."""
    gap = expected - (percent or 0)
    return gap if gap >= 1 else Decimal(0)


class _Day(NamedTuple):
    """What a judgement needs beside the facts."""

    on: date
    calendar: Calendar
    thresholds: Thresholds

    def late_since(self, due_on: date) -> int:
        """Working days that have passed since a due date."""
        return workdays_between(due_on, self.on, self.calendar)


def _found(cause: Cause, sentence: str, filing_id: int | None = None) -> Verdict:
    return Verdict(cause.light, sentence, filing_id, cause)


def _grey(facts: Facts, on: date) -> Verdict | None:
    reasons = (
        (facts.stage == Stage.SUSPENDED, Cause.SUSPENDED, "已中止，暂不评定"),
        (not facts.is_confirmed, Cause.UNCONFIRMED, "责任单位待核，尚未下达"),
        (
            on < facts.starts_on,
            Cause.NOT_BEGUN,
            f"{facts.starts_on:%Y-%m-%d}起实施，尚未开始",
        ),
        (not facts.has_due_period, Cause.NO_PERIOD, "首个填报期尚未到期"),
    )
    return next((_found(cause, words) for holds, cause, words in reasons if holds), None)


def _worst(findings: list[Verdict]) -> Verdict | None:
    """The first red, else the first yellow: findings come in the order of the rule."""
    for light in (Light.RED, Light.YELLOW):
        for finding in findings:
            if finding.light == light:
                return finding
    return None


def _findings(facts: Facts, day: _Day) -> list[Verdict]:
    found = _dates(facts, day) if facts.nature == Nature.DATED else []
    if facts.nature == Nature.ONGOING:
        found += _lead_filing(facts, day)
        found += _silence(facts, day.thresholds)
        found += _others(facts, day)
    return [*found, *_confidence(facts)]


def _dates(facts: Facts, day: _Day) -> list[Verdict]:
    if facts.due_on is None:
        return []
    if facts.due_on < day.on:
        return [_found(Cause.OVERDUE, f"应于{facts.due_on:%Y-%m-%d}完成，已逾期未完成")]
    found = _behind(facts, facts.due_on, day)
    # The 11th working day is already out: a due date on the weekend before it is still near.
    near = day.thresholds.due_soon_workdays + 1
    if facts.due_on < add_workdays(day.on, near, day.calendar):
        found.append(_found(Cause.DUE_SOON, _due_soon_words(facts.due_on, day)))
    return found


def _behind(facts: Facts, due_on: date, day: _Day) -> list[Verdict]:
    """Against the milestone plan where there is one, else against the share of the time."""
    expected = expected_by(facts.plan, facts.starts_on, due_on, on=day.on)
    gap = expected - (facts.percent or 0)
    if gap < day.thresholds.gap_yellow:
        return []
    cause = Cause.FAR_BEHIND if gap > day.thresholds.gap_red else Cause.BEHIND
    name, points = _plan_name(facts), gap.quantize(Decimal("0.1"))
    return [_found(cause, f"实际进度{facts.percent or 0}%，低于{name}{points}个百分点")]


def _plan_name(facts: Facts) -> str:
    return "节点计划" if facts.plan else "序时进度"


def _due_soon_words(due_on: date, day: _Day) -> str:
    if due_on == day.on:
        return "今日到期，尚未完成"
    left = workdays_between(day.on, due_on, day.calendar)
    return f"距到期{f'还有{left}个' if left else '已无'}工作日，尚未完成"


def _lead_filing(facts: Facts, day: _Day) -> list[Verdict]:
    lead = next((filing for filing in facts.newest_due if filing.is_lead), None)
    if lead is None:
        return []
    is_overdue = lead.due_on < day.on  # the filing's own date may have been extended
    if is_overdue and not lead.is_filed:
        late = day.late_since(lead.due_on)
        cause = Cause.LEAD_OVERDUE if late > day.thresholds.late_workdays else Cause.LEAD_LATE
        return [_found(cause, _late_words(lead, late), lead.filing_id)]
    if lead.is_mending and lead.mend_by is not None and lead.mend_by < day.on:
        words = f"{lead.agency}{lead.period}进展退回后逾期未补正"
        return [_found(Cause.NOT_MENDED, words, lead.filing_id)]
    if is_overdue and lead.is_withdrawn:
        words = f"{lead.agency}{lead.period}进展撤回后尚未重新报送"
        return [_found(Cause.WITHDRAWN, words, lead.filing_id)]
    return []


def _silence(facts: Facts, thresholds: Thresholds) -> list[Verdict]:
    if not facts.silent_closed:
        return []
    last = facts.silent_closed[0]
    most = thresholds.silent_periods
    if len(facts.silent_closed) < most:
        words = f"{last.agency}{last.period}漏报进展"
        return [_found(Cause.LEAD_MISSED, words, last.filing_id)]
    words = f"连续{most}期未报进展" if most > 1 else f"{last.period}漏报进展"
    return [_found(Cause.LEAD_SILENT, f"{last.agency}{words}", last.filing_id)]


def _others(facts: Facts, day: _Day) -> list[Verdict]:
    found = []
    for filing in facts.newest_due:
        if filing.is_lead or filing.is_filed:
            continue
        late = day.late_since(filing.due_on)
        if late > day.thresholds.late_workdays:
            found.append(_found(Cause.OTHER_LATE, _late_words(filing, late), filing.filing_id))
    return found


def _confidence(facts: Facts) -> list[Verdict]:
    """The worst confidence counts and is named."""
    causes = {
        Confidence.YELLOW: Cause.CONFIDENCE_YELLOW,
        Confidence.RED: Cause.CONFIDENCE_RED,
    }
    return [
        _found(
            causes[fact.confidence],
            f"{fact.agency}{fact.period}自评“{fact.confidence.label}”：{_clip(fact.reason)}",
            fact.filing_id,
        )
        for fact in facts.confidences
        if fact.confidence in causes
    ]


def _green(facts: Facts, on: date) -> Verdict:
    if facts.due_on is not None:
        return _found(Cause.ON_PLAN, _on_plan_words(facts, facts.due_on, on))
    lead = next((filing for filing in facts.newest_due if filing.is_lead), None)
    if lead is None:
        return _found(Cause.NO_LEAD_FILING, "最近一期没有牵头单位的填报任务")
    words = f"{lead.agency}{lead.period}进展{_filed_words(lead)}"
    return _found(Cause.FILED, words, lead.filing_id)


def _on_plan_words(facts: Facts, due_on: date, on: date) -> str:
    """A small lag is told although it darkens nothing; reports count it as not on pace."""
    gap = lag_of(facts.percent, expected_by(facts.plan, facts.starts_on, due_on, on=on))
    done = f"实际进度{facts.percent or 0}%"
    if not gap:
        return f"{done}，符合{_plan_name(facts)}"
    return f"{done}，比{_plan_name(facts)}低{gap.quantize(Decimal('0.1'))}个百分点，未到预警线"


def _filed_words(filing: FilingFact) -> str:
    if not filing.is_filed:
        return "尚在报送期限内"
    if filing.is_mending:
        return "已报送，退回补正中"
    return {
        FilingState.ACCEPTED: "已报送并采用",
        FilingState.SUBMITTED: "已报送，待审核",
        FilingState.WAIVED: "免报",
    }.get(filing.state, "已报送，修改中")


def _late_words(filing: FilingFact, late: int) -> str:
    days = f"{late}个工作日" if late else ""
    return f"{filing.agency}{filing.period}进展逾期{days}未报"


def _clip(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
