"""Two interleaved copies are separated; what both lost stays a gap."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measures.intake.tests.pasted import read_pasted
from measures.intake.tests.two_copies import CLOSING, PLAN, damaged, sentences
from measures.intake.values import BodyRole, DoubtKind, NoticeReading

# First sentence and length of each window that the second copy overwrote.
WINDOWS = ((6, 1), (9, 5), (17, 1))
FURTHER = (((5, 3), (10, 3), (15, 2)), ((4, 2), (8, 2), (12, 4), (17, 1)), ((3, 6),))


def test_a_sound_text_is_no_two_copies() -> None:
    reading = read_pasted("".join(sentences()))
    assert [item.title for item in reading.items] == [row.title for row in PLAN]
    assert not any(doubt.kind is DoubtKind.COPIES for doubt in reading.doubts)


@pytest.mark.parametrize("windows", [WINDOWS, *FURTHER])
def test_nothing_wrong_is_read_as_certain(windows: tuple[tuple[int, int], ...]) -> None:
    assert_nothing_wrong(read_pasted(damaged(windows)))


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=2, max_size=5))
def test_nothing_wrong_is_read_as_certain_whatever_was_overwritten(
    steps: list[tuple[int, int]],
) -> None:
    windows, at = [], 3
    for distance, length in steps:
        if at + distance + length < len(sentences()):
            windows.append((at + distance, length))
            at += distance + length
    reading = read_pasted(damaged(tuple(windows)))
    if any(doubt.kind is DoubtKind.COPIES for doubt in reading.doubts):
        assert_titles_and_lists(reading)


def assert_titles_and_lists(reading: NoticeReading) -> None:
    for item in reading.items:
        row = PLAN[item.ordinal - 1]
        certain = "、".join(body.name for body in item.bodies if body.certain)
        assert item.title in ("", row.title)
        assert certain in ("", row.names)


def assert_nothing_wrong(reading: NoticeReading) -> None:
    """Text that was placed by its neighbours has a doubt that says so."""
    assert_titles_and_lists(reading)
    open_text = any("暂编入" in doubt.sentence for doubt in reading.doubts)
    for item in reading.items:
        for words in filter(None, item.text.replace("\n", "").split("。")):
            assert open_text or words + "。" in PLAN[item.ordinal - 1].texts


def test_what_was_lost_is_told_as_lost() -> None:
    reading = read_pasted(damaged(WINDOWS))
    titles = {item.ordinal: item.title for item in reading.items}
    lists = [item.ordinal for item in reading.items if not item.bodies]
    told = {(doubt.kind, doubt.item) for doubt in reading.doubts}
    assert set(titles) == {1, 2, 3, 4, 5, 6}
    for number, title in titles.items():
        assert bool(title) != ((DoubtKind.NO_TITLE, number - 1) in told)
        assert (number in lists) == ((DoubtKind.NO_LIST, number - 1) in told)
    assert any(doubt.kind is DoubtKind.COPIES for doubt in reading.doubts)


def test_the_closing_is_no_text_of_the_last_item() -> None:
    reading = read_pasted(damaged(((6, 1), (9, 1))))
    assert reading.items[-1].bodies[0].role is BodyRole.LEAD
    assert reading.closing == (CLOSING,)
