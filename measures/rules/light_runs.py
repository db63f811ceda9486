"""How a measure's light went, as runs of days under one light, and as a strip. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import NamedTuple

from measures.choices import Light

ONE_DAY = timedelta(days=1)
STRIP_DAYS = 180
WIDTH = 600.0


class LightStep(NamedTuple):
    """A light from a day on, with what explained it."""

    on: date
    light: Light
    label: str
    sentence: str
    url: str
    until: date | None = None  # a person set it, to hold until that day

    @property
    def kind(self) -> tuple[str, bool]:
        """What makes a run: the light, and whether a person set it."""
        return self.light, self.until is not None


class LightRun(NamedTuple):
    """The days from the first to the last (None: still) under one light; its last step."""

    first: date
    last: date | None
    days: int
    step: LightStep


class LightBand(NamedTuple):
    """One run's part of the strip."""

    run: LightRun
    x: float
    width: float


def runs_of(steps: Sequence[LightStep], *, on: date) -> list[LightRun]:
    """The runs, the oldest first, from steps in the order of their days."""
    groups = [list(group) for _, group in groupby(steps, key=lambda step: step.kind)]
    found = []
    for group, following in zip(groups, [*groups[1:], None], strict=False):
        first = group[0].on
        last = following[0].on - ONE_DAY if following else None
        found.append(LightRun(first, last, ((last or on) - first).days + 1, group[-1]))
    return found


def strip_of(runs: Sequence[LightRun], *, on: date) -> list[LightBand]:
    """The newest days as bands from left to right; what lies further back is left out."""
    since = max(runs[0].first, on - (STRIP_DAYS - 1) * ONE_DAY) if runs else on
    scale = WIDTH / ((on - since).days + 1)
    bands = []
    for run in runs:
        first, last = max(run.first, since), run.last or on
        if first <= last:
            days = (last - first).days + 1
            x = (first - since).days * scale
            bands.append(LightBand(run, round(x, 2), round(days * scale, 2)))
    return bands
