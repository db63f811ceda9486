"""Facts for the light rule with default values, and the resulting light."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from measures.choices import Cause, FilingState, Light, Nature, Stage
from measures.rules.facts import ConfidenceFact, Facts, FilingFact, IndicatorFact, MilestoneFact
from measures.rules.light import light_of
from measures.rules.tests.calendar import AUTUMN_2026

FRIDAY = date(2026, 11, 13)
MONDAY = date(2026, 11, 16)
LEAD = "市农业农村委"
DAY = timedelta(days=1)
# Exactly 1000 days, so that a day is 0.1 percentage points of the plan.
START, DUE = date(2026, 1, 1), date(2026, 1, 1) + 1000 * DAY


class Said(NamedTuple):
    """The parts of a verdict that a reader sees."""

    light: Light
    sentence: str
    filing_id: int | None = None


def light(facts, on=MONDAY, calendar=AUTUMN_2026):
    """Return the light by the rule, by default on Monday."""
    return said(judged(facts, on=on, calendar=calendar))


def judged(facts, on=MONDAY, calendar=AUTUMN_2026):
    """Return the whole verdict."""
    return light_of(facts, on=on, calendar=calendar)


def said(verdict):
    """Return a verdict as a reader sees it."""
    return Said(verdict.light, verdict.sentence, verdict.filing_id)


def dated(unmoved_periods=0, **fields):
    """Return a dated measure under way without progress; its lead's note is accepted.

    `unmoved_periods`: how many periods came due since its percent last rose.
    """
    known: dict[str, Any] = {
        "nature": Nature.DATED,
        "stage": Stage.UNDER_WAY,
        "starts_on": START,
        "due_on": DUE,
        "percent": 0,
        "has_due_period": True,
        "lead": LEAD,
        "filings": (accepted(),),
        "unmoved_due": tuple(START + n * DAY for n in range(unmoved_periods)),
    }
    return Facts(**known | fields)


def filing(**fields):
    """Return the lead's filing, due on Friday and not submitted."""
    known: dict[str, Any] = {
        "filing_id": 1,
        "agency": LEAD,
        "period": "三季度",
        "due_on": FRIDAY,
        "state": FilingState.PENDING,
        "is_filed": False,
        "is_lead": True,
    }
    return FilingFact(**known | fields)


def filed(state=FilingState.SUBMITTED, **fields):
    """Return the same, submitted on time."""
    return filing(state=state, is_filed=True, **fields)


def other(**fields):
    """Return another agency's filing, not submitted."""
    return filing(**{"filing_id": 2, "agency": "重庆海关", "is_lead": False} | fields)


def accepted(**fields):
    """Return the same, submitted on time and accepted."""
    return filed(FilingState.ACCEPTED, has_accepted=True, **fields)


def milestone(due_on, **fields):
    """Return a milestone that is not done."""
    return MilestoneFact(
        **{"title": "印发需求台账", "due_on": due_on, "agency": "市经济信息委"} | fields
    )


def indicator(cause, **fields):
    """Return a fault of an indicator."""
    known = {
        "words": "指标“备案用时”由7.1升至7.9",
        "agency": "市药监局",
        "since": date(2026, 9, 30),
    }
    return IndicatorFact(Cause(cause), **known | fields)


def ongoing(*filings, **fields):
    """Return an ongoing measure under way, with filings of its lead and others."""
    known: dict[str, Any] = {
        "nature": Nature.ONGOING,
        "stage": Stage.UNDER_WAY,
        "starts_on": date(2018, 11, 30),
        "has_due_period": True,
        "lead": LEAD,
        "filings": filings,
    }
    return Facts(**known | fields)


def confidence(value, **fields):
    """Return the confidence in an accepted note of the last period but one."""
    known: dict[str, Any] = {
        "filing_id": 5,
        "agency": "市财政局",
        "period": "二季度",
        "reason": "资金未到位",
    }
    return ConfidenceFact(confidence=value, **known | fields)
