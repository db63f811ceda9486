"""A server that did not answer is left alone for a while, and only that one."""

import pytest

from lib import outage


def test_a_silent_server_is_left_alone_until_its_rest_is_over(monkeypatch: pytest.MonkeyPatch):
    clock = [100.0]
    monkeypatch.setattr(outage.time, "monotonic", lambda: clock[0])
    assert not outage.is_silent("redis://here")
    outage.note_silence("redis://here")
    for passed, silent in ((0.0, True), (14.9, True), (15.0, False)):
        clock[0] = 100.0 + passed
        assert outage.is_silent("redis://here") is silent
        assert not outage.is_silent("redis://there")
