"""A bullet: how far a value has come from its start to its target. Geometry only."""

from decimal import Decimal
from typing import NamedTuple

WIDTH = 300
AHEAD = Decimal("1.2")  # so much of the way is drawn: what goes beyond the target is seen


class Bullet(NamedTuple):
    width: int
    filled: float
    target: float
    is_clipped: bool  # the value lies outside of what is drawn


def bullet(share: Decimal) -> Bullet:
    """Lay out a share of the way, in percent: 0 is the start, 100 the target."""
    drawn = share / 100 / AHEAD
    inside = min(max(drawn, Decimal(0)), Decimal(1))
    target = round(WIDTH / float(AHEAD), 2)
    return Bullet(WIDTH, round(float(inside) * WIDTH, 2), target, inside != drawn)
