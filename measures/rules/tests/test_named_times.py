"""Which quarters and dates a text names, and which of them are not this period's."""

from datetime import date
from typing import NamedTuple

import pytest

from measures.rules.named_times import marks_in
from measures.rules.periods import Half, Month, Quarter, Special, Year


class Days(NamedTuple):
    covers_from: date
    covers_to: date


def marks(text, covering, written_for, *, is_plan, on=date(2026, 9, 30)):
    days = [Days(one.starts_on, one.ends_on) for one in (covering, written_for)]
    return marks_in(text, covering=days[0], written_for=days[1], is_plan=is_plan, on=on)


Q1_NEXT, Q3, Q4 = Quarter(2027, 1), Quarter(2026, 3), Quarter(2026, 4)
SPECIAL = Special("专项", date(2026, 9, 1), date(2026, 10, 15))


@pytest.mark.parametrize(
    ("text", "covering", "sentences"),
    [
        ("", Q4, []),
        ("继续推进。", Q4, []),
        ("三季度资金未到位。", Q4, ["“三季度”早于本期"]),
        ("三季度资金未到位。", Q3, []),
        ("第3季度资金未到位。", Q4, ["“第3季度”早于本期"]),
        ("前三季度进口28.6亿元。", Q4, ["“前三季度”早于本期"]),
        ("前三季度进口28.6亿元。", Q3, []),
        ("2025年三季度起缺人。", Q3, ["“2025年三季度”早于本期"]),
        ("2027年一季度启动。", Q4, ["“2027年一季度”晚于本期"]),
        ("上半年没有立项。", Q4, ["“上半年”早于本期"]),
        ("下半年没有立项。", Q4, []),
        ("9月30日前未回函。", Q4, ["“9月30日”早于本期"]),
        ("10月未回函。", Q4, []),
        ("2026年9月未回函。", Q4, ["“2026年9月”早于本期"]),
        ("２０２６年９月未回函。", Q4, ["“２０２６年９月”早于本期"]),
        ("九月未回函，十一月回函。", Q4, ["“九月”早于本期"]),
        ("截至2026-09-30。", Q4, ["“2026-09-30”早于本期"]),
        ("截至2026/9/30、2026.9.30。", Q4, ["“2026/9/30”早于本期", "“2026.9.30”早于本期"]),
        ("2025年底未完成。", Q3, ["“2025年底”早于本期"]),
        ("年底前完成。", Q3, ["“年底”晚于本期"]),
        ("去年四季度未立项，去年底报。", Q3, ["“去年四季度”早于本期", "“去年底”早于本期"]),
        ("今年四季度立项。", Q4, []),
        ("一季度、一季度。", Q4, ["“一季度”早于本期"]),
        ("8月未回函。", Month(2026, 8), []),
        ("7月未回函。", Month(2026, 8), ["“7月”早于本期"]),
        ("上半年未回函。", Half(2026, 1), []),
        ("三季度未回函。", Year(2026), []),
        ("8月未回函，9月回函。", SPECIAL, ["“8月”早于本期"]),
        # None of these names a time.
        ("用3个月、12个月。", Q4, []),
        ("按渝府发〔2026〕3号、2025年版目录办理。", Q4, []),
        ("13月、2026年0月、2026年2月30日。", Q4, []),
        ("1.5.2版、增长28.6.3。", Q4, []),
    ],
)
def test_what_is_not_this_period_s_is_marked(text, covering, sentences):
    found = marks(text, covering, covering, is_plan=False)
    assert [mark.sentence for mark in found] == sentences


@pytest.mark.parametrize(
    ("text", "written_for", "covering", "sentences"),
    [
        # A plan speaks of what comes: the period itself has ended when it is filed.
        ("三季度推动验收。", Quarter(2026, 2), Q3, ["“三季度”就是本期"]),
        ("三季度推动验收。", Quarter(2026, 2), Q4, ["“三季度”早于本期"]),
        ("四季度推动验收。", Quarter(2026, 2), Q3, ["“四季度”晚于本期"]),
        ("年底前完成。", Q3, Q4, ["“年底”就是本期"]),
        # Without a year it is the next one after it was written.
        ("一季度推动验收。", Q4, Q1_NEXT, ["“一季度”就是本期"]),
        ("四季度推动验收。", Q3, Q1_NEXT, ["“四季度”早于本期"]),
        ("3月推动验收。", Q4, Q4, ["“3月”晚于本期"]),
    ],
)
def test_a_plan_s_times_are_read_as_when_it_was_written(text, written_for, covering, sentences):
    found = marks(text, covering, written_for, is_plan=True)
    assert [mark.sentence for mark in found] == sentences


@pytest.mark.parametrize(
    ("on", "why"), [(date(2026, 9, 30), "就是本期"), (date(2026, 10, 1), "已过")]
)
def test_the_period_itself_is_said_to_be_past_once_it_is(on, why):
    (mark,) = marks("三季度推动验收。", Q3, Quarter(2026, 2), is_plan=True, on=on)
    assert (mark.sentence, mark.is_over) == (f"“三季度”{why}", True)


def test_only_what_is_over_is_stale():
    text = "三季度办了，四季度办，2027年一季度再办。"
    found = marks(text, Q4, Q4, is_plan=True)
    assert [(mark.words, mark.is_over) for mark in found] == [
        ("三季度", True),
        ("四季度", True),
        ("2027年一季度", False),
    ]
