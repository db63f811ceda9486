"""What the light is judged from, and what comes out: plain values, no rule. Pure."""

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
    has_accepted: bool = False  # a version was accepted, and stands while another is in hand
    is_written_off: bool = False  # the commission gave it up, with a reason

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

    @property
    def is_missing(self) -> bool:
        """Whether its agency owes it: nothing of it has left, or it was taken back."""
        is_in = self.is_filed and not self.is_withdrawn
        return not (is_in or self.state == FilingState.WAIVED or self.is_written_off)


class StuckFact(NamedTuple):
    """What an agency has asked of others, and nobody has answered yet."""

    asker_id: int
    asker: str
    since: date  # from when it has waited for whom it waits for
    state: CoordinationState
    holder: str  # who is to answer


class ConfidenceFact(NamedTuple):
    """What an agency says of its own work: in its accepted note, or in one not accepted yet."""

    filing_id: int
    agency: str
    period: str
    confidence: Confidence
    reason: str
    is_accepted: bool = True
    since: date | None = None  # when it left the agency
    stuck: StuckFact | None = None  # the oldest matter in which the agency waits for others


class MilestoneFact(NamedTuple):
    """A milestone that is not done."""

    title: str
    due_on: date
    agency: str = ""  # who sees to it; empty: the lead


class IndicatorFact(NamedTuple):
    """What is wrong with an indicator: the row of the rule, with the figures in words."""

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
    is_confirmed: bool = True  # its agencies are known
    has_due_period: bool = False  # a main period has closed, or is past due
    lead: str = ""  # the name of the agency that leads
    # Of the main periods that are due, the newest period first, agencies in protocol order:
    # what is missing, the lead's that are returned, and the lead's newest that is not waived.
    # Before them what was accepted of the lead's in a period ahead: its day brings no better light.
    filings: tuple[FilingFact, ...] = ()
    confidences: tuple[ConfidenceFact, ...] = ()  # each agency's newest
    milestones: tuple[MilestoneFact, ...] = ()  # those not done, by day
    indicators: tuple[IndicatorFact, ...] = ()
    original_due_on: date | None = None  # the first date that it ever had
    put_back_on: date | None = None  # since when its date has been later than the first one
    unmoved_since: date | None = None  # the day on which its percent last rose
    fell_from: int | None = None  # what it was then, where it has fallen since
    # Of the main periods that asked about it and came due after that day: since when each is due,
    # the oldest first.
    unmoved_due: tuple[date, ...] = ()
    overrides: tuple[OverrideFact, ...] = ()
    # The slice of the newest due period where that asked nothing about it (隔期填报).
    skipped: str = ""

    @property
    def unmoved_periods(self) -> int:
        """How many due main periods its percent has not risen in."""
        return len(self.unmoved_due)


class Finding(NamedTuple):
    """One condition that the rule found: a light, why, who can end it, and since when.

    `since` is the day of the fact itself; None where only the history of the light tells it.
    `severity` grows as the same condition gets worse; only findings of one cause compare.
    """

    light: Light
    cause: Cause
    sentence: str
    filing_id: int | None = None
    agencies: tuple[str, ...] = ()
    since: date | None = None
    severity: Decimal = Decimal(0)
    answers: str = ""  # who has to answer first what the agency asked; empty: nobody


def days_since(since: date, *, on: date) -> int:
    """How many days something has held on a day: its first day counts, as 自…起第N天 does."""
    return (on - since).days + 1


class Verdict(NamedTuple):
    """A light, its sentence, and the filing that is the fact behind it (None: the measure).

    `findings`: every condition the rule found, the one that decides first. A light set by hand
    says until when, and what the rule would have given.
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
        """How bad the deciding condition is, among those of its cause."""
        return self.findings[0].severity if self.findings else Decimal(0)

    @property
    def answers(self) -> tuple[str, ...]:
        """Who has to answer first, for the agencies behind any condition to go on."""
        return tuple(dict.fromkeys(one.answers for one in self.findings if one.answers))

    @property
    def others(self) -> tuple[str, ...]:
        """The agencies behind the other conditions, in the order of the rule."""
        rest = (name for finding in self.findings[1:] for name in finding.agencies)
        return tuple(dict.fromkeys(name for name in rest if name not in self.agencies))
