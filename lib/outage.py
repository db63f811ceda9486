"""Servers that did not answer in time are left alone for some seconds, by each process.

A request that waits for a silent server holds one of the few threads that serve pages. Without
this, a few people who try again would hold all of them.
"""

import time

REST = 15.0  # seconds
_silent_until: dict[str, float] = {}


def is_silent(server: str) -> bool:
    """Whether the server, named by its address, did not answer just now."""
    return time.monotonic() < _silent_until.get(server, 0.0)


def note_silence(server: str) -> None:
    _silent_until[server] = time.monotonic() + REST
