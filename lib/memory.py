"""How much memory a piece of work may take."""

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
