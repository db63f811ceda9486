"""The sentences of the report: rules for numbers, numbering, and who did what."""

from typing import cast

import pytest

from lib.official.document import paragraphs_kept_with_next
from measures.choices import Light
from reports.choices import FileFormat
from reports.datasets.schema import BeforeData, FigureData, ProgressData, measures_of
from reports.datasets.totals import fill_totals
from reports.documents.names import measure_name
from reports.documents.parts.overall import changes_since_previous, light_clauses
from reports.documents.progress import document_of, file_title
from reports.documents.tests.cases import asking
from reports.documents.tests.progress_cases import MADE_ON, changed, noted, part
from reports.documents.wording import as_sentence, count_clauses, numbered

pytestmark = pytest.mark.django_db
CLAUSES = [
    ([("已完成", 8, "47.1"), ("正在推进", 9, "52.9")], "已完成8项、占47.1%；正在推进9项、占52.9%"),
    ([("已完成", 0, "0.0"), ("正在推进", 17, "100.0")], "正在推进17项、占100.0%"),
    ([("免报", 2, "")], "免报2项"),
    ([], ""),
]


@pytest.mark.parametrize(("rows", "expected"), CLAUSES)
def test_clauses_leave_out_counts_of_zero(rows: list[tuple[str, int, str]], expected: str) -> None:
    assert count_clauses(rows) == expected


WHOLES = [
    ("进口增长。", "进口增长。"),
    ("进口增长", "进口增长。"),
    ("信息不足…。", "信息不足…"),
    ("信息不足……", "信息不足……"),
    ("一是增长\n二是扩大。\n\n三是稳定；", "一是增长；二是扩大。三是稳定。"),
    ("签约3亿美元（见附件）", "签约3亿美元（见附件）。"),
    ("签约3亿美元。（见附件）", "签约3亿美元。（见附件）"),
    ("签约3亿美元（详见附件。）", "签约3亿美元（详见附件。）"),
    ("签约3亿美元。(见附件)", "签约3亿美元。(见附件)"),
    ("落实《意见》", "落实《意见》。"),
    ("企业反映：“手续繁。”", "企业反映：“手续繁。”"),
    ("落实“两稳一促”", "落实“两稳一促”。"),
    ("签约。（见附件）\n落地", "签约。（见附件）落地。"),
    ("）", "）。"),
]
GOES_ON = [
    ("融资难。", "融资难；"),
    ("融资难。（见附件）", "融资难（见附件）；"),
    ("融资难（见附件）", "融资难（见附件）；"),
]


@pytest.mark.parametrize(("text", "expected"), WHOLES)
def test_several_lines_become_one_run_of_clauses(text: str, expected: str) -> None:
    assert as_sentence(text) == expected


@pytest.mark.parametrize(("text", "expected"), GOES_ON)
def test_inside_a_list_the_stop_before_a_bracket_is_removed(text: str, expected: str) -> None:
    assert as_sentence(text, end="；") == expected


def test_points_are_numbered_and_end_with_a_full_stop() -> None:
    assert numbered(["甲。", "乙", "丙；"]) == ("一是甲；", "二是乙；", "三是丙。")
    assert numbered(["甲"]) == ("甲。",)


def test_no_semicolon_joins_points_of_several_sentences() -> None:
    assert numbered(["甲。子", "乙"]) == ("一是甲。子。", "二是乙。")


def test_it_has_title_and_addressee(data: ProgressData) -> None:
    document = document_of(data, made_on=MADE_ON)
    assert document.title == "关于2026年前三季度扩大进口促进外贸发展工作进展情况的报告"
    assert document.addressee == "市人民政府"
    assert document.signature == "重庆市商务委员会"
    assert "渝府办发〔2018〕175号" in document.opening
    assert document.opening.endswith(
        "现将2026年前三季度工作进展情况（截至2026年11月23日）报告如下。"
    )


def test_the_title_names_a_whole_year_as_such(data: ProgressData) -> None:
    data["period"]["label"] = "2026年全年"
    document = document_of(data, made_on=MADE_ON)
    assert document.title == "关于2026年度扩大进口促进外贸发展工作进展情况的报告"
    assert "现将2026年度工作进展情况" in document.opening


def test_the_five_parts_are_numbered(data: ProgressData) -> None:
    assert [p.heading for p in document_of(data, made_on=MADE_ON).parts] == [
        "一、总体进展情况",
        "二、分项进展情况",
        "三、存在的问题",
        "四、报送情况",
        "五、下一步工作打算",
    ]


def test_stages_and_lights_are_counted_with_shares(data: ProgressData) -> None:
    overall = part(document_of(data, made_on=MADE_ON), "一、总体进展情况")
    assert "17项政策措施（长期坚持17项）中，尚未启动17项、占100.0%。" in overall
    lights = "绿灯（正常·已审核）12项、占70.6%；灰灯（未评定）4项、占23.5%。"
    assert f"按预警规则评定，红灯（滞后）1项、占5.9%；{lights}" in overall
    assert "0项" not in overall.replace("10项", "")


LIGHTS = [
    # light of each measure, expected clauses
    (
        ["red"] * 2 + ["yellow"] * 8 + ["green"] * 2 + ["waiting"] + ["grey"] * 4,
        "红灯（滞后）2项、占11.8%；黄灯（预警）8项、占47.1%；"
        "绿灯（正常）3项、占17.6%，其中已审核2项、待审核1项；灰灯（未评定）4项、占23.5%。",
    ),
    (["waiting"] * 17, "绿灯（正常·待审核）17项、占100.0%。"),
    (["green"] * 17, "绿灯（正常·已审核）17项、占100.0%。"),
    (
        ["red"] * 2 + ["yellow"] * 3 + ["green"] * 5 + ["grey"] * 7,
        "红灯（滞后）2项、占11.8%；黄灯（预警）3项、占17.6%；绿灯（正常·已审核）5项、占29.4%；"
        "灰灯（未评定）7项、占41.2%。",
    ),
    (
        ["red"] * 1 + ["yellow"] * 1 + ["green"] * 1 + ["grey"] * 14,
        "红灯（滞后）1项、占5.9%；黄灯（预警）1项、占5.9%；绿灯（正常·已审核）1项、占5.9%；"
        "灰灯（未评定）14项、占82.4%（因四舍五入，各项之和不等于100%）。",
    ),
]


@pytest.mark.parametrize(("lights", "told"), LIGHTS)
def test_lights_are_listed_worst_first_with_both_greens(
    data: ProgressData, lights: list[str], told: str
) -> None:
    for measure, light in zip(measures_of(data), lights, strict=True):
        measure["light"], measure["light_label"] = light, str(Light(light).label)
    assert f"{light_clauses(fill_totals(data))}。" == told


def test_a_red_light_is_named_with_cause_first_day_and_agencies(data: ProgressData) -> None:
    cause = "市农业农村委二、三季度进展均未报"
    red: dict[str, object] = {"light": "red", "light_label": "滞后", "sentence": cause}
    who: dict[str, object] = {"since": "2026-07-13", "waits_for": ["市农业农村委"]}
    overall = part(document_of(changed(data, 3, **red, **who), made_on=MADE_ON), "一、总体进展情况")
    third = "第（三）项“扩大优质农产品和重要资源性产品进口”"
    assert f"滞后措施2项：{third}，{cause}（自2026年7月13日起）；" in overall
    older = changed(data, 3, **red, since=None, waits_for=[], others=[])
    told = part(document_of(older, made_on=MADE_ON), "一、总体进展情况")
    assert f"滞后措施2项：{third}，{cause}；" in told


def test_it_lists_changes_since_the_previous_period(data: ProgressData) -> None:
    before: BeforeData = {
        "stage": "not_started",
        "stage_label": "未启动",
        "light": "green",
        "light_label": "正常·已审核",
        "percent": None,
    }
    data["previous"] = "2026年上半年"
    same = changed(data, 1, before=before)
    said = document_of(same, made_on=MADE_ON).parts[0].paragraphs[2]
    assert said == "与2026年上半年相比，各项措施的进度和预警灯没有变化。"


WAITING = {"light": "waiting", "light_label": "正常·待审核"}
BEFORE_GREEN = {"stage": "under_way", "light": "green", "percent": 40}
CHANGES = [
    # before,                                now,                      told
    ({}, {}, "各项措施的进度和预警灯没有变化。"),
    ({}, {"light": "red"}, "新增滞后1项：（一）。绿灯措施占0.0%，比上期下降100.0个百分点。"),
    ({}, {"light": "yellow"}, "新增预警1项：（一）。绿灯措施占0.0%，比上期下降100.0个百分点。"),
    ({"light": "red"}, {"light": "yellow"}, "各项措施的进度和预警灯没有变化。"),
    (
        {"light": "red"},
        {},
        "恢复正常1项：（一）（已审核）。绿灯措施（均已审核）占100.0%，比上期提高100.0个百分点。",
    ),
    (
        {"light": "yellow"},
        WAITING,
        "恢复正常1项：（一）（待审核）。绿灯措施（均待审核）占100.0%，比上期提高100.0个百分点。",
    ),
    ({}, WAITING, "各项措施的进度和预警灯没有变化。"),
    (
        WAITING,
        {"light": "yellow"},
        "新增预警1项：（一）。绿灯措施占0.0%，比上期下降100.0个百分点。",
    ),
    (
        {"light": "grey"},
        {},
        "各项措施的进度和预警灯没有变化。绿灯措施（均已审核）占100.0%，比上期提高100.0个百分点。",
    ),
    ({}, {"stage": "done", "percent": 100}, "新完成1项：（一）。"),
    ({}, {"stage": "nearly_done"}, "进度推进1项：（一）。"),
    ({}, {"percent": 41}, "进度推进1项：（一）。"),
    ({}, {"percent": 39}, "进度回退1项：（一）。"),
    ({}, {"stage": "not_started"}, "进度回退1项：（一）。"),
    ({}, {"stage": "suspended"}, "各项措施的进度和预警灯没有变化。"),
    ({"percent": None}, {"percent": 40}, "各项措施的进度和预警灯没有变化。"),
]


BACK = [(1, "第（一）项“扩大先进技术设备和关键零部件进口”（原因：一家退出）"),
        (12, "第（十二）项（落实进口税收优惠政策，原因：一家退出）")]  # fmt: skip


@pytest.mark.parametrize(("ordinal", "told"), BACK)
def test_a_step_back_has_its_reason(data: ProgressData, ordinal: int, told: str) -> None:
    data["previous"] = "2026年上半年"
    then = BEFORE_GREEN | {"stage_label": "", "light_label": ""}
    now = {**BEFORE_GREEN, "before": then, "percent": 39, "back_reason": "一家退出。"}
    case = changed(data, ordinal, **now)
    assert f"进度回退1项：{told}。" in changes_since_previous(case, name=measure_name)


@pytest.mark.parametrize(("before", "now", "told"), CHANGES)
def test_each_change_has_its_word(
    data: ProgressData, before: dict[str, object], now: dict[str, object], told: str
) -> None:
    data["previous"] = "2026年上半年"
    then = BEFORE_GREEN | {"stage_label": "", "light_label": ""} | before
    case = changed(data, 1, **({**BEFORE_GREEN, "before": then} | now))
    assert changes_since_previous(case) == f"与2026年上半年相比，{told}"


RECOVERED = [
    # number, its name
    (1, "第（一）项“扩大先进技术设备和关键零部件进口”（待审核）"),
    (12, "第（十二）项（落实进口税收优惠政策，待审核）"),
]


@pytest.mark.parametrize(("ordinal", "told"), RECOVERED)
def test_a_recovered_measure_has_no_two_brackets_in_a_row(
    data: ProgressData, ordinal: int, told: str
) -> None:
    data["previous"] = "2026年上半年"
    then = BEFORE_GREEN | {"stage_label": "", "light_label": "", "light": "yellow"}
    case = changed(data, ordinal, **({**BEFORE_GREEN, "before": then} | WAITING))
    assert f"恢复正常1项：{told}。" in changes_since_previous(case, name=measure_name)


PACES = [
    # the pace of each dated measure, expected text
    (["kept"], "有时限要求并已评定的1项措施达到序时进度。"),
    (["near"], "有时限要求并已评定的1项措施略低于序时进度。"),
    (["near", "near", ""], "有时限要求并已评定的2项措施均略低于序时进度，另有1项未评定。"),
    (
        ["kept", "near", "behind", "behind", ""],
        "有时限要求并已评定的4项措施中，达到序时进度1项、占25.0%；"
        "略低于序时进度1项、占25.0%；未达到序时进度2项、占50.0%，另有1项未评定。",
    ),
    (
        ["kept", "near", "behind"],
        "有时限要求并已评定的3项措施中，达到序时进度1项、占33.3%；"
        "略低于序时进度1项、占33.3%；未达到序时进度1项、占33.3%"
        "（因四舍五入，各项之和不等于100%）。",
    ),
]


@pytest.mark.parametrize(("paces", "told"), PACES)
def test_measures_with_a_due_date_are_counted_by_pace(
    data: ProgressData, paces: list[str], told: str
) -> None:
    assert "序时进度" not in part(document_of(data, made_on=MADE_ON), "一、总体进展情况")
    for measure, pace in zip(measures_of(data), paces, strict=False):
        measure["expected"], measure["pace"] = 50, pace
    assert told in part(document_of(data, made_on=MADE_ON), "一、总体进展情况")


def test_late_agencies_are_among_the_problems(data: ProgressData) -> None:
    problems = part(document_of(data, made_on=MADE_ON), "三、存在的问题")
    assert problems.endswith("此外，个别单位报送材料不及时，见“报送情况”部分。")


def test_returned_filings_are_mentioned(data: ProgressData) -> None:
    first, second = measures_of(data)[0]["parties"][1:3]
    first["returned"] = 1
    told = "个别单位报送内容需要补正，"

    def filings() -> str:
        return part(document_of(fill_totals(data), made_on=MADE_ON), "四、报送情况")

    assert f"{told}曾退回1件，均已重新报送：市经济信息委1件。" in filings()
    first["part"] = "mending"  # it is returned now, so without 曾
    assert f"{told}退回待补正1件：市经济信息委1件。" in filings()
    second["returned"] = 2
    assert f"{told}曾退回2件，其中1件待补正：市科技局1件、市经济信息委1件。" in filings()


def test_a_day_of_chases_counts_once_per_agency(data: ProgressData) -> None:
    parties = [one for m in measures_of(data) for one in m["parties"] if one["code"] == "cqcustoms"]
    parties[0]["chased_on"], parties[1]["chased_on"] = ["2026-11-24"], ["2026-11-24", "2026-11-30"]
    told = part(document_of(fill_totals(data), made_on=MADE_ON), "四、报送情况")
    assert "逾期后已催报：重庆海关2次。" in told


def paragraph(data: ProgressData, ordinal: int) -> str:
    """Return the only paragraph of a measure."""
    parts = document_of(data, made_on=MADE_ON).parts[1].parts
    measure = next(m for s in parts for m in s.parts if m.key == f"measure-{ordinal}")
    assert len(measure.paragraphs) == 1
    return measure.paragraphs[0]


def test_a_measure_is_one_paragraph_of_what_each_agency_did(data: ProgressData) -> None:
    measure = document_of(data, made_on=MADE_ON).parts[1].parts[0].parts[0]
    assert measure.heading == "1.扩大先进技术设备和关键零部件进口"
    assert paragraph(data, 1) == (
        "我委已推进（一）的一件事。市经济信息委已推进（一）的一件事。"
        "市科技局已推进（一）的一件事。市发展改革委已推进（一）的一件事。"
    )


SUBJECTS = [
    # the note of 市经济信息委, the expected text
    ("2026年前三季度，我委支持改造项目52个。", "市经济信息委支持改造项目52个。"),
    ("办理确认20件\n压缩时限。", "市经济信息委办理确认20件；压缩时限。"),
    ("外贸进口增长5%。", "市经济信息委方面，外贸进口增长5%。"),
    ("一是办理20件；二是办结。", "市经济信息委：一是办理20件；二是办结。"),
    ("会同市商务委调研2次，我委提出建议。", "市经济信息委会同我委调研2次，市经济信息委提出建议。"),
    ("今年以来，我委支持项目5个。", "今年以来，市经济信息委支持项目5个。"),
    ("本期无新进展：按计划推进。", "市经济信息委本期无新进展：按计划推进。"),
]


@pytest.mark.parametrize(("progress", "told"), SUBJECTS)
def test_each_agency_is_the_subject_of_what_it_did(
    data: ProgressData, progress: str, told: str
) -> None:
    parties = measures_of(data)[0]["parties"]
    for party in parties:
        party["note"] = None if party["agency"] != "市经济信息委" else party["note"]
    note = parties[1]["note"]
    assert note is not None
    note["progress"] = progress
    assert paragraph(data, 1) == told


def test_the_commission_refers_to_itself_as_we(data: ProgressData) -> None:
    said = noted(data, 1, progress="我委会同有关部门梳理需求52项。")
    assert paragraph(said, 1).startswith("我委会同有关部门梳理需求52项。市经济信息委")
    assert paragraph(noted(data, 1, progress="组织企业"), 1).startswith("我委组织企业。")


def figure(**values: object) -> FigureData:
    told: dict[str, object] = {
        **{"name": "进口额", "unit": "亿元", "value": "20.9亿元", "day": "2026-09-30"},
        **{"previous": "13.7亿元", "previous_day": "2026-06-30", "change": "比6月末增加7.2亿元"},
        **{"target": "31.0亿元", "target_day": "2026-12-31", "share": "67.4%", "direction": "up"},
        **{"is_reached": False, "is_worse": False, "is_cumulative": True, "is_import": True},
        "reporter": "",
    }
    return cast(FigureData, told | values)


FIGURES = [
    ({}, "进口额20.9亿元，比6月末增加7.2亿元，完成年度目标31.0亿元的67.4%。"),
    ({"is_reached": True}, "进口额20.9亿元，比6月末增加7.2亿元，已达到年度目标31.0亿元。"),
    ({"is_cumulative": False}, "进口额20.9亿元，比6月末增加7.2亿元，年度目标为31.0亿元。"),
    ({"target_day": "2027-06-30", "is_cumulative": False, "change": ""},
     "进口额20.9亿元，目标为31.0亿元。"),
    ({"target": "", "change": ""}, "进口额20.9亿元。"),
    ({"day": "2026-06-30", "target": "", "change": ""}, "进口额20.9亿元（6月30日数）。"),
    ({"direction": "reach", "value": "已实现", "name": "通关常态化", "change": ""},
     "通关常态化已实现。"),
    ({"direction": "reach", "value": "已实现", "name": "通关常态化", "change": "本期已实现"},
     "通关常态化本期已实现。"),
    ({"direction": "reach", "value": "未实现", "name": "通关常态化", "change": "此前已实现"},
     "通关常态化未实现，此前已实现。"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "told"), FIGURES)
def test_figures_without_a_reporter_end_the_paragraph(
    data: ProgressData, values: dict[str, object], told: str
) -> None:
    assert paragraph(changed(data, 15, figures=[figure(**values)]), 15) == told


def test_a_value_older_than_half_a_year_is_left_out(data: ProgressData) -> None:
    old = changed(data, 15, figures=[figure(day="2026-03-31")])
    assert paragraph(old, 15) == "责任单位尚待明确，暂未评定，本期没有进展情况。"


def test_a_figure_follows_its_agency_s_text_without_repeating_values(data: ProgressData) -> None:
    said = noted(data, 1, progress="进口设备20.9亿元。")
    case = changed(said, 1, figures=[figure(reporter="市商务委")])
    assert paragraph(case, 1).startswith(
        "我委方面，进口设备20.9亿元。进口额比6月末增加7.2亿元，完成年度目标31.0亿元的67.4%。市经济信息委"
    )
    overall = part(document_of(case, made_on=MADE_ON), "一、总体进展情况")
    assert "主要指标：进口额20.9亿元，比6月末增加7.2亿元。" in overall


def test_long_texts_are_cut_at_sentences_with_a_note_for_the_editor(data: ProgressData) -> None:
    long = "组织企业申报贴息项目。" + "开展对接。" * 60
    document = document_of(noted(data, 1, progress=long), made_on=MADE_ON)
    text = document.parts[1].parts[0].parts[0].paragraphs[0]
    assert text.startswith("我委组织企业申报贴息项目。开展对接。")
    assert len(text) < 260
    assert "第（一）项所报进展较长" in "".join(document.editor_notes)


def test_agencies_without_an_accepted_note_are_named_only_under_filings(
    data: ProgressData,
) -> None:
    assert "重庆海关" not in paragraph(data, 17)
    silent = noted(data, 10, progress="")
    measures_of(silent)[9]["parties"][1]["note"] = None
    assert paragraph(silent, 10) == "本期暂无可汇总的进展情况，见“报送情况”部分。"
    filings = part(document_of(data, made_on=MADE_ON), "四、报送情况")
    assert "本报告依据审核通过的51件报送材料形成，报送工作尚未结束，本报告为阶段性情况。" in filings


def test_gaps_are_notes_for_the_editor_only(data: ProgressData) -> None:
    document = document_of(data, made_on=MADE_ON)
    sections = document.parts[1].parts
    assert sections[3].heading == "（四）落实进口税收优惠政策、进一步拓宽金融服务渠道"
    ninth, tenth = sections[2].parts[2:4]
    assert ninth.heading == "9.境外投资和技术并购带动进口"
    assert ninth.paragraphs == ("责任单位尚待明确，暂未评定，本期没有进展情况。",)
    assert tenth.heading == "10.第（十）项措施"
    first, second = document.editor_notes
    assert first.startswith("第（十）项的标题在采集的通知文本中缺失")
    assert second == "第四部分的标题在采集的通知文本中缺失，文中以所含措施代称，请核对。"


@pytest.mark.parametrize(
    ("problem", "reason", "told"),
    [
        (
            "回程运力阶段性紧张",
            "回程运力紧张，进口目标有缺口",
            "回程运力阶段性紧张，进口目标有缺口",
        ),
        ("用地未落实。", "用地未落实。", "用地未落实"),
        ("", "短期内难以开工。", "短期内难以开工"),
    ],
)
def test_a_problem_and_the_doubt_it_causes_are_one_point(
    data: ProgressData, problem: str, reason: str, told: str
) -> None:
    case = noted(data, 1, problems=problem, confidence="有风险", confidence_reason=reason)
    problems = part(document_of(case, made_on=MADE_ON), "三、存在的问题")
    assert f"{told}（我委）" in problems
    assert problems.count(told[:5]) == 1


def test_problems_are_one_sentence_each_with_agencies_in_brackets(data: ProgressData) -> None:
    twice = noted(noted(data, 1, problems="融资难。企业有顾虑"), 2, problems="融资难。企业有顾虑")
    three = changed(noted(twice, 3, problems="我委反映配额不足。"), 16, findings=[], light="green")
    assert part(document_of(three, made_on=MADE_ON), "三、存在的问题") == (
        "优化进口结构方面，一是融资难，企业有顾虑（我委）；二是市农业农村委反映配额不足（市农业农村委）。\n"
        "此外，个别单位报送材料不及时，见“报送情况”部分。"
    )


KNOWN = [
    # label of the cause, sentence, told
    ("节点逾期", "节点“印发台账”应于2026年11月13日完成，已逾期",
     "第（四）项“积极发展服务贸易”节点“印发台账”应于2026年11月13日完成，已逾期（市科技局）。"),
    ("推迟后无进展", "完成比例85%连续2期未变（按原时限低8.2个百分点）",
     "第（四）项“积极发展服务贸易”完成比例85%连续2期未变（市科技局）。"),
    ("牵头单位逾期未报", "市商务委三季度进展未报", ""),
]  # fmt: skip


@pytest.mark.parametrize(("label", "sentence", "told"), KNOWN)
def test_causes_of_lights_about_the_work_are_problems(
    data: ProgressData, label: str, sentence: str, told: str
) -> None:
    finding = {"light": "yellow", "label": label, "sentence": sentence, "since": None}
    case = changed(data, 4, findings=[{**finding, "agencies": ["市科技局"]}])
    case = changed(case, 16, findings=[], light="green")
    problems = part(document_of(case, made_on=MADE_ON), "三、存在的问题").split("\n")[0]
    assert problems == (f"优化进口结构方面，{told}" if told else "本期没有反映的问题。")


DEBT = "市金融监管局二、三季度进展均未报，逾期92个工作日"


def silent(data: ProgressData, light: str) -> ProgressData:
    """The thirteenth's lead filed nothing, and nobody reported a problem or a plan."""
    label = "牵头单位多期未报" if light == "red" else "其他单位长时间未报"
    who = ["市金融监管局"]
    one = {"light": light, "label": label, "sentence": DEBT, "since": None, "agencies": who}
    case = changed(data, 16, findings=[], light="green")
    return changed(case, 13, light=light, sentence=DEBT, findings=[one], waits_for=who)


def test_a_red_light_for_a_debt_is_a_problem_too(data: ProgressData) -> None:
    """No agency reports it, but a document that names a red light must mention it here."""
    document = document_of(silent(data, "red"), made_on=MADE_ON)
    told = part(document, "三、存在的问题").split("\n")[0]
    assert told.endswith(f"方面，第（十三）项进展滞后，{DEBT}。")  # the sentence says who
    steps = part(document, "五、下一步工作打算")
    assert steps.startswith(
        "对进展滞后的措施，逐项跟踪督办：第（十三）项，市金融监管局报齐所欠进展。"
    )


def test_a_yellow_light_that_no_point_explains_is_named_with_its_annex(data: ProgressData) -> None:
    document = document_of(silent(data, "yellow"), made_on=MADE_ON)
    told = part(document, "三、存在的问题")
    assert told.endswith("见“报送情况”部分。另有第（十三）项出现预警，原因见附件1。")
    assert document.annexes[0].title == "措施进展和预警情况表"
    assert "督办" not in part(document, "五、下一步工作打算")


def test_a_light_set_by_hand_is_a_problem_in_the_words_of_who_set_it(data: ProgressData) -> None:
    case = changed(silent(data, "red"), 13, sentence="另有安排（人工认定，至2026年12月31日）")
    told = part(document_of(case, made_on=MADE_ON), "三、存在的问题")
    assert "进展滞后，另有安排（我委认定，至2026年12月31日）。" in told


def test_a_doubt_that_its_agency_explains_is_one_problem(data: ProgressData) -> None:
    said = "市商务委三季度自评“有风险”：到货偏晚"
    one = {"light": "yellow", "label": "自评有风险", "sentence": said, "since": None}
    case = noted(data, 2, confidence="有风险", confidence_reason="到货偏晚。")
    case = changed(
        case, 2, light="yellow", sentence=said, findings=[{**one, "agencies": ["市商务委"]}]
    )
    assert part(document_of(case, made_on=MADE_ON), "三、存在的问题").count("到货偏晚") == 1


def test_the_meaning_of_quotes_and_brackets_is_explained_once(data: ProgressData) -> None:
    said = "文中措施加引号的为通知所列标题，加括号的为内容简称。"
    assert str(document_of(data, made_on=MADE_ON).parts).count(said) == 1
    for measure in measures_of(data):
        measure["title_mark"] = ""
    assert said not in str(document_of(data, made_on=MADE_ON).parts)


def test_a_worsened_figure_and_a_doubt_are_problems(data: ProgressData) -> None:
    worse = figure(is_worse=True, target="", reporter="市药监局")
    case = noted(
        changed(data, 2, figures=[worse]),
        *(2,),
        confidence="有风险",
        confidence_reason="到货偏晚。",
    )
    problems = part(document_of(case, made_on=MADE_ON), "三、存在的问题")
    assert "一是到货偏晚（我委）；二是进口额20.9亿元，比6月末增加7.2亿元（市药监局）。" in problems


def test_a_section_has_three_steps_the_most_severe_first(data: ProgressData) -> None:
    case = changed(data, 4, light="red")
    for measure in measures_of(case):
        for party in measure["parties"]:
            if party["note"]:
                party["note"]["next_steps"] = f"{party['agency']}做好{measure['ordinal']}号事。"
    document = document_of(case, made_on=MADE_ON)
    sections = part(document, "五、下一步工作打算").split("\n")
    red, *sections = sections
    assert red.startswith("对进展滞后的措施，逐项跟踪督办：第（四）项，")
    assert red.endswith("第（十六）项，市政府口岸物流办完成逾期的节点。")
    assert len(sections) == 5
    assert sections[0].startswith("优化进口结构方面，一是我委做好4号事（我委）；二是")
    assert [text.count("号事（") for text in sections] == [3, 3, 3, 3, 3]
    assert sections[0].count("做好4号事") == 3
    annex = next(one for one in document.annexes if one.title == "其他工作打算")
    assert annex.table is not None
    left = sum(cell.text.count("号事。") for row in annex.table.rows for cell in row)
    assert sections[-1].endswith(f"其余{left}条见附件2。")
    assert left + 15 == 51


def test_requests_are_notes_for_the_editor_and_not_in_the_report(data: ProgressData) -> None:
    case = noted(data, 1, help_needed="请市政府协调增加班次。", problems="运力紧张。建议统一资料。")
    document = document_of(case, made_on=MADE_ON)
    problems = part(document, "三、存在的问题")
    first = "第（一）项“扩大先进技术设备和关键零部件进口”"
    assert f"需跨部门协调的事项1件，涉及{first}，我委另行协调办理。" in problems
    assert "优化进口结构方面，运力紧张（我委）。" in problems
    assert document.editor_notes[-1] == (
        "报告中不写请求事项。以下1件须另行请示或函商："
        f"{first}（市商务委）：请市政府协调增加班次。建议统一资料。"
    )


def test_items_replace_the_notes_requests_for_the_editor(data: ProgressData) -> None:
    case = asking(noted(data, 1, help_needed="请协调班次。"), 1, "补贴从哪项资金列支")
    document = document_of(case, made_on=MADE_ON)
    first = "第（一）项“扩大先进技术设备和关键零部件进口”"
    problems = part(document, "三、存在的问题")
    assert f"需跨部门协调的事项1件，涉及{first}，我委另行协调办理。" in problems
    assert document.editor_notes[-1] == (
        f"报告中不写请求事项。以下1件须另行请示或函商：{first}（市财政局）："
        "补贴从哪项资金列支（卡在市商务委，已等12个工作日，请于2026年12月3日前答复）。"
    )


def test_unclear_speakers_are_left_to_the_editor(data: ProgressData) -> None:
    measures_of(data)[0]["parties"][1]["note"]["progress"] = "我处已办结。"  # type: ignore[index]
    notes = document_of(data, made_on=MADE_ON).editor_notes
    assert notes[-1] == (
        "以下称谓不能确定所指，请改为第三人称：市经济信息委（第（一）项）“我处已办结”。"
    )


def test_a_short_last_paragraph_stays_with_the_following_text(data: ProgressData) -> None:
    case = noted(data, 2, next_steps="继续")
    assert paragraphs_kept_with_next(document_of(case, made_on=MADE_ON)) == [
        "优化进口结构方面，继续（我委）。"
    ]
    assert (
        paragraphs_kept_with_next(
            document_of(noted(data, 2, next_steps="长" * 200), made_on=MADE_ON)
        )
        == []
    )


def test_the_annex_has_each_measure_with_its_light_and_who_can_end_it(data: ProgressData) -> None:
    red = {"light": "red", "light_label": "滞后", "light_shape": "▲", "since": "2026-07-13"}
    case = changed(data, 4, **red, sentence="久拖不决（人工认定，至2027年1月13日）",
                   waits_for=["市商务委"], due_on="2027-12-31", percent=85)  # fmt: skip
    document = document_of(case, made_on=MADE_ON)
    table = document.annexes[0].table
    assert table is not None
    assert [cell.text for cell in table.rows[3]] == [
        "4",
        "积极发展服务贸易",
        "市商务委（牵头）、市经济信息委、市卫生健康委、市生态环境局",
        "未启动，完成85%\n2027年12月31日前",
        "▲滞后",
        "久拖不决（市商务委认定，至2027年1月13日）（自2026年7月13日起）",
        "市商务委",
    ]
    assert [cell.text for cell in table.rows[7]][2:] == [
        *("责任单位尚待明确", "未启动", "○未评定", "责任单位尚待明确", "—")
    ]
    # The report itself mentions its day and its author once.
    assert [annex.sub_line for annex in document.annexes] == ["", "单位：件"]


def test_late_and_missing_filings_are_listed(data: ProgressData) -> None:
    owed = sum(count["count"] for count in data["filings"])
    filings = part(document_of(data, made_on=MADE_ON), "四、报送情况")
    assert f"本期应报{owed}件，涉及17个单位，2026年11月22日截止。" in filings
    assert "迟报单位：市发展改革委1件。" in filings
    assert "逾期未报单位：重庆海关1件、市知识产权局1件。" in filings


PARTS = [
    # new values of the first filings, expected text
    ([], "已通过51件、占96.2%；未报2件、占3.8%。"),
    (
        ["waiting"] * 8 + ["mending"] * 4 + ["unfiled"] * 14,
        "已通过25件、占47.2%；待审核8件、占15.1%；退回4件、占7.5%；未报16件、占30.2%。",
    ),
    (["waived"] * 51, "未报2件、占100.0%。"),
    (
        ["waived"] * 46 + ["waiting"] + ["mending"],
        "已通过3件、占42.9%；待审核1件、占14.3%；退回1件、占14.3%；未报2件、占28.6%"
        "（因四舍五入，各项之和不等于100%）。",
    ),
]


@pytest.mark.parametrize(("parts", "told"), PARTS)
def test_filings_owed_have_four_parts_that_add_up(
    data: ProgressData, parts: list[str], told: str
) -> None:
    filed = [p for m in measures_of(data) for p in m["parties"] if p["part"] == "accepted"]
    for party, one in zip(filed, parts, strict=False):
        party["part"] = one
    fill_totals(data)
    owed = sum(count["count"] for count in data["filings"])
    assert owed == 53 - parts.count("waived")
    said = part(document_of(data, made_on=MADE_ON), "四、报送情况")
    assert f"本期应报{owed}件，涉及17个单位，2026年11月22日截止。{told}" in said
    for one in data["agencies"]:
        assert one["owed"] == sum((one["accepted"], one["waiting"], one["mending"], one["unfiled"]))


def test_timeliness_has_its_own_words(data: ProgressData) -> None:
    filings = part(document_of(data, made_on=MADE_ON), "四、报送情况")
    assert "按报送时间统计，按时报送50件、迟报1件、逾期未报2件，按时率94.3%。" in filings
    assert filings.count("%") == 3  # the two parts, and the rate under its own name


def test_late_and_written_off_filings_are_mentioned(data: ProgressData) -> None:
    parties = [party for measure in measures_of(data) for party in measure["parties"]]
    parties[0]["is_backfilled"] = True
    for party in parties:
        if party["timeliness"] == "missing":
            party["is_written_off"] = True
    filings = part(document_of(fill_totals(data), made_on=MADE_ON), "四、报送情况")
    assert "其中1件为报送期结束后补报。" in filings
    assert "未报的2件经我委研究不再催报。" in filings


def test_demonstration_data_are_marked_in_the_titles_of_file_and_report(data: ProgressData) -> None:
    assert not document_of(data, made_on=MADE_ON).demo_line
    data["is_demo"] = True
    assert document_of(data, made_on=MADE_ON).demo_line.startswith("演示数据")
    assert file_title(data, FileFormat.DOCX) == (
        "（演示数据）2026年前三季度扩大进口促进外贸发展工作进展情况报告"
    )


def test_a_routine_measure_counts_as_done(data: ProgressData) -> None:
    data["stages"][3]["count"], data["stages"][3]["share"] = 1, "5.9"
    done = changed(data, 1, stage="done", stage_label="常态化")
    assert (
        "已完成1项（转入常态化）、占5.9%"
        in document_of(done, made_on=MADE_ON).parts[0].paragraphs[0]
    )


def test_filing_every_second_period_is_mentioned_once(data: ProgressData) -> None:
    skipped = changed(changed(data, 3, is_skipped=True), 9, is_skipped=True)
    told = part(document_of(skipped, made_on=MADE_ON), "四、报送情况")
    assert told.count("第（三）（九）项隔期填报，本期不要求报送。") == 1


def test_a_yearly_report_lists_the_requests_to_agencies(data: ProgressData) -> None:
    rows = [{"agency": name, "counts": ["3项", "—"], "time": "25分钟"} for name in ("甲", "合计")]
    burden = {"year": 2026, "kinds": ["填报", "催报"], "rows": rows}
    document = document_of({**data, "burden": burden}, made_on=MADE_ON)
    annex = document.annexes[-2]
    assert annex.title == "2026年要求各单位报送情况表"
    assert annex.table is not None
    assert [one.heading for one in annex.table.columns] == ["单位", "填报", "催报", "约用"]
    assert [[cell.text for cell in row] for row in annex.table.rows][0] == [
        *("甲", "3项", "—", "25分钟")
    ]
    assert not any("要求各单位" in one.title for one in document_of(data, made_on=MADE_ON).annexes)


def test_unfiled_filings_are_awaited_before_the_due_day(data: ProgressData) -> None:
    owed = sum(one["count"] for one in data["filings"])
    parts = [{**one, "count": owed if one["key"] == "unfiled" else 0} for one in data["filings"]]
    times = [{**one, "count": owed if one["key"] == "awaited" else 0} for one in data["timeliness"]]
    nobody = [{**one, "late": 0, "missing": 0} for one in data["agencies"]]
    ahead = {**data, "filings": parts, "timeliness": times, "agencies": nobody}
    document = document_of(ahead, made_on=MADE_ON)
    told = part(document, "四、报送情况")
    assert f"待报{owed}件" in told
    assert "没有迟报" not in told
    assert "待报" in [one.heading for one in document.annexes[-1].table.columns]
