"""From values to coordinates: a linear scale, and round numbers to label on it."""

from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, NamedTuple

STEPS = (Decimal(1), Decimal(2), Decimal(5), Decimal(10))
GAPS = 4  # about how many steps lie between the first tick and the last, by default


class Tick(NamedTuple):
    at: float
    label: str
    anchor: str = ""  # text-anchor of SVG, if the text is not centred under its tick


class Scale(NamedTuple):
    """Maps [low, high], numbers or days, to [start, end]; to its middle if low equals high."""

    low: Any
    high: Any
    start: float
    end: float

    def at(self, value: Decimal | date) -> float:
        """The coordinate of a value, rounded to hundredths."""
        if self.high == self.low:
            return round((self.start + self.end) / 2, 2)
        # Two timedeltas divide to a float, two Decimals to a Decimal.
        share = float((value - self.low) / (self.high - self.low))
        return round(self.start + share * (self.end - self.start), 2)


def nice_ticks(low: Decimal, high: Decimal, *, gaps: int = GAPS) -> list[Decimal]:
    """Round numbers from below `low` to `high`; their step is 1, 2 or 5 times a power of ten."""
    if low == high:
        low, high = low - (abs(low) / 10 or 1), high + (abs(high) / 10 or 1)
    raw = (high - low) / gaps
    power = Decimal(1).scaleb(raw.adjusted())
    step = next(power * step for step in STEPS if power * step >= raw)
    first = (low / step).to_integral_value(ROUND_FLOOR)
    last = (high / step).to_integral_value(ROUND_CEILING)
    return [_plain(step * number) for number in range(int(first), int(last) + 1)]


def _plain(number: Decimal) -> Decimal:
    return number.quantize(Decimal(1)) if number == number.to_integral_value() else number
