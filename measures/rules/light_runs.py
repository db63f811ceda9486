"""History of a light: runs of days with one light and one cause, and a strip chart. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from measures.choices import Light

ONE_DAY = timedelta(days=1)
# In percent of the strip's width on a phone: a narrower band shows no sign or no words.
ROOM_FOR_SHAPE, ROOM_FOR_WORDS = 4.0, 32.0
ROOM_AT_ENDS, ROOM_FOR_DAY = 28.0, 15.0  # a whole day at the ends, a short one between


class LightWord(NamedTuple):
    """A light as it was worded on its day, for a badge."""

    label: str
    tone: str
    shape: str


class LightStep(NamedTuple):
    """A light from a day on, with its sentence of the day on which the cause was most severe."""

    on: date
    light: Light
    label: str
    sentence: str
    url: str
    cause: str = ""
    until: date | None = None  # the last day, if a person set it
    severity: Decimal = Decimal(0)
    is_old_rule: bool = False
    begun: str = ""  # the sentence of its first day, if that was kept

    @property
    def kind(self) -> tuple[Light, str, date | None, bool]:
        """The key of a run: equal for steps of one light, one cause and one version of the rule."""
        return self.light, self.cause, self.until, self.is_old_rule

    @property
    def shown(self) -> LightWord:
        """The light in the words of its day."""
        return LightWord(self.label, self.light.tone, self.light.shape)


class LightRun(NamedTuple):
    """The days from first to last (None: until now) with one light and one cause.

    `step` is the most severe one; of equal ones the last. `begun`: the sentence of the first day,
    if it differs.
    """

    first: date
    last: date | None
    days: int
    step: LightStep
    begun: str = ""


class LightBand(NamedTuple):
    """A stretch of the strip with one light, in percent of the strip's width."""

    run: LightRun
    x: float
    width: float

    @property
    def middle(self) -> float:
        return round(self.x + self.width / 2, 2)

    @property
    def has_shape(self) -> bool:
        """Whether the light's sign fits into it."""
        return self.width >= ROOM_FOR_SHAPE

    @property
    def has_words(self) -> bool:
        """Whether the light's name and days fit into it too."""
        return self.width >= ROOM_FOR_WORDS


class StripDay(NamedTuple):
    """A day written under the strip."""

    on: date
    label: str
    x: float
    anchor: str  # SVG text-anchor: start, middle or end


def runs_of(steps: Sequence[LightStep], *, on: date) -> list[LightRun]:
    """Group steps, sorted by day, into runs, the oldest first."""
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
    """Return the lights as bands from left to right, from the first known day to today.

    Consecutive runs of one light form one band, whatever their causes.
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
    """Return the days to write under a strip: the first, today, and each change that fits."""
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
    """Return the first day judged by the present rule, if an older rule judged the days before.

    `runs`: the oldest first. None where all runs were judged by one rule.
    """
    if not any(run.step.is_old_rule for run in runs):
        return None
    return next((run.first for run in runs if not run.step.is_old_rule), None)


def _joined(runs: Sequence[LightRun]) -> LightRun:
    """Return one run over all these days, with the sentence of the last run."""
    last = runs[-1]
    return last._replace(first=runs[0].first, days=sum(run.days for run in runs))


def _percent(share: float) -> float:
    return round(share, 2)
