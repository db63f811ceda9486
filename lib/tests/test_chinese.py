"""Numbers, dates and lists as official texts write them."""

from datetime import date, timedelta

import pytest

from lib.chinese import (
    bare_ordinal,
    before_quote,
    chinese_number,
    ended_once,
    in_part,
    label_form,
    listed,
    long_date,
    ordinal,
    short_ordinal,
    weekday,
    without_form,
)

NUMBERS = [
    (0, "零"),
    (1, "一"),
    (9, "九"),
    (10, "十"),
    (11, "十一"),
    (17, "十七"),
    (20, "二十"),
    (42, "四十二"),
    (99, "九十九"),
    (100, "一百"),
    (101, "一百零一"),
    (110, "一百一十"),
    (588, "五百八十八"),
    (1001, "一千零一"),
    (1010, "一千零一十"),
    (2500, "二千五百"),
    (10001, "一万零一"),
    (10100, "一万零一百"),
    (99999, "九万九千九百九十九"),
]


@pytest.mark.parametrize(("number", "words"), NUMBERS)
def test_numbers(number, words):
    assert chinese_number(number) == words
    assert ordinal(number) == f"（{words}）"


def test_a_restarting_number_is_written_with_its_part():
    assert [write(200_017) for write in (ordinal, bare_ordinal, short_ordinal)] == [
        "二（十七）"
    ] * 3
    assert [write(17) for write in (bare_ordinal, short_ordinal)] == ["十七", "17"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ("（三）", "二（三）"),
        ("3.", "二、3."),
        ("3、", "二、3、"),
        ("（3）", "二（3）"),
        ("第三条", "二、第三条"),
        ("三是", "二、三是"),
        ("2.3", "2.3"),
        ("③", "二（三）"),
    ],
)
def test_a_number_that_restarts_is_written_as_the_notice_prints_it(form, words):
    number = in_part(2, 3, label_form([form, form]))
    assert ordinal(number) == words
    assert {bare_ordinal(number), short_ordinal(number)} == {words.rstrip(".、")}
    assert without_form(number) == 200_003


def test_labels_with_different_forms_have_no_common_form():
    assert label_form(["（一）", "2."]) == label_form([]) == label_form([""]) == 0
    assert label_form(["3.", "", "4."]) == label_form(["9."])


@pytest.mark.parametrize("number", [-1, 100_000])
def test_numbers_outside_the_range_are_refused(number):
    with pytest.raises(ValueError, match="只能写 0 到 99999"):
        chinese_number(number)


@pytest.mark.parametrize(
    ("day", "words"),
    [(date(2018, 11, 30), "2018年11月30日"), (date(2026, 1, 5), "2026年1月5日")],
)
def test_dates_in_text_have_no_leading_zeros(day, words):
    assert long_date(day) == words


def test_weekdays():
    monday = date(2026, 11, 23)
    words = [weekday(monday + timedelta(days=n)) for n in range(7)]
    assert words == ["周一", "周二", "周三", "周四", "周五", "周六", "周日"]


@pytest.mark.parametrize(
    ("words", "text"), [([], ""), (["甲"], "甲"), (["甲", "乙", "丙"], "甲、乙、丙")]
)
def test_lists_are_joined_with_the_enumeration_comma(words, text):
    assert listed(words) == text


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("申请已同意。。", "申请已同意。"),
        ("退回：请核对！。", "退回：请核对！"),
        ("交由乙：休假。。。", "交由乙：休假。"),
        ("催报：请尽快报送。（演示数据）。", "催报：请尽快报送。（演示数据）"),
        ("写明：“已核对。”。", "写明：“已核对。”"),
        ("批示（三）。", "批示（三）。"),
        ("退回：请核对", "退回：请核对"),
        ("回复：甲。。乙。", "回复：甲。。乙。"),
    ],
)
def test_a_sentence_that_quotes_another_ends_once(said, sentence):
    assert ended_once(said) == sentence


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("市商务委退回（三）：请补充数据。", "市商务委退回（三）。"),
        ("已答复。理由：数据：不全。", "已答复。理由。"),
        ("三季度进展已通过。", "三季度进展已通过。"),
        ("共3项：", "共3项。"),
        ("", ""),
    ],
)
def test_what_a_sentence_quotes_is_left_out(said, left):
    assert before_quote(said) == left
