"""What the light is judged from, and what comes out: plain values, no rule. Pure."""

from datetime import date
from typing import NamedTuple

from measures.choices import Cause, Confidence, FilingState, Light, Nature, Stage
from measures.rules.arrival import is_withdrawn
from measures.rules.plan import Plan
from measures.rules.workflow import FILED


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
    newest_due: tuple[FilingFact, ...] = ()  # filings of the newest such period
    silent_closed: tuple[FilingFact, ...] = ()  # by the lead, newest first, without a break
    confidences: tuple[ConfidenceFact, ...] = ()  # of the newest period that has accepted notes
    overrides: tuple[OverrideFact, ...] = ()


class Verdict(NamedTuple):
    """A light, its sentence, and the filing that is the fact behind it (None: the measure).

    A light set by hand says until when, and what the rule would have given.
    """

    light: Light
    sentence: str
    filing_id: int | None
    cause: Cause
    until: date | None = None
    computed: "Verdict | None" = None

    @property
    def is_manual(self) -> bool:
        return self.until is not None
