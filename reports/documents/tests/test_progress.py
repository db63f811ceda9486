"""The sentences of the report: number rules, numbering, and who did what."""

import pytest

from lib.official.document import paragraphs_kept_with_next
from measures.choices import Light
from reports.choices import FileFormat
from reports.datasets.schema import BeforeData, ProgressData, measures_of
from reports.datasets.totals import fill_totals
from reports.documents.parts.overall import changes_since_previous, light_counts
from reports.documents.progress import document_of, file_title
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
def test_clauses_leave_out_what_counts_nothing(
    rows: list[tuple[str, int, str]], expected: str
) -> None:
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
def test_several_lines_become_one_sentence_run(text: str, expected: str) -> None:
    assert as_sentence(text) == expected


@pytest.mark.parametrize(("text", "expected"), GOES_ON)
def test_inside_a_list_the_stop_before_a_bracket_goes(text: str, expected: str) -> None:
    assert as_sentence(text, end="；") == expected


def test_points_are_numbered_and_end_with_a_full_stop() -> None:
    assert numbered(["甲。", "乙", "丙；"]) == ("一是甲；", "二是乙；", "三是丙。")
    assert numbered(["甲"]) == ("甲。",)


def test_the_title_and_who_it_goes_to(data: ProgressData) -> None:
    document = document_of(data, made_on=MADE_ON)
    assert document.title == "关于2026年前三季度扩大进口促进外贸发展工作进展情况的报告"
    assert document.addressee == "市人民政府"
    assert document.signature == "重庆市商务委员会"
    assert "渝府办发〔2018〕175号" in document.opening
    assert "2026年1月1日至2026年9月30日" in document.opening


def test_the_six_parts_are_numbered(data: ProgressData) -> None:
    assert [p.heading for p in document_of(data, made_on=MADE_ON).parts] == [
        "一、总体进展情况",
        "二、分项进展情况",
        "三、存在的问题",
        "四、需协调事项",
        "五、报送情况",
        "六、下一步工作打算",
    ]


def test_stages_and_lights_are_counted_with_shares(data: ProgressData) -> None:
    overall = part(document_of(data, made_on=MADE_ON), "一、总体进展情况")
    assert "截至2026年11月23日，17项政策措施（长期坚持17项）中，尚未启动17项、占100.0%。" in overall
    lights = "绿灯（正常·已审核）12项、占70.6%；灰灯（未评定）4项、占23.5%。"
    assert f"按2026年11月23日评定，红灯（滞后）1项、占5.9%；{lights}" in overall
    assert "0项" not in overall.replace("10项", "")


LIGHTS = [
    # light of each measure, the clauses told
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
def test_lights_are_told_worst_first_and_each_green_says_which(
    data: ProgressData, lights: list[str], told: str
) -> None:
    for measure, light in zip(measures_of(data), lights, strict=True):
        measure["light"], measure["light_label"] = light, str(Light(light).label)
    assert light_counts(fill_totals(data)) == f"按2026年11月23日评定，{told}"


def test_a_red_light_is_named_with_its_cause_since_when_and_who(data: ProgressData) -> None:
    cause = "市农业农村委二、三季度进展均未报"
    red: dict[str, object] = {"light": "red", "light_label": "滞后", "sentence": cause}
    who = {"since": "2026-07-13", "waits_for": ["市农业农村委"], "others": ["市财政局"]}
    overall = part(document_of(changed(data, 3, **red, **who), made_on=MADE_ON), "一、总体进展情况")
    assert (
        f"滞后事项：（三）扩大优质农产品和重要资源性产品进口，{cause}"
        "（自2026年7月13日起，待办单位：市农业农村委，另涉及市财政局）；" in overall
    )
    older = changed(data, 3, **red, since=None, waits_for=[], others=[])
    told = part(document_of(older, made_on=MADE_ON), "一、总体进展情况")
    assert f"滞后事项：（三）扩大优质农产品和重要资源性产品进口，{cause}；" in told


def test_what_changed_since_the_period_before(data: ProgressData) -> None:
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


@pytest.mark.parametrize(("before", "now", "told"), CHANGES)
def test_each_change_has_its_word(
    data: ProgressData, before: dict[str, object], now: dict[str, object], told: str
) -> None:
    data["previous"] = "2026年上半年"
    then = BEFORE_GREEN | {"stage_label": "", "light_label": ""} | before
    case = changed(data, 1, **({**BEFORE_GREEN, "before": then} | now))
    assert changes_since_previous(case) == f"与2026年上半年相比，{told}"


PACES = [
    # the pace of each dated measure, told
    (["kept"], "有时限要求并已评定的1项措施中，达到序时进度1项、占100.0%。"),
    (["near"], "有时限要求并已评定的1项措施中，略低于序时进度1项、占100.0%。"),
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
def test_what_has_a_due_date_is_counted_by_its_pace(
    data: ProgressData, paces: list[str], told: str
) -> None:
    assert "序时进度" not in part(document_of(data, made_on=MADE_ON), "一、总体进展情况")
    for measure, pace in zip(measures_of(data), paces, strict=False):
        measure["expected"], measure["pace"] = 50, pace
    assert told in part(document_of(data, made_on=MADE_ON), "一、总体进展情况")


def test_who_was_not_in_time_stands_among_the_problems(data: ProgressData) -> None:
    problems = part(document_of(data, made_on=MADE_ON), "三、存在的问题")
    assert problems.endswith("此外，个别单位报送材料不及时，详见报送情况。")


def test_what_was_sent_back_is_told(data: ProgressData) -> None:
    measures_of(data)[0]["parties"][1]["returned"] = 1
    filings = part(document_of(fill_totals(data), made_on=MADE_ON), "五、报送情况")
    assert "个别单位报送内容需要补正，曾退回1件：市经济信息委1件。" in filings


def test_a_measure_names_who_leads_how_far_it_is_and_what_each_agency_did(
    data: ProgressData,
) -> None:
    measure = document_of(data, made_on=MADE_ON).parts[1].parts[0].parts[0]
    assert measure.heading == "1.扩大先进技术设备和关键零部件进口"
    assert measure.paragraphs[0] == (
        "牵头单位：市商务委；责任单位：市经济信息委、市科技局、市发展改革委。长期坚持；"
        "进度：未启动；预警：绿灯（正常·已审核），市商务委三季度进展已报送并通过。"
    )
    assert measure.paragraphs[1] == "市商务委：市商务委已推进（一）的一件事。"
    assert len(measure.paragraphs) == 5


def test_who_did_not_file_is_named(data: ProgressData) -> None:
    last = document_of(data, made_on=MADE_ON).parts[1].parts[4].parts[-1]
    assert last.paragraphs[-1] == "重庆海关、市知识产权局本期未报送进展情况。"


def test_what_was_lost_is_marked(data: ProgressData) -> None:
    sections = document_of(data, made_on=MADE_ON).parts[1].parts
    assert sections[3].heading == "（四）〔标题原文缺失〕（标题待核）"
    ninth = sections[2].parts[2]
    assert ninth.heading == "9.境外投资和技术并购带动进口（标题暂拟、待核）"
    assert ninth.paragraphs[0].startswith("责任单位待核。")
    assert ninth.paragraphs[1] == "本期未下达填报任务，无报送的进展情况。"


def test_the_same_problem_of_two_measures_is_told_once(data: ProgressData) -> None:
    twice = noted(noted(data, 1, problems="融资难"), 2, problems="融资难")
    three = noted(twice, 3, problems="配额不足。")
    assert part(document_of(three, made_on=MADE_ON), "三、存在的问题") == (
        "存在以下问题：\n一是市商务委（一）、（二）：融资难；\n二是市农业农村委（三）：配额不足。\n"
        "此外，个别单位报送材料不及时，详见报送情况。"
    )


def test_many_next_steps_are_told_by_section(data: ProgressData) -> None:
    for measure in measures_of(data):
        for party in measure["parties"]:
            if party["note"]:
                party["note"]["next_steps"] = f"做好{measure['mark']}的事。"
    document = document_of(data, made_on=MADE_ON)
    opening, *told = part(document, "六、下一步工作打算").split("\n")
    assert opening == "重点做好以下工作："
    assert [line[:2] for line in told] == ["一是", "二是", "三是", "四是", "五是"]
    assert told[0].startswith(
        "一是优化进口结构方面，市商务委（一）：做好（一）的事；市经济信息委（一）："
    )
    assert told[3].startswith("四是第四部分（标题原文缺失），")


def test_what_leads_in_and_the_last_words_stay_beside_what_follows(data: ProgressData) -> None:
    case = noted(noted(data, 1, problems="融资难"), 2, next_steps="继续")
    kept = paragraphs_kept_with_next(document_of(case, made_on=MADE_ON))
    assert kept == ["存在以下问题：", "重点做好以下工作：", "市商务委（二）：继续。"]
    assert paragraphs_kept_with_next(
        document_of(noted(data, 2, next_steps="长" * 200), made_on=MADE_ON)
    ) == ["重点做好以下工作："]


def test_who_filed_late_and_who_did_not(data: ProgressData) -> None:
    owed = sum(count["count"] for count in data["filings"])
    filings = part(document_of(data, made_on=MADE_ON), "五、报送情况")
    assert f"本期应报{owed}件，涉及17个单位，2026年11月22日截止。" in filings
    assert "迟报单位：市发展改革委1件。" in filings
    assert "逾期未报单位：重庆海关1件、市知识产权局1件。" in filings


PARTS = [
    # what the first filings become, told
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
def test_what_was_owed_is_cut_into_four_parts_that_add_up(
    data: ProgressData, parts: list[str], told: str
) -> None:
    filed = [p for m in measures_of(data) for p in m["parties"] if p["part"] == "accepted"]
    for party, one in zip(filed, parts, strict=False):
        party["part"] = one
    fill_totals(data)
    owed = sum(count["count"] for count in data["filings"])
    assert owed == 53 - parts.count("waived")
    said = part(document_of(data, made_on=MADE_ON), "五、报送情况")
    assert f"本期应报{owed}件，涉及17个单位，2026年11月22日截止。{told}" in said
    for one in data["agencies"]:
        assert one["owed"] == sum((one["accepted"], one["waiting"], one["mending"], one["unfiled"]))


def test_when_filings_came_is_told_in_words_of_its_own(data: ProgressData) -> None:
    filings = part(document_of(data, made_on=MADE_ON), "五、报送情况")
    assert "按报送时间统计，按时报送50件、迟报1件、逾期未报2件，按时率94.3%。" in filings
    assert filings.count("%") == 3  # the two parts, and the rate of its own name


def test_what_came_after_closing_and_what_was_given_up_is_told(data: ProgressData) -> None:
    parties = [party for measure in measures_of(data) for party in measure["parties"]]
    parties[0]["is_backfilled"] = True
    for party in parties:
        if party["timeliness"] == "missing":
            party["is_written_off"] = True
    filings = part(document_of(fill_totals(data), made_on=MADE_ON), "五、报送情况")
    assert "其中1件为填报期关闭后补报。" in filings
    assert "未报的2件已由市商务委核销，不再催报。" in filings


def test_demonstration_data_stands_in_the_title_of_file_and_report(data: ProgressData) -> None:
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
        "已完成1项（含转入常态化1项）、占5.9%"
        in document_of(done, made_on=MADE_ON).parts[0].paragraphs[0]
    )
