"""Factories for ladders and reminders."""

from datetime import date

from measures.choices import Rung
from measures.models import ChaseLadder, ChaseRound, Filing, LadderRung, Urge
from measures.rules.chasing import LadderStep
from measures.tests.factories import NOW

CHASE_ALONE = (LadderStep(Rung.CHASE, 2),)


def make_ladder(*steps: LadderStep, **fields: object) -> ChaseLadder:
    """Create a ladder, by default with one rung, that is not effective yet."""
    row = ChaseLadder.objects.create(
        **{"valid_from": date(2027, 1, 1), "reason": "试行。", "set_at": NOW} | fields
    )
    for step in steps or CHASE_ALONE:
        LadderRung.objects.create(ladder=row, **step._asdict())
    return row


def make_urge(filing: Filing, rung: Rung = Rung.CHASE, **fields: object) -> Urge:
    """Create a reminder sent on the tests' day; with `passed_at` it was skipped."""
    facts: dict[str, object] = {"due_on": filing.due_on}
    if "passed_at" not in fields:
        round_ = ChaseRound.objects.create(agency=filing.agency, asked_at=NOW)
        facts |= {"sent_at": NOW, "round": round_}
    return Urge.objects.create(filing=filing, rung=rung, **facts | fields)
