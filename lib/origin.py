"""The origin of the current work: a request's address and number, for audit trail and log."""

from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(frozen=True)
class Origin:
    """Empty for commands and jobs."""

    address: str | None = None
    request_id: str = ""


NO_REQUEST = Origin()
origin: ContextVar[Origin] = ContextVar("origin", default=NO_REQUEST)
