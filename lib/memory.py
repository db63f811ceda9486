"""How much memory a piece of work may take."""

import gc
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MB = 1024 * 1024


@contextmanager
def memory_limit(*, more_mb: int) -> Iterator[None]:
    """Let this process grow by so many MB of address space at most; then MemoryError is raised.

    For work on what people upload: without it the kernel ends the process, or another one.
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
    """Within, Python does not look for cycles of objects.

    For a batch that makes hundreds of thousands of objects and no cycles: it would look through
    all of them again and again, a seventh of the time of judging lights.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
