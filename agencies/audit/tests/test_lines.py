"""The audit trail reads in words: no code, and no business content."""

import pytest

from agencies.audit.lines import ChangedField, action_label, line_of
from agencies.models import Event

HIDDEN = "（业务内容，共{}字，此处不显示）"


def test_a_refused_attempt_is_called_so():
    assert action_label("refused agencies:account") == "操作被拒"


def changes(
    action: str, target_type: str, before: dict[str, object], after: dict[str, object]
) -> list[ChangedField]:
    event = Event(action=action, target_type=target_type, before=before, after=after)
    return line_of(event).changes


@pytest.mark.parametrize(
    ("action", "target", "before", "after", "expected"),
    [
        ("", "agencies.user", {"is_active": True}, {"is_active": False}, ("启用", "是", "否")),
        ("", "agencies.membership", {"valid_to": None}, {"valid_to": "2026-11-22"},
         ("止", "（空）", "2026-11-22")),
        ("", "agencies.membership", {}, {"role": "liaison"}, ("角色", None, "联络员")),
        ("", "agencies.user", {"locked_until": "2026-11-23T02:15:00+00:00"},
         {"locked_until": None}, ("锁定至", "2026-11-23 10:15", "（空）")),
        ("refused agencies:account", "", {}, {"path": "/accounts/1/"},
         ("地址", None, "/accounts/1/")),
        ("filing.save", "measures.filing", {}, {"claimed_stage": "under_way"},
         ("自评进度", None, "推进中")),
        ("report.export", "measures.period", {}, {"files": ["甲.docx", "乙.xlsx"]},
         ("文件", None, "甲.docx、乙.xlsx")),
    ],
)  # fmt: skip
def test_a_change_is_told_in_the_fields_own_words(action, target, before, after, expected):
    assert changes(action, target, before, after) == [ChangedField(*expected)]


DIGEST = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"sha256": DIGEST}, []),
        ({"files": [{"name": "甲.docx", "sha256": DIGEST}]}, ["甲.docx"]),
        ({"files": ["甲.docx", DIGEST]}, ["甲.docx"]),
    ],
)
def test_digests_stand_apart_from_what_is_told(values, told):
    line = line_of(Event(action="report.export", target_type="measures.period", after=values))
    assert [change.after for change in line.changes] == told
    assert [one.partition("：")[2] for one in line.digests] == [DIGEST]


@pytest.mark.parametrize(
    ("action", "target", "after", "expected"),
    [
        ("filing.save", "measures.filing", {"progress": "签约进口项目三个。"}, ("进展情况", 9)),
        ("filing.save", "measures.filing", {"unchanged_reason": "无。"}, ("无新进展原因", 2)),
        ("filing.save", "measures.filing", {"figures": {"7": "甲乙", "8": "丙"}}, ("指标数据", 4)),
        ("value.record", "measures.measure", {"value": "60.5"}, ("数值", 4)),
        ("responsibility.add", "measures.measure", {"duty": "牵头统计"}, ("分工", 4)),
        ("gone.done", "gone.model", {"thing": 3}, ("thing", 1)),
        # A field of another model, and a key that only other subjects may show.
        ("user.create", "agencies.user", {"state": "accepted"}, ("state", 8)),
        ("user.create", "agencies.user", {"files": ["甲.docx"]}, ("files", 6)),
    ],
)
def test_the_auditor_learns_that_a_text_changed_but_not_the_text(action, target, after, expected):
    label, length = expected
    assert changes(action, target, {}, after) == [ChangedField(label, None, HIDDEN.format(length))]


@pytest.mark.parametrize(
    ("action", "key", "label"),
    [
        ("milestone.add", "due_on", "计划完成日期"),
        ("due_date.pass", "due_on", "完成时限"),
        ("responsibility.add", "agency", "单位"),
        ("closing.download", "name", "文件名"),
        ("override.agree", "ends_on", "止"),
    ],
)
def test_a_key_is_called_as_its_subject_calls_it(action, key, label):
    assert changes(action, "measures.measure", {}, {key: "甲"}) == [ChangedField(label, None, "甲")]


def test_a_state_reads_in_the_words_of_the_subject_that_has_it():
    (change,) = changes(
        "report.issue", "reports.report", {"state": "submitted"}, {"state": "issued"}
    )
    assert change == ChangedField("签发状态", "待签发", "已签发")


@pytest.mark.parametrize(
    ("action", "stored", "shown"),
    [
        ("filing.return", "退回甲第1版：数字有误，见附件：二。", "退回甲第1版。"),
        ("measure.status", "将甲的进度定为“推进中”：有变化。", "将甲的进度定为“推进中”。"),
        ("period.open", "开始填报，布置53项：无。", "开始填报，布置53项：无。"),
        ("instruction.close", "办结甲的批示。", "办结甲的批示。"),
        ("sheet.check", "未能核对甲表：第3行：合同额。", "未能核对甲表。"),
        ("refused measures:figures", "甲缺少指标数据：吞吐量。", "甲缺少指标数据。"),
        ("gone.done", "做了某事：内部的话。", "做了某事。"),
    ],
)
def test_what_a_sentence_quotes_of_a_business_text_is_left_out(action, stored, shown):
    assert line_of(Event(action=action, sentence=stored)).sentence == shown


def test_the_reason_for_a_change_of_responsibility_is_left_out():
    event = Event(action="responsibility.change", sentence="将甲改为牵头单位：内部的话。")
    assert line_of(event).sentence == "将甲改为牵头单位。"


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/reports/new/", "报告"),
        ("/filings/12/save/", "本期应报"),
        ("/filings/sheets/", "Excel填报"),
        ("/nowhere/", ""),
    ],
)
def test_a_refusal_names_the_page_and_keeps_its_address_for_the_details(path, place):
    line = line_of(Event(action="refused x", sentence="没有权限。", after={"path": path}))
    assert (line.place, line.path) == (place, path)
    assert ChangedField("地址", None, path) in line.changes
