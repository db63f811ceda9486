"""A plan written out in any of the usual forms reads back as the same plan."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lib.chinese import chinese_number
from measures.intake.tests.pasted import read_pasted
from measures.intake.values import NoticeReading

BODIES = (
    *("市发展和改革委员会", "市文化和旅游委", "市财政局", "市商务委", "市公安局", "青城海关"),
    *("人行青城营管部", "市委宣传部", "团市委", "市总工会", "东河区人民政府", "市水务集团"),
    *("市市场监管局（市知识产权局）", "各区县（自治县）人民政府", "各有关单位", "市大数据中心"),
)
TITLES = ("修缮老屋", "开放公园", "更新路灯", "整治噪声", "保护古树", "发展夜校", "规范停车")
SENTENCES = (
    "由主管部门制定细则并公布。",
    "鼓励居民（含租户）参与。",
    "按照“谁使用、谁负责”的原则办理。",
    "到2032年底，覆盖率达到80%以上。",
)


class Task(NamedTuple):
    title: str
    text: str
    lead: str
    others: tuple[str, ...]


Plan = list[tuple[str, list[Task]]]


def draw_task(random: Random) -> Task:
    bodies = random.sample(BODIES, random.randint(1, 5))
    bodies.sort(key=lambda name: name.startswith("各"))  # all of them cannot lead
    text = "".join(random.choices(SENTENCES, k=random.randint(1, 3)))
    return Task(random.choice(TITLES), text, bodies[0], tuple(bodies[1:]))


def draw_plan(random: Random) -> Plan:
    """Draw a plan from a generator that is seeded: as strategies, the parts took half the time."""
    return [
        (random.choice(TITLES), [draw_task(random) for _ in range(random.randint(1, 4))])
        for _ in range(random.randint(1, 3))
    ]


def all_of(task: Task) -> str:
    return "、".join([task.lead, *task.others])


def others_of(task: Task) -> str:
    return "、".join(task.others)


# Each form of a list, and the role it gives to bodies that do not lead.
LISTS: dict[str, tuple[Callable[[Task], str], str]] = {
    "负责": (lambda t: f"（{all_of(t)}负责）", "responsible"),
    "按职责分工": (lambda t: f"（{all_of(t)}按职责分工负责）", "responsible"),
    "责任单位": (lambda t: f"（责任单位：{all_of(t)}）", "responsible"),
    "六角括号": (lambda t: f"〔责任部门：{all_of(t)}〕", "responsible"),
    "半角": (lambda t: f"(责任单位:{all_of(t).replace('、', ',')})", "responsible"),
    "只有名称": (lambda t: f"（{all_of(t)}）", "responsible"),
    "单独一行": (lambda t: f"\n责任单位：{all_of(t)}", "responsible"),
    "牵头配合": (
        lambda t: f"（{t.lead}牵头" + (f"，{others_of(t)}配合）" if t.others else "）"),
        "support",
    ),
    "牵头单位": (
        lambda t: f"（牵头单位：{t.lead}" + (f"；配合单位：{others_of(t)}）" if t.others else "）"),
        "support",
    ),
    "牵头责任两行": (
        lambda t: f"\n牵头单位：{t.lead}" + (f"\n责任单位：{others_of(t)}" if t.others else ""),
        "responsible",
    ),
    "牵头协同两行": (
        lambda t: (
            f"\n牵头责任单位：{t.lead}。"
            + (f"\n协同责任单位：{others_of(t)}。" if t.others else "")
        ),
        "support",
    ),
    "一行一个": (
        lambda t: "\n责任单位：" + "\n".join([t.lead, *t.others]) + "\n完成时限：长期坚持",
        "responsible",
    ),
    "部门分工牵头": (
        lambda t: f"\n部门分工：{t.lead}牵头" + (f"，{others_of(t)}配合。" if t.others else "。"),
        "support",
    ),
    "没有冒号": (lambda t: f"【责任单位 {all_of(t)}】", "responsible"),
    "牵头和时间": (
        lambda t: (
            f"（{t.lead}牵头抓总，2031年6月底前完成"
            + (f"；{others_of(t)}参与）" if t.others else "）")
        ),
        "join",
    ),
    "名称后是标签": (
        lambda t: f"（{t.lead}" + (f"；配合单位：{others_of(t)}）" if t.others else "）"),
        "support",
    ),
    "其中牵头": (lambda t: f"（{all_of(t)}，其中{t.lead}为牵头单位）", "responsible"),
    "标签独占一行": (lambda t: f"\n责任单位\n{all_of(t)}", "responsible"),
    "破折号": (lambda t: f"——责任单位：{all_of(t)}", "responsible"),
    "牵头和联系人": (
        lambda t: (
            f"（牵头单位：{t.lead}；联系人：王强，电话：02361234567"
            + (f"；配合单位：{others_of(t)}）" if t.others else "）")
        ),
        "support",
    ),
    "牵头和负责什么": (
        lambda t: f"（{t.lead}牵头" + (f"，{others_of(t)}负责资金保障）" if t.others else "负责）"),
        "responsible",
    ),
    "几个时间": (
        lambda t: f"（{all_of(t)}按职责分工负责，3月底前出台政策，年内持续推进）",
        "responsible",
    ),
    "牵头分工": (
        lambda t: f"（{t.lead}牵头" + (f"，{others_of(t)}按职责分工负责）" if t.others else "）"),
        "responsible",
    ),
    "方框标签": (lambda t: f"\n【责任单位】{all_of(t)}", "responsible"),
    "几家": (lambda t: f"\n责任单位（{1 + len(t.others)}家）：{all_of(t)}", "responsible"),
    "逐个编号": (
        lambda t: f"（责任单位：1.{'；2.'.join([t.lead, *t.others])}）",
        "responsible",
    ),
    "征求意见": (lambda t: f"（{all_of(t)}负责，征求市司法局、市审计局意见）", "responsible"),
    "逗号后配合": (
        lambda t: f"（{t.lead}，{others_of(t)}配合）" if t.others else f"（{t.lead}负责）",
        "support",
    ),
}
NUMBERS: dict[str, Callable[[int], str]] = {
    "（一）": lambda n: f"（{chinese_number(n)}）",
    "1.": lambda n: f"{n}.",
    "1﹒": lambda n: f"{n}﹒",
    "（1）": lambda n: f"（{n}）",
    "一是": lambda n: f"{chinese_number(n)}是",
    "1、": lambda n: f"{n}、",
    "任务1": lambda n: f"任务{n}：",
    "（ 一 ）": lambda n: f"（ {chinese_number(n)} ）",
    "问题1": lambda n: f"【问题{n}】",
    "1-1": lambda n: f"1-{n} ",
    "第一条": lambda n: f"第{chinese_number(n)}条　",
}


def written(plan: Plan, numbers: str, lists: str, *, runs_on: bool) -> str:
    lines = ["关于做好若干小事的意见", "青府发〔2031〕3号", "各区县：", "为做好小事，提出意见。"]
    number = 0
    for at, (section, items) in enumerate(plan, 1):
        head = f"第{chinese_number(at)}章　" if numbers == "第一条" else f"{chinese_number(at)}、"
        lines.append(head + section)
        for count, task in enumerate(items, 1):
            number = number + 1 if runs_on else count
            label = NUMBERS[numbers](number)
            lines.append(f"{label}{task.title}。{task.text}{LISTS[lists][0](task)}")
    return "\n".join([*lines, "青城市人民政府", "2031年2月1日"])


def read_back(reading: NoticeReading) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    return [
        (item.section, item.title, item.text, [(body.name, body.role) for body in item.bodies])
        for item in reading.items
    ]


@pytest.mark.parametrize("lists", LISTS)
@pytest.mark.parametrize("numbers", NUMBERS)
@settings(max_examples=8, deadline=None)
@given(random=st.randoms(use_true_random=True), runs_on=st.booleans())
def test_a_plan_reads_back_as_it_was_written(
    numbers: str, lists: str, random: Random, runs_on: bool
) -> None:
    plan = draw_plan(random)
    # One paragraph 一是 alone is no numbering.
    assume(numbers != "一是" or any(len(items) > 1 for _, items in plan))
    reading = read_pasted(written(plan, numbers, lists, runs_on=runs_on))
    role = LISTS[lists][1]
    expected = []
    for section, items in plan:
        for task in items:
            first = "responsible" if task.lead.startswith("各") and "牵头" not in lists else "lead"
            bodies = [(task.lead, first), *((name, role) for name in task.others)]
            expected.append((section, task.title, task.text, bodies))
    assert read_back(reading) == expected
    assert all(body.certain for item in reading.items for body in item.bodies)
