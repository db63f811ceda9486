"""The result of a step of the load: rates, percentiles, and what breaks first. Pure."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bench.rounds import percentile

SAVING = "填报保存"
SAVING_MOST = 300.0  # ms, p95
FULL = 0.9  # of a processor: counts as fully used
HEAD = (
    "| 人数 | 每秒请求; 其中保存 | 保存毫秒 p50; p95; p99 | 出错 "
    "| 处理器 网页; 后台; 数据库; 整机 |\n"
    "|---|---|---|---|---|"
)


class Sample(NamedTuple):
    name: str
    milliseconds: float
    error: str  # empty if it was answered


class Step(NamedTuple):
    users: int
    seconds: float
    samples: Sequence[Sample]
    processors: Mapping[str, float]  # number of processors that each part used, by its name
    machine: float  # used share of all processors, including the load generator
    web_processes: int

    @property
    def errors(self) -> list[str]:
        return [f"{one.name}：{one.error}" for one in self.samples if one.error]

    @property
    def rate(self) -> float:
        return len(self.samples) / self.seconds

    def percentile(self, share: float, name: str = SAVING) -> float:
        """Return a percentile in ms; 0 if there was no request with that name."""
        times = [one.milliseconds for one in self.samples if one.name == name]
        return percentile(times, share) if times else 0.0

    @property
    def is_broken(self) -> bool:
        return bool(self.errors) or self.percentile(0.95) > SAVING_MOST

    @property
    def row(self) -> str:
        """Return the step's row of the table whose head is HEAD."""
        saves = sum(one.name == SAVING for one in self.samples)
        times = "; ".join(f"{self.percentile(share):.0f}" for share in (0.5, 0.95, 0.99))
        parts = "; ".join(f"{busy:.2f}" for busy in self.processors.values())
        return (
            f"| {self.users} | {self.rate:.1f}; {saves / self.seconds:.1f} | {times} "
            f"| {len(self.errors)} | {parts}; {self.machine:.0%} |"
        )

    @property
    def first_to_break(self) -> str:
        """Return what was at its limit if the step was too slow or had errors."""
        if self.errors:
            return self.errors[0]
        if self.machine >= FULL:
            return "整机的处理器用满"
        if self.processors.get("网页", 0.0) >= FULL * self.web_processes:
            return "网页进程用满（可以用 --workers 增加）"
        return "处理器有余，慢在数据库的锁或磁盘"
