"""隔期填报: which measures need to be filed every second period only. Pure.

国办函〔2026〕12号 asks for fewer reports. Where nothing has changed for long and nothing is wrong,
every second report is enough.
"""

from collections.abc import Sequence
from typing import NamedTuple

from measures.choices import Light


class AskedPeriod(NamedTuple):
    """A measure in one closed period.

    `light`: the light kept when the period closed; empty where no snapshot was taken. `unchanged`:
    one entry for each filing owed: True if 本期无新进展 was accepted, None if nothing was accepted.
    `agencies`: the names of the agencies that owed them.
    """

    light: str
    unchanged: Sequence[bool | None]
    label: str = ""
    agencies: Sequence[str] = ()

    @property
    def is_calm(self) -> bool:
        """Whether the light was green and every filing, at least one, was accepted without news."""
        return self.light == Light.GREEN and bool(self.unchanged) and all(self.unchanged)


def grounds_of(periods: Sequence[AskedPeriod]) -> str:
    """Return the reason for a proposal, in words: the periods, newest first, and their agencies."""
    names = dict.fromkeys(name for one in periods for name in one.agencies)
    labels = "、".join(one.label for one in periods)
    return f"{labels}都是绿灯、无新进展；{'、'.join(names)}；现在绿灯"


def may_alternate(light: str, periods: Sequence[AskedPeriod], *, least: int) -> bool:
    """Whether a measure is proposed: green now, and calm in the last `least` closed periods.

    `periods`: its closed periods, the newest first.
    """
    newest = periods[:least]
    return light == Light.GREEN and len(newest) == least and all(one.is_calm for one in newest)
