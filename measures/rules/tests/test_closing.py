"""When a measure may be closed, and the checks shown to the chief."""

from datetime import date

import pytest

from lib.errors import DomainError
from measures.choices import Stage
from measures.rules.closing import (
    ClosingFacts,
    checks_of,
    demand_day,
    demand_may_ask,
    word_of,
)

ON = date(2026, 11, 23)
START = date(2018, 11, 30)


@pytest.mark.parametrize(("nature", "word"), [("dated", "办结"), ("ongoing", "转入常态")])
def test_closing_has_its_word(nature, word):
    assert word_of(nature) == word


@pytest.mark.parametrize(
    ("closed", "suspended", "pending", "sentence"),
    [
        (False, False, False, None),
        (True, False, False, "已办结，无需再次申请"),
        (False, True, False, "已中止，请先由市商务委恢复推进，再申请办结"),
        (False, False, True, "已有一项办结申请待审批"),
    ],
)
def test_what_bars_asking(closed, suspended, pending, sentence):
    fields = {"is_closed": closed, "is_suspended": suspended, "has_open": pending, "word": "办结"}
    if sentence is None:
        demand_may_ask(**fields)
        return
    with pytest.raises(DomainError, match=sentence):
        demand_may_ask(**fields)


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (ON, None),
        (START, None),
        (date(2026, 11, 24), "不能晚于今日"),
        (date(2018, 11, 29), "不能早于开始日期2018-11-30"),
    ],
)
def test_it_was_done_between_the_start_and_today(day, sentence):
    if sentence is None:
        demand_day(day, starts_on=START, on=ON)
        return
    with pytest.raises(DomainError, match=sentence):
        demand_day(day, starts_on=START, on=ON)


def facts(**fields) -> ClosingFacts:
    names = ("milestones", "unfiled", "debts", "waiting", "mending", "objections", "due_requests")
    clear = dict.fromkeys(names, 0)
    whole = {"stage": Stage.NEARLY_DONE, "percent": 100, "is_dated": True} | clear
    return ClosingFacts(**whole | fields)


def test_all_is_met():
    assert all(check.is_met for check in checks_of(facts()))


@pytest.mark.parametrize(
    ("fields", "label", "words"),
    [
        ({"stage": Stage.UNDER_WAY}, "进度", "现为“推进中”"),
        ({"percent": 99}, "完成比例", "现为99%"),
        ({"percent": None}, "完成比例", "现为0%"),
        ({"milestones": 3}, "节点", "3个尚未完成"),
        ({"unfiled": 2}, "各期填报", "2项尚未报送，同意后免报"),
        ({"debts": 2}, "往期欠报", "2项仍未补报，也未核销"),
        ({"waiting": 1}, "待审核的进展", "1项待审核"),
        ({"mending": 1}, "退回补正", "1项退回后尚未补正"),
        ({"objections": 1}, "异议", "1件待答复"),
        ({"due_requests": 1}, "时限申请", "1件待审批，同意办结后失效"),
    ],
)
def test_what_is_not_met_is_named(fields, label, words):
    lacking = [(c.label, c.words) for c in checks_of(facts(**fields)) if not c.is_met]
    assert lacking == [(label, words)]


def test_an_ongoing_measure_has_no_percentage_to_check():
    labels = [check.label for check in checks_of(facts(is_dated=False, percent=None))]
    assert "完成比例" not in labels
