"""One table of cases for the light: the result, the facts, the day, the cause.

It tests the rule, and the gathering of facts, which reads them from rows in the database
(measures/tests/lit.py). Sentences are in test_light*.py.
"""

from datetime import date
from decimal import Decimal
from typing import NamedTuple

from measures.choices import Cause, Confidence, FilingState, Light, Stage
from measures.rules.facts import Facts, FilingFact, OverrideFact, Verdict
from measures.rules.tests.facts import (
    DAY,
    DUE,
    FRIDAY,
    MONDAY,
    START,
    accepted,
    confidence,
    dated,
    filed,
    filing,
    indicator,
    milestone,
    ongoing,
    other,
)
from measures.rules.thresholds import DEFAULTS, Thresholds

S = FilingState
PLAN = ((date(2026, 11, 15), Decimal(40)), (date(2026, 12, 31), Decimal(100)))
SECOND, FIRST = date(2026, 7, 7), date(2026, 4, 8)  # the due days of earlier quarters
BEFORE = accepted(filing_id=3, period="二季度", due_on=SECOND)
OLD = filing(filing_id=3, period="二季度", due_on=SECOND)
OLDER = filing(filing_id=4, period="一季度", due_on=FIRST)
RED_NOTE, YELLOW_NOTE = confidence(Confidence.RED), confidence(Confidence.YELLOW)
OTHERS_NOTE = RED_NOTE._replace(filing_id=6, agency="市科技局")
RED_DRAFT = RED_NOTE._replace(is_accepted=False)
GREEN_DRAFT = confidence(Confidence.GREEN, is_accepted=False)
YELLOW_DRAFT = YELLOW_NOTE._replace(is_accepted=False)
STRICT = Thresholds(
    late_workdays=2,
    lead_workdays=4,
    lead_debts=1,
    gap_yellow=Decimal("1.5"),
    gap_red=Decimal("9.5"),
    due_soon_workdays=3,
    milestone_workdays=2,
    moved_periods=1,
    unmoved_periods=2,
)
PATIENT = DEFAULTS._replace(
    late_workdays=20, lead_debts=3, lead_workdays=120, due_soon_workdays=0, unmoved_periods=4
)
BY_HAND = OverrideFact(Light.YELLOW, "已商定方案", FRIDAY, MONDAY)


class LightCase(NamedTuple):
    """One case; `light` is that of the cause unless an override is effective."""

    name: str
    facts: Facts
    cause: Cause
    on: date = MONDAY
    thresholds: Thresholds = DEFAULTS
    by_hand: Light | None = None

    @property
    def expected(self) -> tuple[Light, Cause, bool]:
        """Return the light, the row of the rule, and whether a person set the light."""
        return self.by_hand or self.cause.light, self.cause, self.by_hand is not None

    def found(self, verdict: Verdict) -> tuple[Light, Cause, bool]:
        """Return the same of a verdict."""
        rule = verdict.computed or verdict
        return verdict.light, rule.cause, verdict.is_manual


def tenths(count: int) -> date:
    """Return the day on which the time plan expects so many tenths of a percentage point."""
    return START + count * DAY


def gone() -> FilingFact:
    """Return the lead's filing, written off by the commission."""
    return filing(is_written_off=True)


def moved(**fields: object) -> Facts:
    """Return a dated measure at 60 percent whose due date was moved by 200 days."""
    return dated(**{"percent": 60, "original_due_on": DUE - 200 * DAY} | fields)


def near(due_on: date, **fields: object) -> Facts:
    return dated(due_on=due_on, percent=100, **fields)


C = Cause
CASES = [
    # Grey, and done
    LightCase("done in time", dated(stage=Stage.DONE, percent=100), C.DONE),
    LightCase("done late is done", dated(stage=Stage.DONE, percent=100), C.DONE, DUE + DAY),
    LightCase("made routine", ongoing(stage=Stage.DONE), C.DONE),
    LightCase("done, though debts are left", ongoing(filing(), OLD, stage=Stage.DONE), C.DONE),
    LightCase("done wins over a person", ongoing(stage=Stage.DONE, overrides=(BY_HAND,)), C.DONE),
    LightCase("suspended", ongoing(filing(), stage=Stage.SUSPENDED), C.SUSPENDED),
    LightCase("ended", ongoing(filing(), stage=Stage.ENDED), C.ENDED),
    LightCase("suspended and overdue", dated(stage=Stage.SUSPENDED), C.SUSPENDED, DUE + DAY),
    LightCase("agencies unconfirmed", ongoing(filing(), is_confirmed=False), C.UNCONFIRMED),
    LightCase("dated, unconfirmed", dated(is_confirmed=False), C.UNCONFIRMED, DUE + DAY),
    LightCase("before the start", ongoing(filing(), starts_on=MONDAY + DAY), C.NOT_BEGUN),
    LightCase("the first day", ongoing(accepted(), starts_on=MONDAY), C.FILED),
    LightCase("no period yet", ongoing(has_due_period=False), C.NO_PERIOD),
    LightCase("dated, no period yet", dated(has_due_period=False), C.NO_PERIOD, tenths(900)),
    # The two greens: only what was accepted may be relied on
    LightCase("accepted", ongoing(accepted()), C.FILED),
    LightCase("submitted, not reviewed", ongoing(filed()), C.WAITING),
    LightCase("mended, not reviewed again", ongoing(filed(mend_by=FRIDAY)), C.WAITING),
    LightCase("filed late, waiting", ongoing(filed(due_on=FIRST)), C.WAITING),
    LightCase("filed late, accepted", ongoing(accepted(due_on=FIRST)), C.FILED),
    LightCase(
        "the newest waits, the one before is accepted",
        ongoing(filed(), BEFORE),
        C.WAITING,
    ),
    LightCase(
        "the newest is accepted, the one before waits",
        ongoing(accepted(), filed(filing_id=3, period="二季度", due_on=SECOND)),
        C.FILED,
    ),
    LightCase("correction in hand", ongoing(filed(S.DRAFT, has_accepted=True)), C.FILED),
    LightCase("correction waits", ongoing(filed(S.SUBMITTED, has_accepted=True)), C.FILED),
    LightCase(
        "correction returned",
        ongoing(filed(S.RETURNED, has_accepted=True, mend_by=FRIDAY)),
        C.FILED,
    ),
    LightCase("dated, accepted", dated(percent=60), C.ON_PLAN, tenths(500)),
    LightCase("dated, waiting", dated(percent=60, filings=(filed(),)), C.WAITING, tenths(500)),
    LightCase(
        "waived: the one before counts",
        ongoing(filed(S.WAIVED), BEFORE),
        C.FILED,
    ),
    LightCase("waived, and nothing before", ongoing(filed(S.WAIVED)), C.NO_LEAD_FILING),
    LightCase("given up, and nothing before", ongoing(gone()), C.NO_LEAD_FILING),
    LightCase("no filing of the lead", ongoing(other()), C.NO_LEAD_FILING),
    LightCase("no filing at all", ongoing(), C.NO_LEAD_FILING),
    LightCase("due that day", ongoing(filing()), C.NO_LEAD_FILING, FRIDAY),
    LightCase(
        "due that day, the one before accepted",
        ongoing(filing(), BEFORE),
        C.FILED,
        FRIDAY,
    ),
    # 隔期填报: the newest due period requested nothing, so nothing is owed or missing
    LightCase("skipped, the one before accepted", ongoing(BEFORE, skipped="三季度"), C.FILED),
    LightCase("skipped on its last day", ongoing(BEFORE, skipped="三季度"), C.FILED, FRIDAY),
    LightCase(
        "skipped for months", ongoing(BEFORE, skipped="三季度"), C.FILED, date(2027, 6, 30)
    ),
    LightCase(
        "skipped, the one before waits",
        ongoing(filed(filing_id=3, period="二季度", due_on=SECOND), skipped="三季度"),
        C.WAITING,
    ),
    LightCase("skipped, nothing before", ongoing(skipped="三季度"), C.NO_LEAD_FILING),
    LightCase("skipped forgives no debt", ongoing(OLD, skipped="三季度"), C.LEAD_OVERDUE),
    LightCase("skipped, two debts", ongoing(OLD, OLDER, skipped="三季度"), C.LEAD_SILENT),
    LightCase(
        "skipped, another agency owes",
        ongoing(BEFORE, other(period="二季度", due_on=SECOND), skipped="三季度"),
        C.OTHER_LATE,
    ),
    LightCase(
        "dated and skipped",
        dated(percent=60, filings=(BEFORE,), skipped="三季度"),
        C.ON_PLAN,
        tenths(500),
    ),
    LightCase(
        "dated and skipped, unmoved for 2 that asked",
        dated(percent=60, filings=(BEFORE,), unmoved_periods=2, skipped="三季度"),
        C.ON_PLAN,
    ),
    LightCase(
        "dated and skipped, unmoved for 3 that asked",
        dated(percent=60, filings=(BEFORE,), unmoved_periods=3, skipped="三季度"),
        C.UNMOVED,
    ),
    LightCase(
        "skipped, a red note before",
        ongoing(BEFORE, confidences=(RED_NOTE,), skipped="三季度"),
        C.CONFIDENCE_RED,
    ),
    # Returned is never green
    LightCase("returned", ongoing(filed(S.RETURNED, mend_by=MONDAY)), C.RETURNED),
    LightCase("returned, being written", ongoing(filed(S.DRAFT, mend_by=MONDAY)), C.RETURNED),
    LightCase("returned too long", ongoing(filed(S.RETURNED, mend_by=FRIDAY)), C.NOT_MENDED),
    LightCase("mending as a draft", ongoing(filed(S.DRAFT, mend_by=FRIDAY)), C.NOT_MENDED),
    LightCase("mending inside", ongoing(filed(S.IN_AGENCY, mend_by=FRIDAY)), C.NOT_MENDED),
    LightCase(
        "an older one was never mended",
        ongoing(
            accepted(),
            filed(S.RETURNED, filing_id=3, period="二季度", due_on=SECOND, mend_by=SECOND),
        ),
        C.NOT_MENDED,
    ),
    LightCase("dated, returned", dated(filings=(filed(S.RETURNED),)), C.RETURNED, START),
    # What the lead owes
    LightCase("late on Saturday", ongoing(filing()), C.LEAD_LATE, FRIDAY + DAY),
    LightCase("20 working days late", ongoing(filing()), C.LEAD_LATE, date(2026, 12, 11)),
    LightCase("20, on the Sunday", ongoing(filing()), C.LEAD_LATE, date(2026, 12, 13)),
    LightCase("21 working days late", ongoing(filing()), C.LEAD_OVERDUE, date(2026, 12, 14)),
    LightCase(
        "20 across the holiday",
        ongoing(filing(due_on=date(2026, 9, 11))),
        C.LEAD_LATE,
        date(2026, 10, 15),
    ),
    LightCase(
        "21 across the holiday",
        ongoing(filing(due_on=date(2026, 9, 11))),
        C.LEAD_OVERDUE,
        date(2026, 10, 16),
    ),
    LightCase("two debts, the newer a day late", ongoing(filing(), OLD), C.LEAD_SILENT),
    LightCase("two debts, one due today", ongoing(filing(), OLD), C.LEAD_OVERDUE, FRIDAY),
    LightCase("three debts", ongoing(filing(), OLD, OLDER), C.LEAD_SILENT),
    LightCase("a new period forgives nothing", ongoing(accepted(), OLD), C.LEAD_OVERDUE),
    LightCase("two old debts, the newest accepted", ongoing(accepted(), OLD, OLDER), C.LEAD_SILENT),
    LightCase(
        "one was given up",
        ongoing(accepted(), OLD, OLDER._replace(is_written_off=True)),
        C.LEAD_OVERDUE,
    ),
    LightCase("all were given up", ongoing(accepted(), OLD._replace(is_written_off=True)), C.FILED),
    LightCase("one was waived", ongoing(accepted(), OLD._replace(state=S.WAIVED)), C.FILED),
    LightCase(
        "one was filed afterwards, and waits",
        ongoing(accepted(), filed(filing_id=3, period="二季度", due_on=SECOND)),
        C.FILED,
    ),
    LightCase("extended filing", ongoing(filing(due_on=MONDAY), BEFORE), C.FILED),
    LightCase("still a draft", ongoing(filing(state=S.DRAFT)), C.LEAD_LATE),
    LightCase("still inside", ongoing(filing(state=S.IN_AGENCY)), C.LEAD_LATE),
    LightCase("sent back inside", ongoing(filing(state=S.RETURNED)), C.LEAD_LATE),
    LightCase(
        "sent back inside, not due yet",
        ongoing(filing(state=S.RETURNED, due_on=MONDAY), BEFORE),
        C.FILED,
    ),
    LightCase("withdrawn", ongoing(filed(S.DRAFT)), C.WITHDRAWN),
    LightCase("withdrawn for 20 days", ongoing(filed(S.DRAFT)), C.WITHDRAWN, date(2026, 12, 11)),
    LightCase("withdrawn for 21", ongoing(filed(S.DRAFT)), C.LEAD_OVERDUE, date(2026, 12, 14)),
    LightCase(
        "withdrawn before the day",
        ongoing(filed(S.DRAFT, due_on=MONDAY), BEFORE),
        C.FILED,
    ),
    LightCase("dated, its lead owes", dated(percent=60, filings=(filing(),)), C.LEAD_LATE, MONDAY),
    LightCase("dated, two debts", dated(percent=60, filings=(filing(), OLD)), C.LEAD_SILENT),
    # What another agency owes
    LightCase("other, 5 days", ongoing(accepted(), other()), C.FILED, date(2026, 11, 20)),
    LightCase("other, 5 on the Sunday", ongoing(accepted(), other()), C.FILED, date(2026, 11, 22)),
    LightCase("other, 6 days", ongoing(accepted(), other()), C.OTHER_LATE, date(2026, 11, 23)),
    LightCase("other, a year", ongoing(accepted(), other()), C.OTHER_LATE, date(2027, 11, 23)),
    LightCase("other, an old debt", ongoing(accepted(), other(due_on=SECOND)), C.OTHER_LATE),
    LightCase(
        "other, waived",
        ongoing(accepted(), other(state=S.WAIVED, is_filed=True)),
        C.FILED,
        date(2026, 12, 31),
    ),
    LightCase(
        "other, given up",
        ongoing(accepted(), other(is_written_off=True)),
        C.FILED,
        date(2026, 12, 31),
    ),
    LightCase(
        "other, withdrawn",
        ongoing(accepted(), other(state=S.DRAFT, is_filed=True)),
        C.OTHER_LATE,
        date(2026, 12, 31),
    ),
    # Confidence: bad news counts when it is submitted
    LightCase("a red note", ongoing(accepted(), confidences=(RED_NOTE,)), C.CONFIDENCE_RED),
    LightCase(
        "a red note waits for review",
        ongoing(filed(), confidences=(RED_DRAFT,)),
        C.CONFIDENCE_RED,
    ),
    LightCase("a yellow note", ongoing(filed(), confidences=(YELLOW_NOTE,)), C.CONFIDENCE_YELLOW),
    LightCase(
        "a yellow note waits for review",
        ongoing(accepted(), confidences=(YELLOW_DRAFT,)),
        C.CONFIDENCE_YELLOW,
    ),
    LightCase(
        "a green note waits, a yellow one is accepted",
        ongoing(filed(), confidences=(YELLOW_NOTE, GREEN_DRAFT)),
        C.CONFIDENCE_YELLOW,
    ),
    LightCase(
        "the worst counts",
        ongoing(accepted(), confidences=(YELLOW_NOTE, OTHERS_NOTE)),
        C.CONFIDENCE_RED,
    ),
    LightCase("dated, a red note", dated(percent=100, confidences=(RED_NOTE,)), C.CONFIDENCE_RED),
    LightCase("late wins over yellow", ongoing(filing(), confidences=(YELLOW_NOTE,)), C.LEAD_LATE),
    LightCase(
        "other late wins over yellow",
        ongoing(accepted(), other(), confidences=(YELLOW_NOTE,)),
        C.OTHER_LATE,
        date(2026, 11, 23),
    ),
    # Milestones, of measures with and without a date
    LightCase("due today", ongoing(accepted(), milestones=(milestone(MONDAY),)), C.FILED),
    LightCase("a day late", ongoing(accepted(), milestones=(milestone(FRIDAY),)), C.MILESTONE_LATE),
    LightCase(
        "30 working days late",
        ongoing(accepted(), milestones=(milestone(date(2026, 9, 29)),)),
        C.MILESTONE_LATE,
    ),
    LightCase(
        "31 working days late",
        ongoing(accepted(), milestones=(milestone(date(2026, 9, 28)),)),
        C.MILESTONE_OVERDUE,
    ),
    LightCase(
        "dated, without a planned percent",
        dated(percent=60, milestones=(milestone(FRIDAY),)),
        C.MILESTONE_LATE,
        tenths(330),
    ),
    # Indicators
    *(
        LightCase(f"an indicator: {one.cause}", ongoing(accepted(), indicators=(one,)), one.cause)
        for one in map(indicator, (C.INDICATOR_WORSE, C.INDICATOR_MISSED, C.INDICATOR_STALE))
    ),
    LightCase(
        "the wrong way wins over stale",
        ongoing(
            filed(), indicators=(indicator(C.INDICATOR_STALE), indicator(C.INDICATOR_WORSE))
        ),
        C.INDICATOR_WORSE,
    ),
    # Dated: the time plan
    LightCase("9.9 points behind", dated(percent=50), C.ON_PLAN, tenths(599)),
    LightCase("exactly 10 points", dated(percent=50), C.BEHIND, tenths(600)),
    LightCase("exactly 30 points", dated(percent=50), C.BEHIND, tenths(800)),
    LightCase("30.1 points", dated(percent=50), C.FAR_BEHIND, tenths(801)),
    LightCase("no word counts as nothing", dated(percent=None), C.BEHIND, tenths(300)),
    LightCase("no word, 30.1", dated(percent=None), C.FAR_BEHIND, tenths(301)),
    LightCase("a third of the time", dated(due_on=START + 3 * DAY, percent=100), C.DUE_SOON, START),
    LightCase("behind wins over due soon", dated(percent=70), C.BEHIND, DUE),
    LightCase("far behind wins over a red note", dated(confidences=(RED_NOTE,)), C.FAR_BEHIND, DUE),
    LightCase(
        "a red note wins over 30", dated(confidences=(RED_NOTE,)), C.CONFIDENCE_RED, tenths(300)
    ),
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
    LightCase("due today, dated", near(MONDAY), C.DUE_SOON),
    LightCase("due yesterday", near(MONDAY - DAY), C.OVERDUE),
    LightCase("due yesterday, a red note", near(FRIDAY, confidences=(RED_NOTE,)), C.OVERDUE),
    LightCase("the new date counts", near(MONDAY + 90 * DAY), C.ON_PLAN),
    LightCase("10 working days", near(date(2026, 11, 30)), C.DUE_SOON),
    LightCase("11 working days", near(date(2026, 12, 1)), C.ON_PLAN),
    LightCase("the Sunday before the 11th", near(date(2026, 11, 29)), C.DUE_SOON, FRIDAY),
    LightCase("10 across the holiday", near(date(2026, 10, 15)), C.DUE_SOON, date(2026, 9, 24)),
    LightCase("11 across the holiday", near(date(2026, 10, 16)), C.ON_PLAN, date(2026, 9, 24)),
    # Dated: no progress
    LightCase("put back, unmoved for 1", moved(unmoved_periods=1), C.ON_PLAN),
    LightCase("put back, unmoved for 2", moved(unmoved_periods=2), C.DATE_MOVED),
    LightCase("put back, unmoved for 3", moved(unmoved_periods=3), C.DATE_MOVED),
    LightCase("put back, fell", moved(unmoved_periods=2, fell_from=65), C.DATE_MOVED),
    LightCase("put back, fell, 1 period", moved(unmoved_periods=1, fell_from=65), C.ON_PLAN),
    LightCase("put back, overdue again", moved(due_on=FRIDAY, unmoved_periods=2), C.OVERDUE),
    LightCase(
        "brought forward, unmoved for 2",
        moved(original_due_on=DUE + DAY, unmoved_periods=2),
        C.ON_PLAN,
    ),
    LightCase("not moved, unmoved for 2", dated(percent=60, unmoved_periods=2), C.ON_PLAN),
    LightCase("not moved, unmoved for 3", dated(percent=60, unmoved_periods=3), C.UNMOVED),
    LightCase("fell", dated(percent=60, unmoved_periods=3, fell_from=65), C.UNMOVED),
    LightCase("unmoved, no word ever", dated(percent=None, unmoved_periods=3), C.UNMOVED, START),
    LightCase("unmoved, and overdue", near(FRIDAY, unmoved_periods=3), C.OVERDUE),
    # Other thresholds
    LightCase("strict: one debt", ongoing(filing()), C.LEAD_SILENT, MONDAY, STRICT),
    LightCase(
        "strict: other, 2 late",
        ongoing(accepted(), other()),
        C.FILED,
        date(2026, 11, 17),
        STRICT,
    ),
    LightCase(
        "strict: other, 3 late",
        ongoing(accepted(), other()),
        C.OTHER_LATE,
        date(2026, 11, 18),
        STRICT,
    ),
    LightCase(
        "4 days, one debt allowed",
        ongoing(filing()),
        C.LEAD_LATE,
        date(2026, 11, 19),
        STRICT._replace(lead_debts=2),
    ),
    LightCase(
        "5 days, one debt allowed",
        ongoing(filing()),
        C.LEAD_OVERDUE,
        date(2026, 11, 20),
        STRICT._replace(lead_debts=2),
    ),
    LightCase("strict: 1.4", dated(), C.ON_PLAN, tenths(14), STRICT),
    LightCase("strict: exactly 1.5", dated(), C.BEHIND, tenths(15), STRICT),
    LightCase("strict: exactly 9.5", dated(), C.BEHIND, tenths(95), STRICT),
    LightCase("strict: 9.6", dated(), C.FAR_BEHIND, tenths(96), STRICT),
    LightCase("strict: due in 3", near(date(2026, 11, 19)), C.DUE_SOON, MONDAY, STRICT),
    LightCase("strict: due in 4", near(date(2026, 11, 20)), C.ON_PLAN, MONDAY, STRICT),
    LightCase(
        "strict: a milestone 3 late",
        ongoing(accepted(), milestones=(milestone(date(2026, 11, 11)),)),
        C.MILESTONE_OVERDUE,
        MONDAY,
        STRICT,
    ),
    LightCase(
        "strict: a milestone 2 late",
        ongoing(accepted(), milestones=(milestone(date(2026, 11, 12)),)),
        C.MILESTONE_LATE,
        MONDAY,
        STRICT,
    ),
    LightCase("strict: put back, moved on", moved(), C.ON_PLAN, MONDAY, STRICT),
    LightCase("strict: put back", moved(unmoved_periods=1), C.DATE_MOVED, MONDAY, STRICT),
    LightCase(
        "strict: unmoved", dated(percent=60, unmoved_periods=2), C.UNMOVED, MONDAY, STRICT
    ),
    LightCase("patient: two debts", ongoing(filing(), OLD), C.LEAD_LATE, MONDAY, PATIENT),
    LightCase("patient: three", ongoing(filing(), OLD, OLDER), C.LEAD_SILENT, MONDAY, PATIENT),
    LightCase(
        "patient: 120 days",
        ongoing(filing(due_on=date(2026, 5, 26))),
        C.LEAD_LATE,
        MONDAY,
        PATIENT,
    ),
    LightCase(
        "patient: 121 days",
        ongoing(filing(due_on=date(2026, 5, 25))),
        C.LEAD_OVERDUE,
        MONDAY,
        PATIENT,
    ),
    LightCase(
        "patient: unmoved for 3",
        dated(percent=60, unmoved_periods=3),
        C.ON_PLAN,
        MONDAY,
        PATIENT,
    ),
    LightCase(
        "patient: unmoved for 4",
        dated(percent=60, unmoved_periods=4),
        C.UNMOVED,
        MONDAY,
        PATIENT,
    ),
    LightCase("patient: due today", near(MONDAY), C.DUE_SOON, MONDAY, PATIENT),
    LightCase("patient: due tomorrow", near(MONDAY + DAY), C.ON_PLAN, MONDAY, PATIENT),
    # Overrides
    LightCase(
        "by hand, its last day",
        ongoing(accepted(), overrides=(BY_HAND,)),
        C.FILED,
        by_hand=Light.YELLOW,
    ),
    LightCase(
        "by hand, its first day",
        ongoing(filed(), overrides=(BY_HAND,)),
        C.WAITING,
        FRIDAY,
        by_hand=Light.YELLOW,
    ),
    LightCase("by hand, over", ongoing(filing(), overrides=(BY_HAND,)), C.LEAD_LATE, MONDAY + DAY),
    LightCase("by hand, not yet", ongoing(accepted(), overrides=(BY_HAND,)), C.FILED, FRIDAY - DAY),
    LightCase(
        "by hand though grey",
        ongoing(is_confirmed=False, overrides=(BY_HAND,)),
        C.UNCONFIRMED,
        by_hand=Light.YELLOW,
    ),
]  # fmt: skip
