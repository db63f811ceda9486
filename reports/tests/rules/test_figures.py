"""Numbers that an edited text lost or added."""

import pytest

from reports.rules.editing import figure_change

CASES = [
    # generated, edited, lost, new
    ("已完成3项，占17.6%。", "已完成3项，占17.6%。", (), ()),
    ("已完成3项，占17.6%。", "占17.6%，已完成3项。", (), ()),  # any order is allowed
    ("已完成3项，占17.6%。", "已完成4项，占17.6%。", ("3",), ("4",)),
    ("已完成3项，占17.6%。", "多数已完成。", ("3", "17.6%"), ()),
    ("均已完成。", "均已完成，共17项。", (), ("17",)),
    ("3项和3项", "3项", ("3",), ()),  # as many as differ
    ("进口1,234.5万元。", "进口1234.5万元。", (), ()),  # a thousands separator is no difference
    ("占50%", "占50％", (), ()),
    ("占50%", "占50", ("50%",), ("50",)),  # 50 is not 50%
    ("截至2026年9月30日", "截至9月30日", ("2026",), ()),
    ("", "", (), ()),
]


@pytest.mark.parametrize(("generated", "edited", "lost", "new"), CASES)
def test_what_differs(
    generated: str, edited: str, lost: tuple[str, ...], new: tuple[str, ...]
) -> None:
    change = figure_change(generated, edited)
    assert (change.lost, change.new) == (lost, new)
    assert bool(change) is bool(lost or new)
