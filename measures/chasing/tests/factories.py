"""What belongs to 催报, made as tests want it."""

from datetime import date

from measures.choices import Rung
from measures.models import ChaseLadder, LadderRung
from measures.rules.chasing import LadderStep
from measures.tests.factories import NOW

CHASE_ALONE = (LadderStep(Rung.CHASE, 2),)


def make_ladder(*steps: LadderStep, **fields: object) -> ChaseLadder:
    """A ladder, of one rung where none is given, that does not hold yet."""
    row = ChaseLadder.objects.create(
        **{"valid_from": date(2027, 1, 1), "reason": "试行。", "set_at": NOW} | fields
    )
    for step in steps or CHASE_ALONE:
        LadderRung.objects.create(ladder=row, **step._asdict())
    return row
