"""All notices: of each its lights, what is stuck, and how far its current period is filed."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from lib.chinese import ordinal
from measures.choices import Light
from measures.lights.current import verdicts_for
from measures.models import Measure, Notice, Period
from measures.models.notice import LOST_TITLE
from measures.rules.facts import days_since
from measures.rules.periods import current_period
from reports.overview.large_notice import counts_of
from reports.overview.rows import STUCK
from reports.rules.timeliness import Cut, cut_of

NAMED = ("pk", "notice_id", "ordinal", "title", "working_title")
LIT = ("light", "light_since", "light_sentence")


class StuckMeasure(NamedTuple):
    measure_id: int
    name: str  # （三）推进一件事
    light: Light
    sentence: str
    since: date | None
    days: int


class NoticeRow(NamedTuple):
    """One notice; every number is that of its own pages."""

    notice: Notice
    lights: Mapping[Light, int]
    worst: StuckMeasure | None  # of what needs a hand; what has lasted longest
    period: Period | None  # the current one
    cut: Cut  # of its filings

    @property
    def measures(self) -> int:
        return sum(self.lights.values())

    @property
    def stuck(self) -> int:
        """How many need a hand."""
        return sum(self.lights[light] for light in STUCK)

    @property
    def lit(self) -> list[tuple[Light, int]]:
        """The lights that there are, the worst first."""
        return [(light, self.lights[light]) for light in Light if self.lights[light]]

    @property
    def filed(self) -> int:
        """What has come of what is owed."""
        return self.cut.filed

    @property
    def rate(self) -> Decimal | None:
        """The share of it; None where nothing is owed."""
        return self.cut.filed_rate


def notice_rows(notices: Sequence[Notice], *, on: date) -> list[NoticeRow]:
    """Gather them; four queries for any number of notices, measures and filings.

    More where today's lights have not been worked out yet, as everywhere.
    """
    stuck, lights = _lights(notices, on=on)
    periods = _current_periods(notices, on=on)
    counts = counts_of(periods.values(), on=on)
    return [
        NoticeRow(
            notice=notice,
            lights=lights[notice.pk],
            worst=min(stuck[notice.pk], key=_worst_first, default=None),
            period=(period := periods.get(notice.pk)),
            cut=cut_of(
                one.status for one in counts.get(period.pk if period else 0, Counter()).elements()
            ),
        )
        for notice in notices
    ]


def _worst_first(one: StuckMeasure) -> tuple[bool, date]:
    return one.light != Light.RED, one.since or date.max


def _lights(
    notices: Sequence[Notice], *, on: date
) -> tuple[defaultdict[int, list[StuckMeasure]], defaultdict[int, Counter[Light]]]:
    """The measures that need a hand, and how many have which light, by notice."""
    own = Measure.objects.filter(notice__in=notices)
    stale = verdicts_for(own.exclude(light_on=on).defer("text"), on=on)
    stuck: defaultdict[int, list[StuckMeasure]] = defaultdict(list)
    counts: defaultdict[int, Counter[Light]] = defaultdict(Counter)
    rows: Any = own.order_by("notice", "ordinal").values_list(*NAMED, *LIT)
    for pk, notice, number, title, ours, kept, since, sentence in rows:
        light = Light(kept)
        if pk in stale:
            light, since, sentence = stale[pk].light, stale[pk].since, stale[pk].sentence
        counts[notice][light] += 1
        if light in STUCK:
            name = ordinal(number) + (title or ours or LOST_TITLE)
            days = days_since(since, on=on) if since else 0
            stuck[notice].append(StuckMeasure(pk, name, light, sentence, since, days))
    return stuck, counts


def _current_periods(notices: Sequence[Notice], *, on: date) -> dict[int, Period]:
    """The current period of each that has one."""
    opened: defaultdict[int, list[Period]] = defaultdict(list)
    for one in Period.objects.filter(notice__in=notices).opened().main().newest_first():
        opened[one.notice_id].append(one)
    found = {key: current_period(own[0].kind, periods=own, on=on) for key, own in opened.items()}
    return {key: period for key, period in found.items() if period is not None}
