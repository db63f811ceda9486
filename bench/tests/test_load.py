"""The result that a step of the load computes from its samples."""

import pytest

from bench.load.steps import HEAD, SAVING, Sample, Step


def step(times: list[float], *, error: str = "", machine: float = 0.5, web: float = 0.5) -> Step:
    samples = [Sample(SAVING, one, "") for one in times] + [Sample("总览", 9000.0, error)]
    return Step(355, 10.0, samples, {"网页": web}, machine, 2)


@pytest.mark.parametrize(
    ("times", "error", "is_broken"),
    [
        ([100.0] * 19 + [301.0], "", False),  # one in twenty may be slow
        ([100.0] * 18 + [301.0] * 2, "", True),
        ([300.0], "", False),
        ([100.0], "500", True),
        ([], "", False),
    ],
)
def test_a_step_fails_by_the_p95_of_saving_or_by_an_error(times, error, is_broken):
    assert step(times, error=error).is_broken == is_broken


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"error": "500"}, "总览：500"),
        ({"machine": 0.95}, "整机"),
        ({"web": 1.9}, "网页进程"),
        ({}, "处理器有余"),
    ],
)
def test_the_first_to_break_is_the_part_at_its_limit(given, words):
    assert step([400.0], **given).first_to_break.startswith(words)


def test_the_rate_counts_all_requests_and_percentiles_only_saving():
    found = step([100.0, 200.0, 300.0])
    assert (found.rate, found.percentile(0.5), found.percentile(0.95)) == (0.4, 200.0, 300.0)


def test_a_row_has_as_many_cells_as_its_head():
    rows = [*HEAD.splitlines(), step([100.0] * 98 + [200.0, 900.0], error="500").row]
    assert {row.count("|") for row in rows} == {6}
    assert "| 100; 100; 200 | 1 |" in rows[-1]
