"""The memory that a piece of work may take."""

import gc
import resource
from contextlib import suppress

import pytest

from lib.memory import MB, memory_limit, uncollected


def test_work_over_the_limit_fails_and_later_work_does_not():
    before = resource.getrlimit(resource.RLIMIT_AS)
    with pytest.raises(MemoryError), memory_limit(more_mb=100):
        bytearray(200 * MB)
    assert len(bytearray(200 * MB)) == 200 * MB
    assert resource.getrlimit(resource.RLIMIT_AS) == before


@pytest.mark.parametrize("was_on", [True, False])
def test_garbage_collection_resumes_even_after_an_error(was_on):
    set_to = gc.enable if was_on else gc.disable
    try:
        set_to()
        with suppress(ZeroDivisionError), uncollected():
            assert not gc.isenabled()
            raise ZeroDivisionError
        assert gc.isenabled() == was_on
    finally:
        gc.enable()
