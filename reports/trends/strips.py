"""The bars of one period: lights, timeliness of filings, progress of review."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from lib.charts.bars import StackedPart
from lib.charts.strip import StripPart, strip
from lib.http import address_of
from lib.numbers import figure
from lib.prepared import Prepared, prepared
from measures.choices import Light
from measures.models import Period
from measures.models.public_status import PublicStatus
from reports.choices import Timeliness
from reports.period.filings import AlikeFilings, alike_in, told_alike
from reports.rules.timeliness import in_time_rate, timeliness_of_filing

MOST_PERIODS = 12  # the newest are shown; more would not be readable
COLUMNS_MOST = MOST_PERIODS + 1  # with the current one
# Timeliness is not a light, so it is shown in black and greys.
_TONES = {
    Timeliness.IN_TIME: "ink",
    Timeliness.LATE: "mid",
    Timeliness.MISSING: "hollow",
    Timeliness.AWAITED: "pale",
}
_REVIEWED = (
    (("accepted",), "已通过", "ink"),
    (("waiting",), "待审核", "mid"),
    (("mending",), "退回", "pale"),
    (("late", "missed"), "未报", "hollow"),
    (("ahead",), "待报（未到截止日）", "pale"),
)


Lights = Mapping[tuple[str, str], int]  # (light, its label at the time) → number of measures


class PeriodFilings(NamedTuple):
    """A group of equal filings of a period and a section."""

    period: int
    section: int
    filings: AlikeFilings
    number: int


class PeriodBar(NamedTuple):
    """One bar with its name and its text."""

    label: str
    is_now: bool
    parts: list[StripPart]
    words: str = ""
    figure: str = ""  # the main number

    @property
    def awaits(self) -> bool:
        """Whether part of it is not due yet; that part is too short for its long label."""
        return any(one.part.key == Timeliness.AWAITED for one in self.parts)


def light_strip(label: str, lights: Lights, *, key: str) -> PeriodBar:
    """Return the bar of one moment's lights; `key`: its query parameter, empty for the present."""
    then, counts = dict(lights.keys()), Counter[str]()
    for (light, _), number in lights.items():
        counts[light] += number
    parts = [
        StackedPart(
            light.value,
            then.get(light.value, str(light.label)),
            light.tone,
            light.shape,
            list_url(key, light=light),
        )
        for light in Light
    ]
    return PeriodBar(label, not key, strip(counts, parts))


def filing_strip(
    label: str, counts: Mapping[Timeliness, int], period: Period | None, *, is_now: bool
) -> PeriodBar:
    """Return the bar of a period's filings by timeliness, with 按时率 of those due by now."""
    address, key = address_of("reports:status"), str(period.pk) if period else ""
    parts = [
        StackedPart(
            timeliness.value,
            str(timeliness.label),
            tone,
            url=f"{address}?{urlencode({'period': key, 'show': timeliness.value})}",
        )
        for timeliness, tone in _TONES.items()
    ]
    rate = in_time_rate(counts)
    return PeriodBar(
        label,
        is_now=is_now,
        parts=strip({one.value: number for one, number in counts.items()}, parts),
        words=f"应报{sum(counts.values())}",
        figure="—" if rate is None else f"{rate}%",
    )


def review_strip(by_status: Mapping[PublicStatus, int]) -> PeriodBar:
    """Return the bar of the current period's filings by status, with 通过率 of all owed."""
    counts = Counter({str(one): n for one, n in by_status.items() if one != PublicStatus.WAIVED})
    found, parts = {}, []
    for statuses, label, tone in _REVIEWED:
        used = next((status for status in statuses if counts[status]), statuses[0])
        found[used] = sum(counts[status] for status in statuses)
        parts.append(StackedPart(used, label, tone, url=list_url("", filing=used)))
    return PeriodBar(
        "本期审核",
        is_now=True,
        parts=strip(found, parts),
        words="通过率",
        figure=percent(counts["accepted"], counts.total()),
    )


def sum_words(review: PeriodBar) -> str:
    """Return the parts as a sum: 本期应报53＝已通过25＋待审核8＋退回4＋未报16."""
    total = sum(one.value for one in review.parts)
    return f"本期应报{total}＝" + "＋".join(f"{one.part.label}{one.value}" for one in review.parts)


def list_url(key: str, **filters: str) -> str:
    """Return the address of the list on 总览 that a figure counts."""
    period = {"period": key} if key else {}
    query = urlencode(period | filters)
    return address_of("reports:overview") + (f"?{query}" if query else "")


def percent(part: int, whole: int) -> str:
    """Return a percentage with one decimal, rounded half up; a dash if `whole` is 0."""
    return f"{figure(Decimal(100) * part / whole, 1)}%" if whole else "—"


def arrivals_of(periods: Iterable[Period], *, on: date) -> dict[int, Counter[Timeliness]]:
    """Return counts of filings by period and timeliness, as on 填报情况; one query.

    At most COLUMNS_MOST periods.
    """
    return arrivals_in(filings_alike(periods), on=on)


def arrivals_in(alike: Iterable[PeriodFilings], *, on: date) -> dict[int, Counter[Timeliness]]:
    """Return the same as arrivals_of() from the result of filings_alike()."""
    found: defaultdict[int, Counter[Timeliness]] = defaultdict(Counter)
    for one in alike:
        if one.filings.is_owed:
            found[one.period][timeliness_of_filing(one.filings, on=on)] += one.number
    return dict(found)


def filings_alike(periods: Iterable[Period]) -> list[PeriodFilings]:
    """Return counts of filings of up to COLUMNS_MOST periods, by section; one query."""
    keys = [period.pk for period in periods]
    rows = _alike().rows([*keys, *[0] * (COLUMNS_MOST - len(keys))])
    return [PeriodFilings(*own, *found) for own, *found in map(told_alike, rows)]


@cache
def _alike() -> Prepared:
    told = alike_in(range(-1, -1 - COLUMNS_MOST, -1), "period_id", "section_id")
    return prepared(told, *["bigint"] * COLUMNS_MOST)
