"""Which changes of a due date may be requested, and which need no approval."""

from datetime import date

import pytest

from lib.errors import DomainError
from measures.rules.due_dates import (
    DateWanted,
    demand_date,
    demand_may_ask,
    demand_still_ahead,
    passes_at_once,
    words_of,
)

ON = date(2026, 11, 23)
START = date(2018, 11, 30)
DUE = date(2026, 12, 31)
BEFORE, AFTER = date(2026, 11, 30), date(2027, 6, 30)


@pytest.mark.parametrize(
    ("from_on", "to_on", "at_once", "words"),
    [
        (DUE, BEFORE, True, "完成时限由2026-12-31提前至2026-11-30"),
        (DUE, AFTER, False, "完成时限由2026-12-31延至2027-06-30"),
        (None, DUE, True, "设定完成时限2026-12-31"),  # no date is later than any
        (DUE, None, False, "取消完成时限（现为2026-12-31），改为长期坚持"),
    ],
)
def test_what_is_stricter_passes_at_once(from_on, to_on, at_once, words):
    assert passes_at_once(from_on, to_on) is at_once
    assert words_of(from_on, to_on) == words


def asked(**fields) -> DateWanted:
    return DateWanted(**{"starts_on": START, "from_on": DUE, "to_on": AFTER} | fields)


@pytest.mark.parametrize(
    ("fields", "is_staff", "on", "sentence"),
    [
        ({}, False, DUE, None),  # the due day itself
        ({}, False, date(2027, 1, 1), "已过，不能再申请调整：已经完成的请申请办结"),
        ({}, True, date(2027, 1, 1), None),  # staff may still ask
        ({"from_on": None}, False, ON, "长期坚持的措施不设完成时限"),
        ({"from_on": None}, True, ON, None),
        ({"has_open": True}, False, ON, "已有一项时限申请待审批"),
        ({"has_open": True}, True, ON, "已有一项时限申请待审批"),
        ({"is_closed": True}, True, ON, "已办结，时限不再调整"),
    ],
)
def test_who_may_ask_when(fields, is_staff, on, sentence):
    if sentence is None:
        demand_may_ask(asked(**fields), is_staff=is_staff, on=on)
        return
    with pytest.raises(DomainError, match=sentence):
        demand_may_ask(asked(**fields), is_staff=is_staff, on=on)


@pytest.mark.parametrize(
    ("fields", "is_staff", "sentence"),
    [
        ({"to_on": ON}, False, None),  # today can still be met
        ({"to_on": date(2026, 11, 22)}, False, "不能早于今日（2026-11-23）"),
        ({"to_on": DUE}, False, "与现行时限相同"),
        ({"to_on": None}, True, None),
        ({"to_on": None}, False, "改为长期坚持由市商务委统筹岗提出"),
        ({"from_on": None, "to_on": None}, True, "与现行时限相同"),
        ({"starts_on": AFTER, "to_on": DUE, "from_on": None}, True, "不能早于开始日期2027-06-30"),
        ({"to_on": date(2046, 12, 31)}, False, None),
        ({"to_on": date(2047, 1, 1)}, False, "最晚为2046年"),
        ({"to_on": date(9999, 12, 31)}, True, "最晚为2046年"),
    ],
)
def test_which_date_can_hold(fields, is_staff, sentence):
    if sentence is None:
        demand_date(asked(**fields), is_staff=is_staff, on=ON)
        return
    with pytest.raises(DomainError, match=sentence):
        demand_date(asked(**fields), is_staff=is_staff, on=ON)


def test_a_date_that_has_passed_meanwhile_cannot_be_agreed_to():
    demand_still_ahead(ON, on=ON)
    demand_still_ahead(None, on=ON)
    with pytest.raises(DomainError, match="2026-11-22已过，不能再同意"):
        demand_still_ahead(date(2026, 11, 22), on=ON)
