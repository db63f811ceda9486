"""The memory that a piece of work may take."""

import resource

import pytest

from lib.memory import MB, memory_limit


def test_what_grows_too_much_is_stopped_and_what_follows_is_not():
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), memory_limit(more_mb=100):
        bytearray(200 * MB)
    assert len(bytearray(200 * MB)) == 200 * MB
    assert resource.getrlimit(resource.RLIMIT_AS) == before
