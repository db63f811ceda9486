"""Reading a year's list of days, line by line."""

from datetime import date

import pytest

from measures.rules.calendar_list import FAULTS_MOST, Day, is_usual, read_days

GOOD = """日期,上班或休息,名称
2026-10-01,休息,国庆节

2026/10/2, 休息
2026-10-10，上班，国庆节调休
"""


def test_a_list_is_read_with_a_head_line_and_full_width_commas():
    assert read_days(GOOD, year=2026) == (
        (
            Day(date(2026, 10, 1), False, "国庆节"),
            Day(date(2026, 10, 2), False, ""),
            Day(date(2026, 10, 10), True, "国庆节调休"),
        ),
        (),
    )


FAULTY = [
    # a line, what is said of it
    ("2026-10-01", "第1行：有1列，应为：日期,上班或休息,名称。"),
    ("2026-10-01,休息,国庆节,三倍工资", "第1行：有4列"),
    ("十月一日,休息", "第1行：日期“十月一日”不认识，应如2026-10-01。"),
    ("2026-02-30,休息", "第1行：日期“2026-02-30”不认识"),
    ("2026-1٠-01,休息", "不认识"),
    ("99999999999999999999-10-01,休息", "不认识"),
    ("2027-10-01,休息", "第1行：2027-10-01不在2026年"),
    ("2026-10-01,放假", "第1行：“放假”不认识，第2列应为“上班”或“休息”。"),
    ("2026-10-01,休息," + "长" * 41, "第1行：名称有41字，最多40字。"),
    ("2026-10-01,休息\n2026-10-01,上班", "第2行：2026-10-01与第1行重复"),
    ("", "没有读到任何一天"),
    ("日期,上班或休息,名称", "没有读到任何一天"),
]


@pytest.mark.parametrize(("text", "sentence"), FAULTY)
def test_a_faulty_line_is_named_with_what_is_allowed(text, sentence):
    (fault,) = read_days(text, year=2026).faults
    assert sentence in fault


def test_every_faulty_line_is_named_up_to_fifty():
    read = read_days("2026-10-01,休息\nx,y\n" * 60, year=2026)
    assert len(read.faults) == FAULTS_MOST
    assert read.faults[0].startswith("第2行")


@pytest.mark.parametrize(
    ("day", "usual"), [(date(2026, 11, 27), True), (date(2026, 11, 28), False)]
)
def test_monday_to_friday_is_the_usual(day, usual):
    assert is_usual(day, True) == usual
    assert is_usual(day, False) != usual
