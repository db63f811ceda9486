"""Limits of memory and of garbage collection during a piece of work."""

import gc
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MB = 1024 * 1024


@contextmanager
def memory_limit(*, more_mb: int) -> Iterator[None]:
    """Let this process grow by at most `more_mb` MB of address space; beyond, raise MemoryError.

    For work on uploaded files: without a limit the kernel would kill this process or another.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (_address_space() + more_mb * MB, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int:
    pages = Path("/proc/self/statm").read_text().split()[0]
    return int(pages) * resource.getpagesize()


@contextmanager
def uncollected() -> Iterator[None]:
    """Pause Python's garbage collector (cycles of objects) while the block runs.

    For a batch that makes hundreds of thousands of objects and no cycles: the collector would scan
    all of them again and again, which takes a seventh of the time of judging lights.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
