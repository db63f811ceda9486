"""Ratios and verdicts of two things measured in the same rounds."""

import pytest

from bench.rounds import Ratio, Timings, lines_of, measured, of_number, of_ratio, percentile, ratio

PERCENTILES = [
    ([1.0], 0.5, 1.0),
    ([1.0, 2.0], 0.5, 1.0),
    ([3.0, 1.0, 2.0], 0.5, 2.0),
    ([float(n) for n in range(1, 21)], 0.95, 19.0),
    ([float(n) for n in range(1, 21)], 1.0, 20.0),
]


@pytest.mark.parametrize(("values", "share", "expected"), PERCENTILES)
def test_percentiles(values: list[float], share: float, expected: float) -> None:
    assert percentile(values, share) == expected


def test_a_ratio_is_the_median_of_the_rounds_with_its_range() -> None:
    ours = Timings(((2.0,), (3.0,), (8.0,)))
    theirs = Timings(((1.0,), (2.0,), (2.0,)))
    found = ratio(ours, theirs, 0.5)
    assert found.rounds == (2.0, 1.5, 4.0)
    assert (found.value, found.spread) == (2.0, "1.50–4.00")


VERDICTS = [
    ((1.0, 1.1, 1.2), 2.0, "达到"),
    ((2.0,), 2.0, "达到"),  # the limit itself is met
    ((2.1, 2.2), 2.0, "未达到"),
    ((1.0, 1.7), 2.0, "干扰太大"),
    ((1.0, 1.6), 2.0, "达到"),
]


@pytest.mark.parametrize(("rounds", "most", "verdict"), VERDICTS)
def test_verdicts(rounds: tuple[float, ...], most: float, verdict: str) -> None:
    assert of_ratio("4", "总览", Ratio(rounds), most).verdict == verdict


def test_calls_take_turns_and_the_first_of_each_is_not_counted() -> None:
    order: list[str] = []
    found = measured(
        [lambda: order.append("a"), lambda: order.append("b")], rounds=2, each=3, until=float("inf")
    )
    assert order == ["a", "b"] * 7
    assert [len(one.rounds) for one in found] == [2, 2]
    assert [len(times) for times in found[0].rounds] == [3, 3]


def test_two_rounds_run_even_if_the_time_is_over() -> None:
    found = measured([lambda: None], rounds=9, each=1, until=0)
    assert len(found[0].rounds) == 2


def test_the_table_is_markdown() -> None:
    lines = lines_of([of_number("11", "开始填报", 2.5, 3, "秒")])
    assert lines[2] == "| 11 | 开始填报 | 2.50 秒 | ≤ 3 秒 | 达到 |"
