"""The audit trail reads in words: no code, and no business content."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from agencies.audit_words import Change, action_label, line_of
from agencies.models import Event

SOURCES = [
    path
    for app in ("agencies", "measures", "reports")
    for path in Path(settings.BASE_DIR, app).rglob("*.py")
    if "tests" not in path.parts
]
RECORDED = {
    action
    for path in SOURCES
    for action in re.findall(r'audit\.record\(\s*"([^"]+)"', path.read_text(encoding="utf-8"))
}


@pytest.mark.parametrize("action", sorted(RECORDED))
def test_every_action_that_is_recorded_has_words(action):
    assert action_label(action) != action


def test_a_refused_attempt_is_called_so():
    assert action_label("refused agencies:account") == "操作被拒"


def changes(target_type: str, before: dict[str, object], after: dict[str, object]) -> list[Change]:
    return line_of(Event(target_type=target_type, before=before, after=after)).changes


@pytest.mark.parametrize(
    ("target", "before", "after", "expected"),
    [
        ("agencies.user", {"is_active": True}, {"is_active": False}, ("启用", "是", "否")),
        ("agencies.membership", {"valid_to": None}, {"valid_to": "2026-11-22"},
         ("止", "（空）", "2026-11-22")),
        ("agencies.membership", {}, {"role": "liaison"}, ("角色", None, "联络员")),
        ("agencies.user", {"locked_until": "2026-11-23T02:15:00+00:00"}, {"locked_until": None},
         ("锁定至", "2026-11-23 10:15", "（空）")),
        ("", {}, {"path": "/accounts/1/"}, ("地址", None, "/accounts/1/")),
        ("measures.filing", {}, {"claimed_stage": "under_way"}, ("自评进度", None, "推进中")),
        ("", {}, {"files": ["甲.docx", "乙.xlsx"]}, ("文件", None, "甲.docx、乙.xlsx")),
        ("gone.model", {}, {"thing": 3}, ("thing", None, "3")),
    ],
)  # fmt: skip
def test_a_change_is_told_in_the_fields_own_words(target, before, after, expected):
    assert changes(target, before, after) == [Change(*expected)]


def test_the_auditor_learns_that_a_text_changed_but_not_the_text():
    found = changes("measures.filing", {}, {"progress": "签约进口项目三个。"})
    assert found == [Change("进展情况", None, "（业务内容，共9字，此处不显示）")]


@pytest.mark.parametrize(
    ("action", "stored", "shown"),
    [
        ("filing.return", "退回甲第1版：数字有误，见附件：二。", "退回甲第1版。"),
        ("measure.status", "将甲的进度定为“推进中”：有变化。", "将甲的进度定为“推进中”。"),
        ("period.open", "开始填报，下达53项：无。", "开始填报，下达53项：无。"),
    ],
)
def test_what_a_sentence_quotes_of_a_business_text_is_left_out(action, stored, shown):
    assert line_of(Event(action=action, sentence=stored)).sentence == shown


def test_the_reason_for_a_change_of_responsibility_is_left_out():
    event = Event(action="responsibility.change", sentence="将甲改为牵头单位：内部的话。")
    assert line_of(event).sentence == "将甲改为牵头单位。"
