"""指标数据 in a cell: written, edited, read back."""

from decimal import Decimal

import pytest

from lib.errors import DomainError
from measures.rules.figure_lines import lines_of, read_lines
from measures.rules.figures import AskedIndicator, Said

HOURS = AskedIndicator(1, "通关时间", "小时", 1, "down", "", "")
COUNT = AskedIndicator(2, "专题会次数", "", 0, "up", "", "")
REACHED = AskedIndicator(3, "全天通关", "", 0, "reach", "", "")
ASKED = (HOURS, COUNT, REACHED)
EMPTY = "通关时间（小时）：\n专题会次数：\n全天通关："


def test_nothing_said_leaves_names_to_write_behind():
    assert lines_of(ASKED, {}) == EMPTY
    assert read_lines(EMPTY, ASKED) == {1: Said(), 2: Said(), 3: Said()}
    assert lines_of((), {}) == ""


def test_what_is_said_comes_back_as_it_went():
    said = {1: Said(Decimal("60.5")), 2: Said(absence="系统切换"), 3: Said(Decimal(1))}
    text = lines_of(ASKED, said)
    assert text == "通关时间（小时）：60.5\n专题会次数：暂无数据：系统切换\n全天通关：已实现"
    assert read_lines(text, ASKED) == said


TYPED = [
    # a line, its meaning
    ("通关时间（小时）：60", Said(Decimal(60))),
    ("通关时间（小时）: 60.5 ", Said(Decimal("60.5"))),  # another colon, blanks
    ("通关时间（小时）：１，２３４．５", Said(Decimal("1234.5"))),
    ("通关时间（小时）：-1", Said(Decimal(-1))),
    ("通关时间（小时）：暂无数据（系统切换）", Said(absence="系统切换")),
    ("专题会次数：12", Said(Decimal(12))),
    ("全天通关：未实现", Said(Decimal(0))),
]


@pytest.mark.parametrize(("line", "said"), TYPED)
def test_what_people_type_is_taken_as_meant(line, said):
    assert said in read_lines(f"\n{line}\n\n", ASKED).values()


UNFIT = [
    ("通关时间（小时）：约60", "请填数字，不带单位"),
    ("通关时间（小时）：60小时", "请填数字，不带单位"),
    ("通关时间（小时）：NaN", "请填数字"),
    ("通关时间（小时）：1e99", "请填数字"),
    ("通关时间（小时）：60,5", "逗号只作千分位"),
    ("通关时间（小时）：60.55", "最多1位小数"),
    ("专题会次数：1.5", "只填整数"),
    ("全天通关：1", "请填已实现或未实现"),
    ("专题会次数：暂无数据", "写明原因"),
    ("专题会次数：暂无数据：" + "长" * 101, "最多100字"),
    ("别的指标：1", "不是要填的指标"),
    ("60", "不是要填的指标"),
    ("专题会次数：1\n专题会次数：2", "写了两行"),
]


@pytest.mark.parametrize(("text", "words"), UNFIT)
def test_what_does_not_fit_is_refused_with_what_is_allowed(text, words):
    with pytest.raises(DomainError, match=words):
        read_lines(text, ASKED)


def test_where_nothing_is_asked_for_the_cell_stays_empty():
    assert read_lines(" ", ()) == {}
    with pytest.raises(DomainError, match="没有要填的指标"):
        read_lines("通关时间：60", ())
