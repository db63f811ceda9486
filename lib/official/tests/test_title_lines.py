"""Titles on lines that make sense (GB/T 9704-2012, 7.3.1)."""

import pytest

from lib.official.title_lines import MOST, break_title, fits, width

CASES = [
    # lines as a document gives them, rows as they are set
    (["扩大进口工作专题简报"], ["扩大进口工作专题简报"]),
    (
        ["关于2026年前三季度", "扩大进口促进外贸发展工作进展情况的报告"],
        ["关于2026年前三季度", "扩大进口促进外贸发展工作进展情况的报告"],
    ),
    (
        # 20 characters wide where digits are half as wide as a character, which is not so in ours
        ["关于2026年前三季度扩大进口工作情况的通报"],
        ["关于2026年前三季度", "扩大进口工作情况的通报"],
    ),
    (
        ["关于请市交通局尽快报送2026年前三季度进展情况的函"],
        ["关于请市交通局尽快", "报送2026年前三季度进展情况的函"],
    ),
    (
        ["关于2026年前三季度扩大进口促进外贸发展工作进展情况的通报"],
        ["关于2026年前三季度扩大进口", "促进外贸发展工作进展情况的通报"],
    ),
    (
        ["关于进一步做好《重庆市扩大进口促进外贸发展政策措施》贯彻落实工作的通知"],
        ["关于进一步做好《重庆市扩大进口", "促进外贸发展政策措施》贯彻落实工作的通知"],
    ),
    (
        ["国家金融监督管理总局重庆监管局关于2026年前三季度扩大进口工作进展情况的报告"],
        ["国家金融监督管理总局重庆监管局", "关于2026年前三季度", "扩大进口工作进展情况的报告"],
    ),
]


@pytest.mark.parametrize(("lines", "rows"), CASES)
def test_a_title_breaks_between_words(lines, rows):
    assert break_title(lines) == rows


@pytest.mark.parametrize("length", [20, 21, 39, 40, 61, 100])
def test_every_line_fits_and_no_text_is_lost(length):
    line = ("扩大先进技术设备和关键零部件进口及其他工作" * 6)[:length]
    rows = break_title([line])
    assert "".join(rows) == line
    assert all(width(row) <= MOST and fits(row) for row in rows)


@pytest.mark.parametrize("sign", list("、，》）的和年"))
def test_no_line_begins_with_a_character_that_ends_a_phrase(sign):
    for place in range(8, 14):
        line = "某" * place + sign + "某" * (22 - place)
        assert not any(row.startswith(sign) for row in break_title([line]))


def test_a_title_that_cannot_be_broken_is_kept():
    assert break_title(["A" * 60]) == ["A" * 60]
