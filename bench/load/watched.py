"""Processors and memory of the running product's parts (Linux)."""

from collections.abc import Mapping
from pathlib import Path

from bench.serving import cpu_of, memory_of

PARTS = {"网页": "网页", "后台": "后台任务", "数据库": "数据库"}


def processes(parts: Mapping[str, int]) -> dict[str, list[int]]:
    """Return the process ids of each part and its children."""
    groups = _by_session()
    return {
        name: [
            pid
            for label, leader in parts.items()
            if label.startswith(prefix)
            for pid in groups.get(leader, [])
        ]
        for name, prefix in PARTS.items()
    }


def _by_session() -> dict[int, list[int]]:
    """Return process ids by session: each part starts its own, and its children stay in it.

    Only PostgreSQL's children start their own, so they are counted in their parent's.
    """
    found: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        pid, parent, session = int(stat.parent.name), int(fields[1]), int(fields[3])
        found.setdefault(parent if session == pid else session, []).append(pid)
        if session == pid:
            found.setdefault(pid, []).append(pid)
    return found


def seconds_of(groups: Mapping[str, list[int]]) -> dict[int, float]:
    """Return the CPU seconds that each process has used."""
    pids = (pid for group in groups.values() for pid in group)
    return cpu_of(pid for pid in pids if Path(f"/proc/{pid}").exists())


def megabytes_of(groups: Mapping[str, list[int]]) -> dict[str, float]:
    """Return the memory of each part's largest process."""
    return {name: max(map(memory_of, pids), default=0.0) for name, pids in groups.items()}


def machine_times() -> tuple[float, float]:
    """Return the busy and the total time of all processors, in ticks since the machine started."""
    ticks = [int(word) for word in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]
    return sum(ticks) - ticks[3] - ticks[4], sum(ticks)
