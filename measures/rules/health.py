"""The light: which colour, and the one sentence that gives its cause. Pure.

The order of the questions is the rule: the first that holds decides. The thresholds are the
defaults for a notice that sets none of its own.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from measures.choices import Confidence, FilingState, Light, Nature, Stage
from measures.rules.arrival import is_withdrawn
from measures.rules.workflow import FILED
from policy_tracker.lib.workdays import Calendar, add_workdays, workdays_between

LATE_WORKDAYS_RED = 5  # more than this is red
GAP_YELLOW = Decimal(10)  # percentage points behind the plan
GAP_RED = Decimal(30)  # more than this is red
DUE_SOON_WORKDAYS = 10


class FilingFact(NamedTuple):
    """What the light needs to know of one filing."""

    filing_id: int
    agency: str
    period: str  # the slice, e.g. 三季度
    due_on: date
    state: FilingState
    is_filed: bool  # it has left the agency at least once, or was waived
    is_lead: bool = False
    mend_by: date | None = None
    has_accepted: bool = False  # a version was accepted, and stands while another is in hand

    @property
    def is_mending(self) -> bool:
        """Returned, and not handed in again, however far the new version has got."""
        return self.state == FilingState.RETURNED or (
            self.mend_by is not None and self.state not in FILED
        )

    @property
    def is_withdrawn(self) -> bool:
        """Taken back by the agency itself, and not handed in again."""
        return is_withdrawn(
            state=self.state,
            has_left=self.is_filed,
            is_returned=self.is_mending,
            has_accepted=self.has_accepted,
        )


class ConfidenceFact(NamedTuple):
    """The confidence of an accepted note."""

    filing_id: int
    agency: str
    period: str
    confidence: Confidence
    reason: str


class Facts(NamedTuple):
    """All that decides one measure's light."""

    nature: Nature
    stage: Stage
    starts_on: date
    due_on: date | None = None
    percent: int | None = None
    is_confirmed: bool = True  # its agencies are known
    has_due_period: bool = False  # a main period has closed, or is past due
    newest_due: tuple[FilingFact, ...] = ()  # filings of the newest such period
    silent_closed: tuple[FilingFact, ...] = ()  # by the lead, newest first, without a break
    confidences: tuple[ConfidenceFact, ...] = ()  # of the newest period that has accepted notes


class Verdict(NamedTuple):
    """A light, its sentence, and the filing that is the fact behind it (None: the measure)."""

    light: Light
    sentence: str
    filing_id: int | None = None


def light_of(facts: Facts, *, on: date, calendar: Calendar) -> Verdict:
    """The light on a day, with its sentence."""
    if facts.stage == Stage.DONE:
        word = "已转入常态化" if facts.nature == Nature.ONGOING else "已完成"
        return Verdict(Light.GREEN, word)
    return _grey(facts, on) or _worst(_findings(facts, on, calendar)) or _green(facts)


def expected_percent(starts_on: date, due_on: date, *, on: date) -> Decimal:
    """The share of [start, due] that has passed on a day, 0 to 100, in exact decimals."""
    if on <= starts_on:
        return Decimal(0)
    if on >= due_on:
        return Decimal(100)
    return Decimal(100) * (on - starts_on).days / (due_on - starts_on).days


def _grey(facts: Facts, on: date) -> Verdict | None:
    reasons = (
        (facts.stage == Stage.SUSPENDED, "已中止，暂不评定"),
        (not facts.is_confirmed, "责任单位待核，尚未下达"),
        (on < facts.starts_on, f"{facts.starts_on:%Y-%m-%d}起实施，尚未开始"),
        (not facts.has_due_period, "首个填报期尚未到期"),
    )
    return next((Verdict(Light.GREY, sentence) for holds, sentence in reasons if holds), None)


def _worst(findings: list[Verdict]) -> Verdict | None:
    """The first red, else the first yellow: findings come in the order of the rule."""
    for light in (Light.RED, Light.YELLOW):
        for finding in findings:
            if finding.light == light:
                return finding
    return None


def _findings(facts: Facts, on: date, calendar: Calendar) -> list[Verdict]:
    found = _dates(facts, on, calendar) if facts.nature == Nature.DATED else []
    if facts.nature == Nature.ONGOING:
        found += _lead_filing(facts, on, calendar)
        found += _silence(facts)
        found += _others(facts, on, calendar)
    return [*found, *_confidence(facts)]


def _dates(facts: Facts, on: date, calendar: Calendar) -> list[Verdict]:
    if facts.due_on is None:
        return []
    if facts.due_on < on:
        return [Verdict(Light.RED, f"应于{facts.due_on:%Y-%m-%d}完成，已逾期未完成")]
    found = []
    gap = expected_percent(facts.starts_on, facts.due_on, on=on) - (facts.percent or 0)
    if gap >= GAP_YELLOW:
        light = Light.RED if gap > GAP_RED else Light.YELLOW
        words = f"实际进度{facts.percent or 0}%，低于序时进度{gap.quantize(Decimal('0.1'))}个百分点"
        found.append(Verdict(light, words))
    # The 11th working day is already out: a due date on the weekend before it is still near.
    if facts.due_on < add_workdays(on, DUE_SOON_WORKDAYS + 1, calendar):
        found.append(Verdict(Light.YELLOW, _due_soon_words(facts.due_on, on, calendar)))
    return found


def _due_soon_words(due_on: date, on: date, calendar: Calendar) -> str:
    if due_on == on:
        return "今日到期，尚未完成"
    left = workdays_between(on, due_on, calendar)
    return f"距到期{f'还有{left}个' if left else '已无'}工作日，尚未完成"


def _lead_filing(facts: Facts, on: date, calendar: Calendar) -> list[Verdict]:
    lead = next((filing for filing in facts.newest_due if filing.is_lead), None)
    if lead is None:
        return []
    is_overdue = lead.due_on < on  # the filing's own date may have been extended
    if is_overdue and not lead.is_filed:
        late = workdays_between(lead.due_on, on, calendar)
        light = Light.RED if late > LATE_WORKDAYS_RED else Light.YELLOW
        return [Verdict(light, _late_words(lead, late), lead.filing_id)]
    if lead.is_mending and lead.mend_by is not None and lead.mend_by < on:
        words = f"{lead.agency}{lead.period}进展退回后逾期未补正"
        return [Verdict(Light.YELLOW, words, lead.filing_id)]
    if is_overdue and lead.is_withdrawn:
        words = f"{lead.agency}{lead.period}进展撤回后尚未重新报送"
        return [Verdict(Light.YELLOW, words, lead.filing_id)]
    return []


def _silence(facts: Facts) -> list[Verdict]:
    if not facts.silent_closed:
        return []
    last = facts.silent_closed[0]
    if len(facts.silent_closed) >= 2:
        return [Verdict(Light.RED, f"{last.agency}连续2期未报进展", last.filing_id)]
    return [Verdict(Light.YELLOW, f"{last.agency}{last.period}漏报进展", last.filing_id)]


def _others(facts: Facts, on: date, calendar: Calendar) -> list[Verdict]:
    found = []
    for filing in facts.newest_due:
        late = workdays_between(filing.due_on, on, calendar)
        if not filing.is_lead and not filing.is_filed and late > LATE_WORKDAYS_RED:
            found.append(Verdict(Light.YELLOW, _late_words(filing, late), filing.filing_id))
    return found


def _confidence(facts: Facts) -> list[Verdict]:
    """The worst confidence counts and is named."""
    found = []
    for fact in facts.confidences:
        if fact.confidence != Confidence.GREEN:
            words = f"{fact.agency}{fact.period}自评“{fact.confidence.label}”：{_clip(fact.reason)}"
            found.append(Verdict(Light(fact.confidence.value), words, fact.filing_id))
    return found


def _green(facts: Facts) -> Verdict:
    if facts.nature == Nature.DATED:
        return Verdict(Light.GREEN, f"实际进度{facts.percent or 0}%，符合序时进度")
    lead = next((filing for filing in facts.newest_due if filing.is_lead), None)
    if lead is None:
        return Verdict(Light.GREY, "最近一期没有牵头单位的填报任务")
    words = f"{lead.agency}{lead.period}进展{_filed_words(lead)}"
    return Verdict(Light.GREEN, words, lead.filing_id)


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
