"""One table of cases for the light: what it shows, the facts, the day, the row of the rule.

The rule is run over it, and so is the gathering of facts, which gets them as rows in the database
(measures/tests/lit.py). Sentences are in test_light.py.
"""

from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from measures.choices import Cause, Confidence, FilingState, Light, Stage
from measures.rules.facts import Facts, OverrideFact, Verdict
from measures.rules.tests.facts import (
    DUE,
    FRIDAY,
    MONDAY,
    START,
    confidence,
    dated,
    filed,
    filing,
    ongoing,
    other,
)
from measures.rules.thresholds import DEFAULTS, Thresholds

S = FilingState
DAY = timedelta(days=1)
PLAN = ((date(2026, 11, 15), Decimal(40)), (date(2026, 12, 31), Decimal(100)))
SILENT = (filing(filing_id=3, period="二季度"), filing(filing_id=4, period="一季度"))
RED_NOTE, YELLOW_NOTE = confidence(Confidence.RED), confidence(Confidence.YELLOW)
STRICT = Thresholds(
    late_workdays=2,
    gap_yellow=Decimal("1.5"),
    gap_red=Decimal("9.5"),
    due_soon_workdays=3,
    silent_periods=1,
)
PATIENT = DEFAULTS._replace(late_workdays=20, silent_periods=3, due_soon_workdays=0)
BY_HAND = OverrideFact(Light.YELLOW, "已商定方案", FRIDAY, MONDAY)


class LightCase(NamedTuple):
    """One case; `light` is that of the cause unless a person's word holds."""

    name: str
    facts: Facts
    cause: Cause
    on: date = MONDAY
    thresholds: Thresholds = DEFAULTS
    by_hand: Light | None = None

    @property
    def expected(self) -> tuple[Light, Cause, bool]:
        """The light, the row of the rule, and whether a person set the light."""
        return self.by_hand or self.cause.light, self.cause, self.by_hand is not None

    def found(self, verdict: Verdict) -> tuple[Light, Cause, bool]:
        """The same of a verdict."""
        rule = verdict.computed or verdict
        return verdict.light, rule.cause, verdict.is_manual


def tenths(count: int) -> date:
    """The day on which the time plan expects so many tenths of a percentage point."""
    return START + count * DAY


def near(due_on: date, **fields: object) -> Facts:
    return dated(due_on=due_on, percent=100, **fields)


C = Cause
CASES = [
    # Grey, and done
    LightCase("done in time", dated(stage=Stage.DONE, percent=100), C.DONE),
    LightCase("done late is done", dated(stage=Stage.DONE, percent=100), C.DONE, DUE + DAY),
    LightCase("made routine", ongoing(stage=Stage.DONE), C.DONE),
    LightCase("done wins over a person", ongoing(stage=Stage.DONE, overrides=(BY_HAND,)), C.DONE),
    LightCase("suspended", ongoing(filing(), stage=Stage.SUSPENDED), C.SUSPENDED),
    LightCase("suspended and overdue", dated(stage=Stage.SUSPENDED), C.SUSPENDED, DUE + DAY),
    LightCase("agencies unconfirmed", ongoing(filing(), is_confirmed=False), C.UNCONFIRMED),
    LightCase("dated, unconfirmed", dated(is_confirmed=False), C.UNCONFIRMED, DUE + DAY),
    LightCase("before the start", ongoing(filing(), starts_on=MONDAY + DAY), C.NOT_BEGUN),
    LightCase("the first day", ongoing(filed(), starts_on=MONDAY), C.FILED),
    LightCase("no period yet", ongoing(has_due_period=False), C.NO_PERIOD),
    LightCase("dated, no period yet", dated(has_due_period=False), C.NO_PERIOD, tenths(900)),
    # Dated: the time plan
    LightCase("9.9 points behind", dated(percent=50), C.ON_PLAN, tenths(599)),
    LightCase("exactly 10 points", dated(percent=50), C.BEHIND, tenths(600)),
    LightCase("exactly 30 points", dated(percent=50), C.BEHIND, tenths(800)),
    LightCase("30.1 points", dated(percent=50), C.FAR_BEHIND, tenths(801)),
    LightCase("ahead", dated(percent=60), C.ON_PLAN, tenths(500)),
    LightCase("no word counts as nothing", dated(percent=None), C.BEHIND, tenths(300)),
    LightCase("no word, 30.1", dated(percent=None), C.FAR_BEHIND, tenths(301)),
    LightCase("a third of the time", dated(due_on=START + 3 * DAY, percent=100), C.DUE_SOON, START),
    LightCase("behind wins over due soon", dated(percent=70), C.BEHIND, DUE),
    LightCase("far behind wins over a red note", dated(confidences=(RED_NOTE,)), C.FAR_BEHIND, DUE),
    LightCase("confidence red", dated(percent=100, confidences=(RED_NOTE,)), C.CONFIDENCE_RED),
    LightCase(
        "a red note wins over 30", dated(confidences=(RED_NOTE,)), C.CONFIDENCE_RED, tenths(300)
    ),
    LightCase("a yellow note", dated(percent=100, confidences=(YELLOW_NOTE,)), C.CONFIDENCE_YELLOW),
    LightCase("its filings do not count", dated(newest_due=(filing(),)), C.ON_PLAN, START),
    # Dated: the milestone plan
    LightCase("a milestone due today", dated(plan=PLAN), C.ON_PLAN, date(2026, 11, 15)),
    LightCase("the day after it", dated(plan=PLAN), C.FAR_BEHIND, MONDAY),
    LightCase("exactly 10 of the plan", dated(plan=PLAN, percent=30), C.BEHIND, MONDAY),
    LightCase("exactly 30 of the plan", dated(plan=PLAN, percent=10), C.BEHIND, MONDAY),
    LightCase("31 of the plan", dated(plan=PLAN, percent=9), C.FAR_BEHIND, MONDAY),
    LightCase("9 of the plan", dated(plan=PLAN, percent=31), C.ON_PLAN, MONDAY),
    LightCase("the plan replaces time", dated(plan=PLAN, percent=40), C.ON_PLAN, tenths(360)),
    LightCase("all milestones passed", dated(plan=PLAN, percent=40), C.FAR_BEHIND, tenths(365)),
    LightCase(
        "the plan never falls",
        dated(plan=((MONDAY - DAY, Decimal(10)), (FRIDAY, Decimal(40))), percent=20),
        C.BEHIND,
    ),
    # Dated: the date
    LightCase("due today", near(MONDAY), C.DUE_SOON),
    LightCase("due yesterday", near(MONDAY - DAY), C.OVERDUE),
    LightCase("due yesterday, a red note", near(FRIDAY, confidences=(RED_NOTE,)), C.OVERDUE),
    LightCase("extended: the new date counts", near(MONDAY + 90 * DAY), C.ON_PLAN),
    LightCase("10 working days", near(date(2026, 11, 30)), C.DUE_SOON),
    LightCase("11 working days", near(date(2026, 12, 1)), C.ON_PLAN),
    LightCase("the Sunday before the 11th", near(date(2026, 11, 29)), C.DUE_SOON, FRIDAY),
    LightCase("10 across the holiday", near(date(2026, 10, 15)), C.DUE_SOON, date(2026, 9, 24)),
    LightCase("11 across the holiday", near(date(2026, 10, 16)), C.ON_PLAN, date(2026, 9, 24)),
    # Ongoing: the lead's filing
    LightCase("due that day", ongoing(filing()), C.FILED, FRIDAY),
    LightCase("late on Saturday", ongoing(filing()), C.LEAD_LATE, FRIDAY + DAY),
    LightCase("5 working days late", ongoing(filing()), C.LEAD_LATE, date(2026, 11, 20)),
    LightCase("5, on the Sunday", ongoing(filing()), C.LEAD_LATE, date(2026, 11, 22)),
    LightCase("6 working days late", ongoing(filing()), C.LEAD_OVERDUE, date(2026, 11, 23)),
    LightCase(
        "5 across the holiday",
        ongoing(filing(due_on=date(2026, 9, 29))),
        C.LEAD_LATE,
        date(2026, 10, 12),
    ),
    LightCase(
        "6 across the holiday",
        ongoing(filing(due_on=date(2026, 9, 29))),
        C.LEAD_OVERDUE,
        date(2026, 10, 13),
    ),
    LightCase("extended filing", ongoing(filing(due_on=MONDAY)), C.FILED),
    LightCase("still a draft", ongoing(filing(state=S.DRAFT)), C.LEAD_LATE),
    LightCase("still inside", ongoing(filing(state=S.IN_AGENCY)), C.LEAD_LATE),
    LightCase("sent back inside", ongoing(filing(state=S.RETURNED)), C.LEAD_LATE),
    LightCase("submitted", ongoing(filed()), C.FILED),
    LightCase("accepted", ongoing(filed(S.ACCEPTED, has_accepted=True)), C.FILED),
    LightCase("waived", ongoing(filed(S.WAIVED)), C.FILED),
    LightCase("mending until today", ongoing(filed(S.RETURNED, mend_by=MONDAY)), C.FILED),
    LightCase("mending too long", ongoing(filed(S.RETURNED, mend_by=FRIDAY)), C.NOT_MENDED),
    LightCase("mending as a draft", ongoing(filed(S.DRAFT, mend_by=FRIDAY)), C.NOT_MENDED),
    LightCase("mended, not reviewed", ongoing(filed(mend_by=FRIDAY)), C.FILED),
    LightCase("withdrawn", ongoing(filed(S.DRAFT)), C.WITHDRAWN),
    LightCase("withdrawn before the day", ongoing(filed(S.DRAFT, due_on=MONDAY)), C.FILED),
    LightCase("withdrawn correction", ongoing(filed(S.DRAFT, has_accepted=True)), C.FILED),
    LightCase("no filing of the lead", ongoing(other()), C.NO_LEAD_FILING),
    LightCase("no filing at all", ongoing(), C.NO_LEAD_FILING),
    # Ongoing: silence, others, confidence
    LightCase("silent once", ongoing(filed(), silent_closed=SILENT[:1]), C.LEAD_MISSED),
    LightCase("silent twice", ongoing(filed(), silent_closed=SILENT), C.LEAD_SILENT),
    LightCase("silence wins over late", ongoing(filing(), silent_closed=SILENT), C.LEAD_SILENT),
    LightCase("late wins over one", ongoing(filing(), silent_closed=SILENT[:1]), C.LEAD_LATE),
    LightCase("other, 5 days", ongoing(filed(), other()), C.FILED, date(2026, 11, 20)),
    LightCase("other, 6 days", ongoing(filed(), other()), C.OTHER_LATE, date(2026, 11, 23)),
    LightCase(
        "other, waived",
        ongoing(filed(), other(state=S.WAIVED, is_filed=True)),
        C.FILED,
        date(2026, 12, 31),
    ),
    LightCase("a red note", ongoing(filed(), confidences=(RED_NOTE,)), C.CONFIDENCE_RED),
    LightCase(
        "the worst counts",
        ongoing(filed(), confidences=(YELLOW_NOTE, RED_NOTE._replace(filing_id=6))),
        C.CONFIDENCE_RED,
    ),
    LightCase("late wins over yellow", ongoing(filing(), confidences=(YELLOW_NOTE,)), C.LEAD_LATE),
    LightCase(
        "other late wins over yellow",
        ongoing(filed(), other(), confidences=(YELLOW_NOTE,)),
        C.OTHER_LATE,
        date(2026, 11, 23),
    ),
    # Other thresholds
    LightCase("strict: 2 late", ongoing(filing()), C.LEAD_LATE, date(2026, 11, 17), STRICT),
    LightCase("strict: 3 late", ongoing(filing()), C.LEAD_OVERDUE, date(2026, 11, 18), STRICT),
    LightCase(
        "strict: silent once",
        ongoing(filed(), silent_closed=SILENT[:1]),
        C.LEAD_SILENT,
        thresholds=STRICT,
    ),
    LightCase("strict: 1.4", dated(), C.ON_PLAN, tenths(14), STRICT),
    LightCase("strict: exactly 1.5", dated(), C.BEHIND, tenths(15), STRICT),
    LightCase("strict: exactly 9.5", dated(), C.BEHIND, tenths(95), STRICT),
    LightCase("strict: 9.6", dated(), C.FAR_BEHIND, tenths(96), STRICT),
    LightCase("strict: due in 3", near(date(2026, 11, 19)), C.DUE_SOON, MONDAY, STRICT),
    LightCase("strict: due in 4", near(date(2026, 11, 20)), C.ON_PLAN, MONDAY, STRICT),
    LightCase(
        "patient: silent twice",
        ongoing(filed(), silent_closed=SILENT),
        C.LEAD_MISSED,
        thresholds=PATIENT,
    ),
    LightCase("patient: due today", near(MONDAY), C.DUE_SOON, MONDAY, PATIENT),
    LightCase("patient: due tomorrow", near(MONDAY + DAY), C.ON_PLAN, MONDAY, PATIENT),
    # By hand
    LightCase(
        "by hand, its last day",
        ongoing(filed(), overrides=(BY_HAND,)),
        C.FILED,
        by_hand=Light.YELLOW,
    ),
    LightCase(
        "by hand, its first day",
        ongoing(filing(), overrides=(BY_HAND,)),
        C.FILED,
        FRIDAY,
        by_hand=Light.YELLOW,
    ),
    LightCase("by hand, over", ongoing(filing(), overrides=(BY_HAND,)), C.LEAD_LATE, MONDAY + DAY),
    LightCase("by hand, not yet", ongoing(filing(), overrides=(BY_HAND,)), C.FILED, FRIDAY - DAY),
    LightCase(
        "by hand though grey",
        ongoing(is_confirmed=False, overrides=(BY_HAND,)),
        C.UNCONFIRMED,
        by_hand=Light.YELLOW,
    ),
]  # fmt: skip
