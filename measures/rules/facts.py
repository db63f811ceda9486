"""Input and output values of the light rule; no rule here. Pure."""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from measures.choices import Cause, Confidence, CoordinationState, FilingState, Light, Nature, Stage
from measures.rules.plan import Plan
from measures.rules.workflow import FILED, is_withdrawn


class FilingFact(NamedTuple):
    """What the light needs to know of one filing."""

    filing_id: int
    agency: str
    period: str  # the slice, e.g. 三季度; of another year with the year
    due_on: date
    state: FilingState
    is_filed: bool  # it has left the agency at least once, or was waived
    is_lead: bool = False
    mend_by: date | None = None
    has_accepted: bool = False  # a version was accepted; still counts while a newer one is written
    is_written_off: bool = False  # by the commission, with a reason

    @property
    def is_mending(self) -> bool:
        """Whether it was returned and not submitted again, even if a new version is begun."""
        return self.state == FilingState.RETURNED or (
            self.mend_by is not None and self.state not in FILED
        )

    @property
    def is_withdrawn(self) -> bool:
        """Whether the agency itself withdrew it and has not submitted it again."""
        return is_withdrawn(
            state=self.state,
            has_left=self.is_filed,
            is_returned=self.is_mending,
            has_accepted=self.has_accepted,
        )

    @property
    def is_missing(self) -> bool:
        """Whether its agency owes it: nothing was ever submitted, or the note was withdrawn."""
        is_in = self.is_filed and not self.is_withdrawn
        return not (is_in or self.state == FilingState.WAIVED or self.is_written_off)


class StuckFact(NamedTuple):
    """A matter that an agency raised with others and that is not answered yet."""

    asker_id: int
    asker: str
    since: date  # the day since which the present holder has had it
    state: CoordinationState
    holder: str  # who must answer


class ConfidenceFact(NamedTuple):
    """The confidence that an agency states in its accepted note, or in a submitted one."""

    filing_id: int
    agency: str
    period: str
    confidence: Confidence
    reason: str
    is_accepted: bool = True
    since: date | None = None  # when it was submitted
    stuck: StuckFact | None = None  # the oldest matter that the agency waits on


class MilestoneFact(NamedTuple):
    """A milestone that is not done."""

    title: str
    due_on: date
    agency: str = ""  # the agency responsible for it; empty: the lead


class IndicatorFact(NamedTuple):
    """One fault of an indicator: its cause in the rule, and the figures in words."""

    cause: Cause
    words: str  # the name of the indicator and its figures
    agency: str = ""  # who reports it; empty: the commission itself
    since: date | None = None


class OverrideFact(NamedTuple):
    """A light set by hand, from a day to a day (both included)."""

    light: Light
    reason: str
    starts_on: date
    last_on: date


class Facts(NamedTuple):
    """All that decides one measure's light."""

    nature: Nature
    stage: Stage
    starts_on: date
    due_on: date | None = None
    percent: int | None = None
    plan: Plan = ()  # of its milestones that carry a planned percent
    is_confirmed: bool = True  # its responsible agencies are known
    has_due_period: bool = False  # a main period has closed, or is past due
    lead: str = ""  # the name of the agency that leads
    # From the due main periods, newest first, agencies in protocol order: missing filings, the
    # lead's returned filings, and the lead's newest filing that is not waived. Before these, the
    # lead's accepted filing of a period not due yet: its due day must not improve the light.
    filings: tuple[FilingFact, ...] = ()
    confidences: tuple[ConfidenceFact, ...] = ()  # each agency's newest
    milestones: tuple[MilestoneFact, ...] = ()  # those not done, by day
    indicators: tuple[IndicatorFact, ...] = ()
    original_due_on: date | None = None  # the first due date it ever had
    put_back_on: date | None = None  # since when its due date has been later than the first
    unmoved_since: date | None = None  # the day on which its percent last rose
    fell_from: int | None = None  # the percent on that day, if it has fallen since
    # The due days of the main periods that asked about it and became due after `unmoved_since`,
    # the oldest first.
    unmoved_due: tuple[date, ...] = ()
    overrides: tuple[OverrideFact, ...] = ()
    # The slice of the newest due period, if that period skipped this measure (隔期填报).
    skipped: str = ""

    @property
    def unmoved_periods(self) -> int:
        """In how many due main periods its percent has not risen."""
        return len(self.unmoved_due)


class Finding(NamedTuple):
    """One condition that the rule found: its light, the cause, who can end it, and since when.

    `since` is the first day of the condition; None if only the history of the light has it.
    `severity` grows as a condition gets worse; compare it only between findings of one cause.
    """

    light: Light
    cause: Cause
    sentence: str
    filing_id: int | None = None
    agencies: tuple[str, ...] = ()
    since: date | None = None
    severity: Decimal = Decimal(0)
    answers: str = ""  # who must first answer the agency's question; empty: nobody


def days_since(since: date, *, on: date) -> int:
    """Return for how many days something has lasted; the first day counts, as in 自…起第N天."""
    return (on - since).days + 1


class Verdict(NamedTuple):
    """A light, its sentence, and the filing that caused it (None: the measure itself).

    `findings`: every condition the rule found, the deciding one first. For a light set by hand,
    the verdict also has its last day and the light by the rule.
    """

    light: Light
    sentence: str
    filing_id: int | None
    cause: Cause
    until: date | None = None
    computed: "Verdict | None" = None
    since: date | None = None
    agencies: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def is_manual(self) -> bool:
        return self.until is not None

    @property
    def severity(self) -> Decimal:
        """The severity of the deciding condition; 0 without one."""
        return self.findings[0].severity if self.findings else Decimal(0)

    @property
    def answers(self) -> tuple[str, ...]:
        """Who must answer first, before the agencies behind the conditions can go on."""
        return tuple(dict.fromkeys(one.answers for one in self.findings if one.answers))

    @property
    def others(self) -> tuple[str, ...]:
        """The agencies behind the other conditions, in the order of the rule."""
        rest = (name for finding in self.findings[1:] for name in finding.agencies)
        return tuple(dict.fromkeys(name for name in rest if name not in self.agencies))
