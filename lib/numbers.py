"""Shares that add up, and figures as they are shown."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal


def shares(counts: Mapping[str, int]) -> dict[str, Decimal]:
    """Percentages with one decimal, by largest remainder: in sum 100.0; 0.0 for a total of 0."""
    total = sum(counts.values())
    if total == 0:
        return {key: Decimal("0.0") for key in counts}
    tenths = {key: divmod(count * 1000, total) for key, count in counts.items()}
    missing = 1000 - sum(whole for whole, _ in tenths.values())
    by_remainder = sorted(tenths, key=lambda key: tenths[key][1], reverse=True)
    lifted = set(by_remainder[:missing])
    return {key: Decimal(whole + (key in lifted)).scaleb(-1) for key, (whole, _) in tenths.items()}


def figure(value: Decimal, decimals: int) -> str:
    """A figure with so many decimals, half up, and never a minus before nought."""
    rounded = value.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:f}"
