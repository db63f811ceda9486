"""A server that did not answer is left alone for a while, and only that one."""

import pytest

from lib import outage
from lib.outage import REST, SLOW, SilentError, answering

HERE, THERE = "redis://here", "redis://there"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(outage.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(outage, "_silent_until", {})
    return now


def ask(clock: list[float], server: str = HERE, *, seconds: float = 0.0, error=None) -> None:
    """Ask a server that answers, or raises the error, after some seconds."""
    with answering(server, TimeoutError):
        clock[0] += seconds
        if error:
            raise error


def test_a_silent_server_is_left_alone_until_its_rest_is_over(clock):
    with pytest.raises(TimeoutError):
        ask(clock, seconds=SLOW + 0.1, error=TimeoutError())
    ask(clock, THERE)
    for passed in (0.0, REST - 0.1):
        clock[0] = 100.0 + SLOW + 0.1 + passed
        with pytest.raises(SilentError):
            ask(clock)
    clock[0] += 0.1
    ask(clock)
    ask(clock)


@pytest.mark.parametrize(
    ("seconds", "error"),
    [(60.0, None), (SLOW, TimeoutError()), (60.0, ValueError("an answer that nobody can read"))],
    ids=["a slow answer", "a quick refusal", "a slow answer that is nonsense"],
)
def test_whoever_answers_is_not_silent(clock, seconds, error):
    if error:
        with pytest.raises(type(error)):
            ask(clock, seconds=seconds, error=error)
    ask(clock)


def test_after_the_rest_only_one_asks_until_it_knows(clock):
    with pytest.raises(TimeoutError):
        ask(clock, seconds=10.0, error=TimeoutError())
    clock[0] += REST
    with answering(HERE, TimeoutError), pytest.raises(SilentError):
        ask(clock)
    ask(clock)
