"""The head of all three views of 措施与单位: links to the views, and the filings in numbers."""

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from django.http import QueryDict

from lib.http import address_of
from measures.models.public_status import unfiled_word
from reports.choices import FilingPart, Timeliness
from reports.filing_status.data import FiledCount, FilingLine
from reports.period.choosing import address
from reports.period.shown import Shown
from reports.rules.timeliness import OWED, Cut, in_time_rate, part_of

BY_MEASURE, BY_AGENCY, LIST = "reports:matrix", "reports:agencies", "reports:status"
OWED_WORD = "owed"  # query parameter for all four parts together
VIEWS = ((BY_MEASURE, "按措施"), (BY_AGENCY, "按单位"), (LIST, "名单"))


class UnitsView(NamedTuple):
    label: str
    url: str
    is_chosen: bool


class ListedCount(NamedTuple):
    label: str
    value: int
    url: str


class UnitsHead(NamedTuple):
    shown: Shown
    views: list[UnitsView]
    owed: ListedCount
    parts: list[ListedCount]  # these add up to what is owed
    unfiled_word: str  # 未报, or a more exact word if it is true of all (rules.timeliness)
    waived: ListedCount
    rate: Decimal | None  # 通过率
    due: int  # filings owed whose due day has passed
    in_time: ListedCount
    late: ListedCount
    awaited: ListedCount
    in_time_rate: Decimal | None  # 按时率


def head_of(
    shown: Shown, filed: Mapping[FiledCount, int], query: QueryDict, here: str
) -> UnitsHead:
    """`filed`: counts of filings; `here`: the name of the open view."""
    parts, times = Counter[FilingPart](), Counter[Timeliness]()
    for one, count in filed.items():
        parts[part_of(one.status)] += count
        times[one.timeliness] += count
    cut = Cut(parts)
    due = cut.owed - times[Timeliness.AWAITED]
    return UnitsHead(
        shown=shown,
        views=[UnitsView(label, address_of(n) + address(query), n == here) for n, label in VIEWS],
        owed=ListedCount("应报", cut.owed, list_url(query, part=OWED_WORD)),
        parts=parts_of(cut.counts, query),
        unfiled_word=unfiled_word(
            cut.counts[FilingPart.UNFILED],
            times[Timeliness.AWAITED],
            is_over=shown.period is not None and shown.period.is_closed,
        ),
        waived=part_count(FilingPart.WAIVED, cut.counts, query),
        rate=cut.rate,
        due=due,
        in_time=_count(Timeliness.IN_TIME, times, query),
        late=_count(Timeliness.LATE, times, query),
        awaited=_count(Timeliness.AWAITED, times, query),
        in_time_rate=in_time_rate(times),
    )


def parts_of(counts: Mapping[FilingPart, int], query: QueryDict, **more: str) -> list[ListedCount]:
    """The four parts of 应报, each with the address of its list."""
    return [part_count(part, counts, query, **more) for part in OWED]


def part_count(
    part: FilingPart, counts: Mapping[FilingPart, int], query: QueryDict, **more: str
) -> ListedCount:
    """One part with the address of its list; `more`: further filters."""
    url = list_url(query, part=part.value, **more)
    return ListedCount(str(part.label), counts[part], url)


def list_url(query: QueryDict, **chosen: str) -> str:
    """The address of the list of the period's filings with filters."""
    return _path() + address(query, **chosen)


@cache
def _path() -> str:
    return address_of(LIST)


def is_in_part(line: FilingLine, part: str) -> bool:
    """Whether a filing belongs to a part, or to OWED_WORD."""
    return part in ("", line.part) or (part == OWED_WORD and line.part in OWED)


def _count(choice: Timeliness, times: Mapping[Timeliness, int], query: QueryDict) -> ListedCount:
    url = list_url(query, show=choice.value)
    return ListedCount(str(choice.label), times[choice], url)
