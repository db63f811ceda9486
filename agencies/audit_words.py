"""How the audit trail reads: the words for what was done and for what changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.apps import apps
from django.db.models import DateTimeField, Field, Model
from django.utils.timezone import localtime

from agencies.audit_actions import ACTIONS, REFUSED
from agencies.models import Event

ACTION_CHOICES = [(group, list(words.items())) for group, words in ACTIONS.items()]
_LABELS = {code: label for words in ACTIONS.values() for code, label in words.items()}

# Administrators see no business content (三员分立): that it changed and how long it is, no more.
CONTENT = {
    "progress",
    "problems",
    "next_steps",
    "help_needed",
    "confidence_reason",
    "comment",
    "correction_reason",
    "waived_reason",
    "back_reason",
    "reason",
    "text",
    "answer",
    "what",
    "basis",
    "done_source",
    "remark",
    "result",
    "wording",
    "decision_note",
    "reopened_reason",
    "figures",
    "value",
    "baseline_value",
    "baseline_source",
    "retired_reason",
    "closing_words",
}
# What these say of a business text stands behind the colon of their sentence.
QUOTING = {
    "filing.return",
    "filing.send_back",
    "filing.correct",
    "filing.unaccept",
    "filing.waive",
    "filing.unwaive",
    "filing.remark",
    "filing.extend",
    "period.extend",
    "period.reopen",
    "objection.raise",
    "objection.decide",
    "measure.status",
    "measure.status_correct",
    "measure.suspend",
    "measure.resume",
    "responsibility.add",
    "responsibility.change",
    "report.withdraw",
    "responsibility.end",
    "milestone.add",
    "milestone.change",
    "milestone.complete",
    "milestone.reopen",
    "milestone.remove",
    "override.ask",
    "override.agree",
    "override.refuse",
    "override.end",
    "thresholds.set",
    "due_date.ask",
    "due_date.pass",
    "due_date.decide",
    "closing.ask",
    "closing.decide",
    "closing.reopen",
    "instruction.write",
    "instruction.reply",
    "instruction.close",
    "indicator.add",
    "indicator.change",
    "indicator.baseline",
    "indicator.target",
    "indicator.retarget",
    "indicator.untarget",
    "indicator.retire",
    "indicator.resume",
    "indicator.remove",
    "value.record",
    "value.correct",
    "value.withdraw",
}
# Fields of these are stored beside those of the thing itself.
COMPANIONS = {
    "measures.filing": ("measures.evidence", "measures.note", "measures.review"),
    "measures.measure": (
        "measures.responsibility",
        "measures.milestone",
        "measures.closingfile",
        "measures.closingrequest",
        "measures.duedaterequest",
        "measures.indicator",
        "measures.indicatorvalue",
    ),
    "measures.instruction": ("measures.instructionreply",),
}
# What is stored and is no field.
OTHER = {
    "method": "方式",
    "reason": "理由",
    "text": "内容",
    "path": "地址",
    "filings": "填报任务",
    "missed": "漏报",
    "measures": "措施范围",
    "days": "天数",
    "format": "格式",
    "number": "发文字号",
    "files": "文件",
    "sha256": "文件校验值",
    "stays_as_deputy": "转任B岗",
    "passed_on": "已移交",
    "milestone": "节点编号",
    "what": "名称",
    "indicator": "指标编号",
    "figures": "指标数据",
    "basis": "来源",
    "request": "申请编号",
    "request_state": "申请状态",
    "agencies": "办理单位",
    "reply": "回复编号",
}


class Change(NamedTuple):
    """One field, as it was and as it became; None where that side says nothing."""

    label: str
    before: str | None
    after: str | None


class Line(NamedTuple):
    """One event as the page shows it."""

    event: Event
    action: str
    sentence: str
    changes: list[Change]
    target: str  # the kind of thing and its number; empty where there was none

    @property
    def place(self) -> str:
        """The page on which something was refused; empty for all else."""
        return str(self.event.after.get("path", "")) if self.is_refusal else ""

    @property
    def is_refusal(self) -> bool:
        """Whether it is an attempt that was refused."""
        return self.event.action.startswith(REFUSED)


def line_of(event: Event) -> Line:
    """An event with its words; no query."""
    keys = list(dict.fromkeys([*event.before, *event.after]))
    fields = _fields_of(event.target_type)
    changes = [
        Change(
            _label(key, fields),
            _side(key, event.before, fields),
            _side(key, event.after, fields),
        )
        for key in keys
    ]
    return Line(event, action_label(event.action), _sentence(event), changes, _target_of(event))


def action_label(code: str) -> str:
    """What was done, in words; a code without words stands as it is."""
    return _LABELS.get(code.partition(" ")[0], code)


def _sentence(event: Event) -> str:
    if event.action not in QUOTING:
        return event.sentence
    return event.sentence.partition("：")[0] + "。"


def _target_of(event: Event) -> str:
    if event.target_id is None:
        return ""
    model = _model_of(event.target_type)
    kind = model._meta.verbose_name if model else event.target_type
    return f"{kind}，编号{event.target_id}"


def _fields_of(target_type: str) -> dict[str, Field]:
    """The fields that the keys of an event may name; the target's own win."""
    labels = [*COMPANIONS.get(target_type, ()), target_type]
    found: dict[str, Field] = {}
    for label in labels:
        model = _model_of(label)
        found |= {field.name: field for field in model._meta.concrete_fields} if model else {}
    return found


def _model_of(label: str) -> type[Model] | None:
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):  # none was stored, or the model is gone and its history stays
        return None


def _label(key: str, fields: Mapping[str, Field]) -> str:
    return str(fields[key].verbose_name) if key in fields else OTHER.get(key, key)


def _side(key: str, values: Mapping[str, object], fields: Mapping[str, Field]) -> str | None:
    if key not in values:
        return None
    value = values[key]
    if value is None or value == "":
        return "（空）"
    if key in CONTENT:
        return f"（业务内容，共{len(str(value))}字，此处不显示）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | dict):
        return "、".join(str(part) for part in value)
    field = fields.get(key)
    if isinstance(field, DateTimeField):
        return f"{localtime(datetime.fromisoformat(str(value))):%Y-%m-%d %H:%M}"
    choices = dict(field.flatchoices) if field is not None else {}
    return str(choices.get(value, value))
