"""Measures two things in the same rounds, and prints their ratio with a verdict."""

import math
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

NOISY = 1.6  # largest ÷ smallest ratio of the rounds; above it there is no verdict


class Ratio(NamedTuple):
    rounds: tuple[float, ...]

    @property
    def value(self) -> float:
        return statistics.median(self.rounds)

    @property
    def spread(self) -> str:
        return f"{min(self.rounds):.2f}–{max(self.rounds):.2f}"

    @property
    def words(self) -> str:
        return f"{self.value:.2f} 倍（{self.spread}）"

    @property
    def is_noisy(self) -> bool:
        return max(self.rounds) > NOISY * min(self.rounds)


class Timings(NamedTuple):
    """Seconds that one call took, in each round."""

    rounds: tuple[tuple[float, ...], ...]

    def at(self, share: float) -> tuple[float, ...]:
        return tuple(percentile(one, share) for one in self.rounds)


def percentile(values: Sequence[float], share: float) -> float:
    """Return the smallest value such that at least this share of the values is not above it."""
    ranked = sorted(values)
    return ranked[max(math.ceil(share * len(ranked)) - 1, 0)]


def measured(
    calls: Sequence[Callable[[], object]], *, rounds: int, each: int, until: float
) -> list[Timings]:
    """Time each call `each` times in each round, in turns, so that other load slows all equally.

    One call of each goes first, uncounted. After `until` (of time.monotonic) no round begins,
    except the first two.
    """
    for call in calls:
        call()
    found: list[list[tuple[float, ...]]] = [[] for _ in calls]
    for number in range(rounds):
        if number >= 2 and time.monotonic() > until:
            break
        times: list[list[float]] = [[] for _ in calls]
        for _ in range(each):
            for place, call in enumerate(calls):
                began = time.perf_counter()
                call()
                times[place].append(time.perf_counter() - began)
        for place, one in enumerate(times):
            found[place].append(tuple(one))
    return [Timings(tuple(one)) for one in found]


def ratio(ours: Timings, theirs: Timings, share: float) -> Ratio:
    return Ratio(tuple(a / b for a, b in zip(ours.at(share), theirs.at(share), strict=True)))


class Finding(NamedTuple):
    goal: str
    what: str
    found: str
    limit: str
    verdict: str  # 达到, 未达到, 干扰太大


def of_ratio(goal: str, what: str, found: Ratio, most: float) -> Finding:
    verdict = "干扰太大" if found.is_noisy else _verdict(found.value, most)
    return Finding(goal, what, found.words, f"≤ {most:g} 倍", verdict)


def of_rate(goal: str, what: str, found: Ratio, least: float) -> Finding:
    verdict = "干扰太大" if found.is_noisy else _verdict(least, found.value)
    return Finding(goal, what, found.words, f"≥ {least:g} 倍", verdict)


def of_number(goal: str, what: str, found: float, most: float, unit: str) -> Finding:
    return Finding(goal, what, f"{found:.2f} {unit}", f"≤ {most:g} {unit}", _verdict(found, most))


def _verdict(found: float, most: float) -> str:
    return "达到" if found <= most else "未达到"


class Cost(NamedTuple):
    """The time that one request of a page takes."""

    name: str
    milliseconds: float  # p50
    application: float  # CPU, in ms
    database: float
    kilobytes: float
    shares: tuple[float, ...] = ()  # of the time: in the database, in templates, in other code

    @property
    def line(self) -> str:
        shares = " | ".join(f"{share:.0%}" for share in self.shares) or "— | — | —"
        numbers = (self.milliseconds, self.application, self.database, self.kilobytes)
        return f"| {self.name} | {' | '.join(f'{n:.1f}' for n in numbers)} | {shares} |"


def costs_of(costs: Iterable[Cost]) -> list[str]:
    head = "| 页面 | 毫秒（p50） | 应用CPU | 数据库CPU | kB | SQL | 模板 | 其余代码 |"
    return [head, "|---|---|---|---|---|---|---|---|", *(cost.line for cost in costs)]


def lines_of(findings: Iterable[Finding]) -> list[str]:
    head = ["| 目标 | 内容 | 结果（各轮范围） | 上限 | |", "|---|---|---|---|---|"]
    return head + [
        f"| {f.goal} | {f.what} | {f.found} | {f.limit} | {f.verdict} |" for f in findings
    ]
