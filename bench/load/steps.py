"""What a step of the load says: rates, percentiles, and what breaks first. Pure."""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

SAVING = "填报保存"
SAVING_MOST = 300.0  # ms, p95
FULL = 0.9  # of a processor: nothing is left of it


class Sample(NamedTuple):
    name: str
    milliseconds: float
    error: str  # empty where it was answered


class Step(NamedTuple):
    users: int
    seconds: float
    samples: Sequence[Sample]
    processors: Mapping[str, float]  # how many each part kept busy, by its name
    machine: float  # the share of all processors that was busy, the load's own included
    web_processes: int

    @property
    def errors(self) -> list[str]:
        return [f"{one.name}：{one.error}" for one in self.samples if one.error]

    @property
    def rate(self) -> float:
        return len(self.samples) / self.seconds

    def percentile(self, share: float, name: str = SAVING) -> float:
        """0 where nothing of that name was asked."""
        times = sorted(one.milliseconds for one in self.samples if one.name == name)
        return times[max(math.ceil(share * len(times)) - 1, 0)] if times else 0.0

    @property
    def is_broken(self) -> bool:
        return bool(self.errors) or self.percentile(0.95) > SAVING_MOST

    @property
    def words(self) -> str:
        parts = "，".join(f"{name} {busy:.2f}" for name, busy in self.processors.items())
        saves = sum(one.name == SAVING for one in self.samples)
        return (
            f"{self.users} 人：每秒 {self.rate:.1f} 个请求，其中保存 {saves / self.seconds:.1f}；"
            f"保存 p50 {self.percentile(0.5):.0f} 毫秒，p95 {self.percentile(0.95):.0f} 毫秒；"
            f"出错 {len(self.errors)}；处理器：{parts}，整机 {self.machine:.0%}"
        )

    @property
    def first_to_break(self) -> str:
        """What was at its limit, where a step was too slow or had errors."""
        if self.errors:
            return self.errors[0]
        if self.machine >= FULL:
            return "整机的处理器用满"
        if self.processors.get("网页", 0.0) >= FULL * self.web_processes:
            return "网页进程用满（可以用 --workers 增加）"
        return "处理器有余，慢在数据库的锁或磁盘"
