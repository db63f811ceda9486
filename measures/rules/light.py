"""The light: its colour, and one sentence with its cause. Pure.

The conditions are tried in order: the first that is true decides, the others are listed beside
it. The rule exists only here: code that counts, previews or checks lights gathers the facts
(measures.lights.facts) and calls it.
"""

from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from lib.workdays import Calendar, add_workdays, workdays_between
from measures.choices import Cause, Confidence, FilingState, Light, Nature, Pace, Stage
from measures.rules.coordination import WITH_HOLDER, CoordinationStanding, stuck_words
from measures.rules.facts import (
    ConfidenceFact,
    Facts,
    FilingFact,
    Finding,
    MilestoneFact,
    Verdict,
)
from measures.rules.periods import joined_slices
from measures.rules.plan import Plan, is_overdue, percent_by_plan
from measures.rules.thresholds import DEFAULTS, Thresholds

ONE_DAY = timedelta(days=1)
COMMISSION = "市商务委"
_ORDER = {cause: number for number, cause in enumerate(Cause)}  # orders the conditions of one light
INNER_QUOTES = str.maketrans("“”", "‘’")  # for a title inside a quotation


def light_of(
    facts: Facts, *, on: date, calendar: Calendar, thresholds: Thresholds = DEFAULTS
) -> Verdict:
    """Return the light on a day, with its sentence: the rule's, unless an override is effective.

    A measure that is done keeps its light: neither the rule nor an override changes it.
    """
    computed = rule_of(facts, on=on, calendar=calendar, thresholds=thresholds)
    if facts.stage == Stage.DONE:
        return computed
    for said in facts.overrides:
        if said.starts_on <= on <= said.last_on:
            return computed._replace(
                light=said.light,
                sentence=said.reason,
                filing_id=None,
                cause=Cause.MANUAL,
                until=said.last_on,
                computed=computed,
                since=said.starts_on,
            )
    return computed


def rule_of(
    facts: Facts, *, on: date, calendar: Calendar, thresholds: Thresholds = DEFAULTS
) -> Verdict:
    """Return the light on a day by the rule alone, without overrides."""
    if facts.stage == Stage.DONE:
        word = "已转入常态化" if facts.nature == Nature.ONGOING else "已完成"
        return _verdict(_found(Cause.DONE, word))
    grey = _grey(facts, on)
    if grey is not None:
        return _verdict(grey)
    findings = _findings(facts, _Day(on, calendar, thresholds))
    return _verdict(*findings) if findings else _verdict(_calm(facts, on))


def expected_percent(starts_on: date, due_on: date, *, on: date) -> Decimal:
    """Return the share of [start, due] that has passed on a day, 0 to 100, in exact decimals."""
    if on <= starts_on:
        return Decimal(0)
    if on >= due_on:
        return Decimal(100)
    return Decimal(100) * (on - starts_on).days / (due_on - starts_on).days


def expected_by(plan: Plan, starts_on: date, due_on: date, *, on: date) -> Decimal:
    """Return the percent a dated measure should have reached by its plan, else by time passed."""
    return percent_by_plan(plan, on=on) if plan else expected_percent(starts_on, due_on, on=on)


def lag_of(percent: int | None, expected: Decimal) -> Decimal:
    """Return how many percentage points it is behind; less than one whole point is 0."""
    gap = expected - (percent or 0)
    return gap if gap >= 1 else Decimal(0)


def is_off_plan(percent: int | None, expected: Decimal, thresholds: Thresholds) -> bool:
    """Whether it is far enough behind to change the light; less is only mentioned in sentences."""
    return expected - (percent or 0) >= thresholds.gap_yellow


def pace_of(
    due_on: date, percent: int | None, expected: Decimal, *, on: date, thresholds: Thresholds
) -> Pace:
    """Return whether an unfinished measure keeps up with the percent expected on a day."""
    if due_on < on or is_off_plan(percent, expected, thresholds):
        return Pace.BEHIND
    return Pace.NEAR if lag_of(percent, expected) else Pace.KEPT


class _Day(NamedTuple):
    """The day, calendar and thresholds that the rule needs beside the facts."""

    on: date
    calendar: Calendar
    thresholds: Thresholds

    def late_since(self, due_on: date) -> int:
        """Return how many working days have passed since a due date."""
        return workdays_between(due_on, self.on, self.calendar)


def _verdict(first: Finding, *others: Finding) -> Verdict:
    return Verdict(
        first.light,
        first.sentence,
        first.filing_id,
        first.cause,
        since=first.since,
        agencies=first.agencies,
        findings=(first, *others),
    )


def _found(
    cause: Cause,
    sentence: str,
    filing_id: int | None = None,
    agencies: tuple[str, ...] = (),
    since: date | None = None,
    severity: Decimal | int = 0,
    answers: str = "",
) -> Finding:
    known = (cause.light, cause, sentence, filing_id, agencies, since)
    return Finding(*known, Decimal(severity), answers)


def _grey(facts: Facts, on: date) -> Finding | None:
    if facts.stage == Stage.SUSPENDED:
        return _found(Cause.SUSPENDED, "已中止，暂不评定")
    if facts.stage == Stage.ENDED:
        return _found(Cause.ENDED, "已终止，不再评定")
    if not facts.is_confirmed:
        return _found(Cause.UNCONFIRMED, "责任单位待核对，尚未布置")
    if on < facts.starts_on:
        return _found(Cause.NOT_BEGUN, f"{facts.starts_on:%Y-%m-%d}起实施，尚未开始")
    if not facts.has_due_period:
        return _found(Cause.NO_PERIOD, "首个填报期尚未到期")
    return None


def _findings(facts: Facts, day: _Day) -> list[Finding]:
    """Return every condition, red before yellow; within one light in the order of the rule."""
    found = [
        *_dates(facts, day),
        *_lead_debts(facts, day),
        *_returned(facts, day),
        *_others(facts, day),
        *_confidence(facts, day),
        *_milestones(facts, day),
        *(
            _found(one.cause, one.words, None, (one.agency or COMMISSION,), one.since)
            for one in facts.indicators
        ),
        *_unmoved(facts, day),
    ]
    return sorted(found, key=lambda one: (one.light != Light.RED, _ORDER[one.cause]))


def _dates(facts: Facts, day: _Day) -> list[Finding]:
    if facts.due_on is None:
        return []
    who = _lead(facts)
    if facts.due_on < day.on:
        words = f"应于{facts.due_on:%Y-%m-%d}完成，已逾期未完成"
        late = day.late_since(facts.due_on)
        return [_found(Cause.OVERDUE, words, None, who, facts.due_on + ONE_DAY, late)]
    found = _behind(facts, facts.due_on, day)
    # Before the 11th working day, not up to the 10th: a due date on a weekend between them is near.
    near = day.thresholds.due_soon_workdays + 1
    if facts.due_on < add_workdays(day.on, near, day.calendar):
        found.append(_found(Cause.DUE_SOON, _due_soon_words(facts.due_on, day), None, who))
    return found


def _behind(facts: Facts, due_on: date, day: _Day) -> list[Finding]:
    """Compare percent with the milestone plan if there is one, else with the time passed."""
    expected = expected_by(facts.plan, facts.starts_on, due_on, on=day.on)
    if not is_off_plan(facts.percent, expected, day.thresholds):
        return []
    gap = expected - (facts.percent or 0)
    cause = Cause.FAR_BEHIND if gap > day.thresholds.gap_red else Cause.BEHIND
    words = f"实际进度{facts.percent or 0}%，低于{_plan_name(facts)}{_points(gap)}"
    words += _original_words(facts, day.on)
    return [_found(cause, words, None, _lead(facts), None, gap)]


def _points(gap: Decimal) -> str:
    return f"{gap.quantize(Decimal('0.1'))}个百分点"


def _original_words(facts: Facts, on: date) -> str:
    """Return the gap by the first due date, if that was put back, so that it stays visible."""
    first = facts.original_due_on
    if first is None or not _is_put_back(facts) or facts.plan:
        return ""
    gap = expected_percent(facts.starts_on, first, on=on) - (facts.percent or 0)
    return f"（按原时限{first:%Y-%m-%d}低{_points(gap)}）" if gap >= 1 else ""


def _is_put_back(facts: Facts) -> bool:
    first, now = facts.original_due_on, facts.due_on
    return first is not None and now is not None and now > first


def _plan_name(facts: Facts) -> str:
    return "节点计划" if facts.plan else "序时进度"


def _due_soon_words(due_on: date, day: _Day) -> str:
    if due_on == day.on:
        return "今日到期，尚未完成"
    left = workdays_between(day.on, due_on, day.calendar)
    return f"距到期{f'还有{left}个' if left else '已无'}工作日，尚未完成"


def _lead_debts(facts: Facts, day: _Day) -> list[Finding]:
    """Return the debts of the lead, of any period: a debt ends only by filing or a decision."""
    past_due = [one for one in facts.filings if one.is_lead and one.due_on < day.on]
    late = [one for one in past_due if one.is_missing]
    if not late:
        return []
    oldest = min(late, key=lambda filing: filing.due_on)
    days = day.late_since(oldest.due_on)
    if len(late) >= day.thresholds.lead_debts:
        cause = Cause.LEAD_SILENT
    elif days > day.thresholds.lead_workdays:
        cause = Cause.LEAD_OVERDUE
    elif oldest.is_withdrawn:
        cause = Cause.WITHDRAWN
    else:
        cause = Cause.LEAD_LATE
    return [_debt(cause, late, days)]


def _debt(cause: Cause, late: list[FilingFact], days: int) -> Finding:
    """Return an agency's debts as one finding; `late` is newest first and not empty."""
    newest, oldest = late[0], late[-1]
    periods = joined_slices(filing.period for filing in reversed(late))
    is_taken_back = len(late) == 1 and oldest.is_withdrawn
    verb = "撤回后尚未重新报送" if is_taken_back else f"{'均' if len(late) > 1 else ''}未报"
    age = f"，逾期{days}个工作日" if days else ""
    return _found(
        cause,
        f"{newest.agency}{periods}进展{verb}{age}",
        oldest.filing_id,
        (newest.agency,),
        oldest.due_on + ONE_DAY,
        len(late) * 1000 + days,
    )


def _returned(facts: Facts, day: _Day) -> list[Finding]:
    """Return the finding about the lead's returned notes; its cause depends on the day to correct.

    While a note is returned the light is never green.
    """
    returned = [one for one in facts.filings if one.is_lead and one.is_mending]
    # A note sent back by the agency's own head was never submitted: it is owed, not returned.
    mending = [one for one in returned if not (one.has_accepted or one.is_missing)]
    if not mending:
        return []
    late = [one for one in mending if one.mend_by is not None and one.mend_by < day.on]
    lead = (late or mending)[-1]
    if late:
        words, since = "退回后逾期未补正", lead.mend_by
        return [_of_lead(Cause.NOT_MENDED, lead, words, since + ONE_DAY if since else None)]
    until = f"，应于{lead.mend_by:%Y-%m-%d}前补正" if lead.mend_by else ""
    return [_of_lead(Cause.RETURNED, lead, f"退回修改中{until}", None)]


def _of_lead(cause: Cause, lead: FilingFact, words: str, since: date | None) -> Finding:
    sentence = f"{lead.agency}{lead.period}进展{words}"
    return _found(cause, sentence, lead.filing_id, (lead.agency,), since)


def _others(facts: Facts, day: _Day) -> list[Finding]:
    """Return a finding for each other agency with a debt that is too old, with all its debts."""
    owing = [
        filing
        for filing in facts.filings
        if not filing.is_lead and filing.due_on < day.on and filing.is_missing
    ]
    by_agency: dict[str, list[FilingFact]] = {}
    for filing in owing:
        by_agency.setdefault(filing.agency, []).append(filing)
    found = []
    for late in by_agency.values():
        days = day.late_since(min(filing.due_on for filing in late))
        if days > day.thresholds.late_workdays:
            found.append(_debt(Cause.OTHER_LATE, late, days))
    # The oldest debt first: the sentence of the light names the first.
    return sorted(found, key=lambda one: one.since or date.max)


def _confidence(facts: Facts, day: _Day) -> list[Finding]:
    """Return findings of confidence: low counts when submitted, good only when accepted.

    If the agency waits for others, the sentence says for whom and how long; the colour is the same.
    """
    causes = {
        Confidence.YELLOW: Cause.CONFIDENCE_YELLOW,
        Confidence.RED: Cause.CONFIDENCE_RED,
    }
    return [
        _found(
            causes[fact.confidence],
            f"{fact.agency}{fact.period}自评“{fact.confidence.label}”"
            f"{'' if fact.is_accepted else '（待审核）'}：{_reason(fact, day)}",
            fact.filing_id,
            (fact.agency,),
            fact.since,
            answers=_answers(fact),
        )
        for fact in facts.confidences
        if fact.confidence in causes
    ]


def _answers(fact: ConfidenceFact) -> str:
    """Return who must answer the agency's matter; empty if it came back with a question."""
    is_held = fact.stuck is not None and fact.stuck.state in WITH_HOLDER
    return fact.stuck.holder if fact.stuck is not None and is_held else ""


def _reason(fact: ConfidenceFact, day: _Day) -> str:
    reason = _clip(fact.reason)
    if fact.stuck is None:
        return reason
    asked = fact.stuck
    words = stuck_words(
        CoordinationStanding(asked.state, asked.holder),
        asked.asker,
        since=asked.since,
        on=day.on,
        calendar=day.calendar,
        dated=str,
    )
    return f"{reason.rstrip('。')}，{words}" if words else reason


def _milestones(facts: Facts, day: _Day) -> list[Finding]:
    """Return one finding for all milestones overdue enough for red, one for those for yellow."""
    overdue = [
        one for one in facts.milestones if is_overdue(due_on=one.due_on, is_done=False, on=day.on)
    ]
    return [
        _milestone(facts, cause, list(group), day)
        for cause, group in groupby(overdue, key=lambda one: _milestone_cause(one, day))
    ]


def _milestone_cause(one: MilestoneFact, day: _Day) -> Cause:
    is_long = day.late_since(one.due_on) > day.thresholds.milestone_workdays
    return Cause.MILESTONE_OVERDUE if is_long else Cause.MILESTONE_LATE


def _milestone(facts: Facts, cause: Cause, overdue: list[MilestoneFact], day: _Day) -> Finding:
    first = overdue[0]
    more = f"等{len(overdue)}个节点" if len(overdue) > 1 else ""
    title = _clip(first.title, 24).translate(INNER_QUOTES)
    words = f"节点“{title}”{more}应于{first.due_on:%Y-%m-%d}完成，已逾期"
    names = [one.agency for one in overdue if one.agency] or list(_lead(facts))
    who = tuple(dict.fromkeys(names))
    late = day.late_since(first.due_on)
    return _found(cause, words, None, who, first.due_on + ONE_DAY, late)


def _unmoved(facts: Facts, day: _Day) -> list[Finding]:
    """Return the finding about a dated measure whose percent has not risen for several periods."""
    if facts.due_on is None or facts.due_on < day.on:
        return []
    count, who = facts.unmoved_periods, _lead(facts)
    moved, unmoved = day.thresholds.moved_periods, day.thresholds.unmoved_periods
    if _is_put_back(facts) and count >= moved:
        words = f"时限由{facts.original_due_on:%Y-%m-%d}推迟至{facts.due_on:%Y-%m-%d}，"
        words += _stood_words(facts) + _original_words(facts, day.on)
        since = facts.unmoved_due[moved - 1]
        since = max(since, facts.put_back_on or since)
        return [_found(Cause.DATE_MOVED, words, None, who, since, count)]
    if count >= unmoved:
        since = facts.unmoved_due[unmoved - 1]
        return [_found(Cause.UNMOVED, _stood_words(facts), None, who, since, count)]
    return []


def _stood_words(facts: Facts) -> str:
    """Describe the standstill; a fall of the percent is mentioned and does not end it."""
    percent, count = facts.percent or 0, facts.unmoved_periods
    if facts.fell_from is None:
        return f"完成比例{percent}%连续{count}期未变"
    return f"完成比例由{facts.fell_from}%回退至{percent}%，连续{count}期未提高"


def _calm(facts: Facts, on: date) -> Finding:
    """No condition was found: green if the lead's newest due filing is accepted, else waiting."""
    lead = next((one for one in facts.filings if one.is_lead and _is_told(one)), None)
    skipped = f"，{facts.skipped}隔期填报，不要求报送" if facts.skipped else ""
    if lead is None:
        return _found(Cause.NO_LEAD_FILING, f"牵头单位尚无到期应报的进展{skipped}")
    progress = _progress_words(facts, on)
    if lead.state == FilingState.ACCEPTED or lead.has_accepted:
        cause = Cause.ON_PLAN if facts.due_on is not None else Cause.FILED
        return _of_lead_calm(cause, lead, f"已报送并通过{skipped}", progress)
    found = _of_lead_calm(Cause.WAITING, lead, f"已报送，待审核{skipped}", progress)
    return found._replace(agencies=(COMMISSION,))


def _is_told(lead: FilingFact) -> bool:
    """Whether the filing counts here: it is not missing, written off or waived."""
    return not (lead.is_missing or lead.is_written_off or lead.state == FilingState.WAIVED)


def _of_lead_calm(cause: Cause, lead: FilingFact, words: str, progress: str) -> Finding:
    return _found(cause, f"{progress}{lead.agency}{lead.period}进展{words}", lead.filing_id)


def _progress_words(facts: Facts, on: date) -> str:
    """Return how a measure on time compares with its plan, to precede the words on its filing."""
    if facts.due_on is None:
        return ""
    gap = lag_of(facts.percent, expected_by(facts.plan, facts.starts_on, facts.due_on, on=on))
    done = f"实际进度{facts.percent or 0}%"
    if not gap:
        return f"{done}，符合{_plan_name(facts)}{_original_words(facts, on)}；"
    behind = f"比{_plan_name(facts)}低{_points(gap)}，未到预警线"
    return f"{done}，{behind}{_original_words(facts, on)}；"


def _lead(facts: Facts) -> tuple[str, ...]:
    return (facts.lead,) if facts.lead else ()


def _clip(text: str, most: int = 40) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
