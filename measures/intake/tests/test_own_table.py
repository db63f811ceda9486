"""A table at a notice's end fills what its text lacks; differences become doubts."""

import pytest

from measures.intake.answers import choices_of
from measures.intake.settling import settled
from measures.intake.tests.pasted import read_pasted
from measures.intake.values import DoubtKind, NoticeReading
from measures.intake.work_begun import work_of

NOTICE = """关于发展社区图书角的若干措施
青办发〔2031〕5号
各街道办事处，市级有关部门：
一、建好场所
1．利用闲置房屋。每个街道开放2处，2031年6月底前完成。〔市文旅局牵头，市财政局配合〕
2．统一标识。设计样式。〔市城管局牵头〕
3．支持书店。对书店给予补助。
4．更新图书。到2032年更新一半。〔市财政局、市文旅局负责〕
5．志愿服务。组织志愿者。〔市民政局、团市委〕
附件
重点任务分工表
序号\t重点任务\t牵头单位\t配合单位\t完成时限
"""
ROW_1 = "1\t利用闲置房屋\t市文旅局\t市财政局\t2031年6月\n"
ROW_3 = "3\t支持书店\t市文旅局\t市财政局、市商务局\t2032年3月\n"


def reading_of(*rows: str) -> NoticeReading:
    return read_pasted(NOTICE + "".join(rows))


def _bodies(reading: NoticeReading, at: int) -> list[str]:
    return [f"{one.name} {one.role} {one.basis}" for one in reading.items[at].bodies]


def _differing(reading: NoticeReading) -> list[str]:
    return [one.sentence for one in reading.doubts if one.kind is DoubtKind.TABLE_DISAGREES]


@pytest.mark.parametrize(
    ("row", "at", "bodies", "day"),
    [
        (
            ROW_3,
            2,
            ["市文旅局 lead table", "市财政局 support table", "市商务局 support table"],
            "2032-03-31",
        ),
        (
            "2\t统一标识\t市城管局\t市文旅局\t\n",
            1,
            ["市城管局 lead text", "市文旅局 support table"],
            "None",
        ),
        (
            "5\t志愿服务\t市民政局\t团市委\t2031年12月\n",
            4,
            ["市民政局 lead table", "团市委 support table"],
            "2031-12-31",
        ),
        (
            "4\t更新图书\t\t\t2032年\n",
            3,
            ["市财政局 responsible text", "市文旅局 responsible text"],
            "None",
        ),
    ],
)
def test_the_table_fills_what_the_text_lacks(row, at, bodies, day) -> None:
    reading = reading_of(ROW_1, row)
    assert _bodies(reading, at) == bodies
    deadline = reading.items[at].deadline
    assert str(deadline and deadline.on) == day
    assert _differing(reading) == []


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1\t利用闲置房屋\t市文旅局\t市商务局\t2031年6月", "表中另有市商务局，表中没有市财政局"),
        ("1\t利用闲置房屋\t市文旅局\t市财政局\t2031年9月", "时限正文为“2031年6月底前完成”、表中为"),
        ("1\t利用闲置房屋\t市财政局\t市文旅局\t2031年6月", "市文旅局正文为牵头、表中为配合"),
        ("4\t更新图书\t市文旅局\t市财政局\t", "市文旅局正文为责任、表中为牵头"),
        ("4\t更新图书\t市财政局\t市文旅局\t2033年", "时限正文为“到2032年”、表中为“2033年”"),
    ],
)
def test_what_differs_is_a_doubt_and_the_text_stands(row, words) -> None:
    reading, without = reading_of(ROW_3, row), reading_of()
    (sentence,) = _differing(reading)
    assert words in sentence
    at = int(row[0]) - 1
    kept = [(one.name, one.role) for one in reading.items[at].bodies]
    text = [(one.name, one.role) for one in without.items[at].bodies]
    assert [one for one in kept if one[1] == "lead"] == [one for one in text if one[1] == "lead"]
    assert {name for name, _ in kept} == {name for name, _ in text}
    assert reading.items[at].deadline == without.items[at].deadline


def test_rows_without_an_item_are_told_and_key_tasks_lack_no_number() -> None:
    reading = reading_of(ROW_1, ROW_3)
    assert not [one for one in reading.doubts if one.kind is DoubtKind.MISSING_ORDINAL]
    (sentence,) = _differing(reading_of(ROW_1, "6\t培训馆员\t市文旅局\t\t\n"))
    assert "“培训馆员”" in sentence


def test_a_person_may_take_the_row_of_the_table() -> None:
    work = work_of(reading_of(ROW_3, "4\t更新图书\t市文旅局\t市财政局\t2033年6月\n"))
    doubt = next(one for one in work.open_doubts if one.kind == DoubtKind.TABLE_DISAGREES)
    assert [one.key for one in choices_of(work, doubt, {})] == ["keep", "table", "gap"]
    work = settled(work, {"doubt": doubt.id, "choice": "table"})
    item = work.items[3]
    assert [(one.name, one.role) for one in item.bodies] == [
        ("市文旅局", "lead"),
        ("市财政局", "support"),
    ]
    assert (item.deadline, item.due_on) == ("2033年6月", "2033-06-30")
    assert not [one for one in work.doubts_of(item) if one.kind == "no_lead"]
