"""Break a title into lines that make sense. Pure.

回行时词意完整、排列对称、长短适宜，排列成梯形或菱形 (GB/T 9704-2012, 7.3.1).

Every way to break a line has a cost: the square of each line's distance from the even length, plus
fixed costs for a split word, a very short last line and each further line. The cheapest wins.
"""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

MOST = 20  # characters of 2号 in 156 mm
FEWEST = 4  # a last line with fewer characters counts as too short

# A line may end after these, or begin with those, without splitting a word.
_ENDS = re.compile(r"(?:[、，；》）”]|\d年|\d月|\d日|季度|半年|年度)$")
_BEGINS = re.compile(
    r"(?:扩大|促进|推进|推动|开展|做好|报送|请|贯彻|落实|进展|工作|情况|实施|加强|优化|完善|措施"
    r"|进一步|进口|外贸|关于|任务|政策|《|（)"
)
# These words belong to the next one: a verb to its object, a kind of trade to its development.
_OPEN_END = re.compile(
    r"(?:关于|外贸|扩大|促进|推进|推动|开展|做好|报送|贯彻|落实|实施|加强|优化|完善|进一步|请|对)$"
)
# 2026年 and the part of it that follows are one expression.
_PART_OF_YEAR = re.compile(r"前|上半|下半|第|[一二三四]季度")
_NEVER_FIRST = "、，。；：！？》）”’的和及与等年月日项个%％"
_NEVER_LAST = "《（“‘"
_TORN = 40.0  # cost of a split word, or of a last line that is too short
_ONE_LINE = 25.0  # cost of each line
_DIGIT = 0.6  # the width of a digit in the widest font of a title, as a share of a character's


def break_title(lines: Sequence[str]) -> list[str]:
    """Return the lines of a title; lines that are too wide are broken between words if possible."""
    return [row for line in lines for row in _broken(line)]


def width(text: str) -> float:
    """Return the width in characters: Latin characters and digits are half as wide."""
    return sum(0.5 if sign.isascii() else 1.0 for sign in text)


def fits(line: str) -> bool:
    """Return whether a title's line fits the 版心 in every font."""
    return sum(_DIGIT if sign.isascii() else 1 for sign in line) <= MOST


def _broken(line: str) -> list[str]:
    if fits(line):
        return [line]
    fewest = -(-int(width(line) * 2) // (MOST * 2))
    ways = [_best(line, count) for count in range(fewest, fewest + 3)]
    cost, rows = min(ways)
    return rows if cost < float("inf") else [line]


def _best(line: str, count: int) -> tuple[float, list[str]]:
    """Return the best break into `count` lines: its cost (infinite if none fits), the lines."""
    even = width(line) / count
    places = [n for n in range(1, len(line)) if _may_break(line, n)]

    # Each rest of the line is reached in many ways; cached, the search stays quadratic.
    @cache
    def rest(start: int, rows: int) -> tuple[float, tuple[int, ...]]:
        if rows == 1:
            return _cost(line[start:], even, is_last=True), ()
        ways = [
            (_cost(line[start:at], even) + _tearing(line, at) + after[0], (at, *after[1]))
            for at in places
            if at > start and fits(line[start:at])
            for after in [rest(at, rows - 1)]
        ]
        return min(ways, default=(float("inf"), ()))

    cost, cuts = rest(0, count)
    bounds = [0, *cuts, len(line)]
    rows = [line[start:end] for start, end in pairwise(bounds)]
    return cost + count * _ONE_LINE, rows


def _cost(row: str, even: float, *, is_last: bool = False) -> float:
    if not fits(row):
        return float("inf")
    lost = _TORN if is_last and width(row) < FEWEST else 0
    return (width(row) - even) ** 2 + lost


def _may_break(line: str, at: int) -> bool:
    before, after = line[at - 1], line[at]
    return (
        after not in _NEVER_FIRST
        and before not in _NEVER_LAST
        and not (before.isascii() and after.isascii())
    )


def _tearing(line: str, at: int) -> float:
    """Return the cost of a break at this index: 0 between words."""
    if _OPEN_END.search(line[:at]):
        return _TORN
    if line[at - 1] == "年" and _PART_OF_YEAR.match(line[at:]):
        return _TORN
    return 0 if _ENDS.search(line[:at]) or _BEGINS.match(line[at:]) else _TORN
