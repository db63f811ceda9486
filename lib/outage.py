"""Servers that did not answer in time are left alone for some seconds, by each process.

A request that waits for a silent server holds one of the few threads that serve pages. Without
this, a few people who try again would hold all of them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

SLOW = 1.0  # seconds; a server that fails later did not refuse, it did not answer
REST = 15.0  # seconds
_silent_until: dict[str, float] = {}


class SilentError(OSError):
    """A server did not answer just now, so it is not asked."""


@contextmanager
def answering(server: str, *failures: type[Exception]) -> Iterator[None]:
    """Ask a server, named by its address. Raises SilentError if it did not answer just now.

    It counts as silent after one of `failures` that took long. After its rest only one caller
    asks it again; the others wait for what that one finds.
    """
    began = time.monotonic()
    if server in _silent_until:
        if began < _silent_until[server]:
            raise SilentError(f"{server} did not answer just now")
        _silent_until[server] = began + REST
    silent = False
    try:
        yield
    except failures:
        silent = time.monotonic() - began > SLOW
        raise
    finally:
        if silent:
            _silent_until[server] = time.monotonic() + REST
        else:
            _silent_until.pop(server, None)
