"""How a measure's light went: runs of days under one light for one cause, and a strip. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from measures.choices import Light

ONE_DAY = timedelta(days=1)
# In percent of the strip's width, as it is on a phone: less room than this holds no word.
ROOM_FOR_SHAPE, ROOM_FOR_WORDS = 4.0, 32.0
ROOM_AT_ENDS, ROOM_FOR_DAY = 28.0, 15.0  # a whole day at the ends, a short one between


class LightWord(NamedTuple):
    """A light in the words of its day, for a badge."""

    label: str
    tone: str
    shape: str


class LightStep(NamedTuple):
    """A light from a day on, with what explained it on the day on which that weighed most."""

    on: date
    light: Light
    label: str
    sentence: str
    url: str
    cause: str = ""
    until: date | None = None  # a person set it, to hold until that day
    severity: Decimal = Decimal(0)
    is_old_rule: bool = False
    begun: str = ""  # what explained it on its first day, where that was kept

    @property
    def kind(self) -> tuple[Light, str, date | None, bool]:
        """What makes a run: the light and its one cause, by one rule."""
        return self.light, self.cause, self.until, self.is_old_rule

    @property
    def shown(self) -> LightWord:
        """The light as it was called then."""
        return LightWord(self.label, self.light.tone, self.light.shape)


class LightRun(NamedTuple):
    """The days from the first to the last (None: still) under one light for one cause.

    `step` is the one that weighed most; of equal ones the last. `begun`: what was said on the
    first day, if that was something else.
    """

    first: date
    last: date | None
    days: int
    step: LightStep
    begun: str = ""


class LightBand(NamedTuple):
    """The part of the strip that is of one light, in percent of its width."""

    run: LightRun
    x: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def has_shape(self) -> bool:
        """Whether its sign has room in it."""
        return self.width >= ROOM_FOR_SHAPE

    @property
    def has_words(self) -> bool:
        """Whether its name and days have room in it too."""
        return self.width >= ROOM_FOR_WORDS


class StripDay(NamedTuple):
    """A day named under the strip."""

    on: date
    label: str
    x: float
    anchor: str  # as SVG has it: start, middle or end


def runs_of(steps: Sequence[LightStep], *, on: date) -> list[LightRun]:
    """The runs, the oldest first, from steps in the order of their days."""
    groups = [list(group) for _, group in groupby(steps, key=lambda step: step.kind)]
    found = []
    for group, following in zip(groups, [*groups[1:], None], strict=False):
        first = group[0].on
        last = following[0].on - ONE_DAY if following else None
        worst = max(group, key=lambda step: (step.severity, step.on))
        said = group[0].begun or group[0].sentence
        begun = said if said != worst.sentence else ""
        found.append(LightRun(first, last, ((last or on) - first).days + 1, worst, begun))
    return found


def strip_of(runs: Sequence[LightRun], *, on: date) -> list[LightBand]:
    """The lights as bands from left to right, from the first day known to today.

    Runs of one light that follow each other, for whatever cause, are one band.
    """
    if not runs:
        return []
    groups = groupby(runs, key=lambda run: (run.step.light, run.step.label))
    runs = [_joined(list(group)) for _, group in groups]
    scale = 100 / ((on - runs[0].first).days + 1)
    return [
        LightBand(
            run, _percent((run.first - runs[0].first).days * scale), _percent(run.days * scale)
        )
        for run in runs
    ]


def days_under(bands: Sequence[LightBand], *, on: date) -> list[StripDay]:
    """The days to name under a strip: the first, today, and each change that has room."""
    if not bands:
        return []
    begins = bands[0].run.first
    short = "%m-%d" if begins.year == on.year else "%Y-%m"
    named = [StripDay(begins, f"{begins:%Y-%m-%d}", 0, "start")]
    free_from = ROOM_AT_ENDS
    for band in bands[1:]:
        if free_from <= band.x <= 100 - ROOM_AT_ENDS:
            named.append(StripDay(band.run.first, f"{band.run.first:{short}}", band.x, "middle"))
            free_from = band.x + ROOM_FOR_DAY
    is_one_day = begins == on
    return named if is_one_day else [*named, StripDay(on, f"{on:%Y-%m-%d}", 100, "end")]


def judged_since(runs: Sequence[LightRun]) -> date | None:
    """From which day on the present rule judges, where an older one did before; the oldest first.

    None where it always did, or has judged no run yet.
    """
    if not any(run.step.is_old_rule for run in runs):
        return None
    return next((run.first for run in runs if not run.step.is_old_rule), None)


def _joined(runs: Sequence[LightRun]) -> LightRun:
    """One run over all days of these, with what explained the last of them."""
    last = runs[-1]
    return last._replace(first=runs[0].first, days=sum(run.days for run in runs))


def _percent(share: float) -> float:
    return round(share, 2)
