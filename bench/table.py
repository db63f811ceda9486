"""The table that is printed: each goal, what was found, whether it is met."""

from collections.abc import Iterable
from typing import NamedTuple

from bench.rounds import Ratio


class Finding(NamedTuple):
    goal: str
    what: str
    found: str
    limit: str
    verdict: str  # 达到, 未达到, 干扰太大


def of_ratio(goal: str, what: str, found: Ratio, most: float) -> Finding:
    words = f"{found.value:.2f} 倍（{found.spread}）"
    verdict = "干扰太大" if found.is_noisy else _verdict(found.value, most)
    return Finding(goal, what, words, f"≤ {most:g} 倍", verdict)


def of_number(goal: str, what: str, found: float, most: float, unit: str) -> Finding:
    return Finding(goal, what, f"{found:.2f} {unit}", f"≤ {most:g} {unit}", _verdict(found, most))


def _verdict(found: float, most: float) -> str:
    return "达到" if found <= most else "未达到"


def lines_of(findings: Iterable[Finding]) -> list[str]:
    head = ["| 目标 | 内容 | 结果（各轮范围） | 上限 | |", "|---|---|---|---|---|"]
    return head + [
        f"| {f.goal} | {f.what} | {f.found} | {f.limit} | {f.verdict} |" for f in findings
    ]
