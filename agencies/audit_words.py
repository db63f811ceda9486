"""How the audit trail reads: the words for what was done and for what changed."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from django.apps import apps
from django.db.models import DateTimeField, Field, Model
from django.utils.timezone import localtime

from agencies.models import Event

REFUSED = "refused"  # the start of what the middleware records for a refused attempt

ACTIONS: dict[str, dict[str, str]] = {
    "账号": {
        "user.sign_in": "登录",
        "user.sign_out": "退出",
        "user.create": "新建账号",
        "user.reset_password": "重置密码",
        "user.set_active": "启用或停用账号",
        "user.unlock": "解除锁定",
        "user.change_password": "修改密码",
        "user.edit_profile": "修改个人信息",
    },
    "角色与单位": {
        "membership.grant": "授予角色",
        "membership.end": "终止角色",
        "membership.hand_over": "交接",
        "agency.inner_approval": "本单位审核设置",
    },
    "填报": {
        "filing.save": "保存草稿",
        "filing.submit": "提交",
        "filing.approve": "本单位同意",
        "filing.send_back": "本单位退回",
        "filing.withdraw": "撤回",
        "evidence.add": "上传佐证材料",
        "evidence.remove": "移除佐证材料",
        "evidence.download": "下载佐证材料",
        "filing.extend": "延长报送期限",
        "filing.begin_review": "开始审核",
        "filing.take_over": "接手审核",
        "filing.accept": "采用",
        "filing.return": "退回",
        "filing.correct": "更正",
        "filing.drop": "放弃更正",
        "filing.unaccept": "取消采用",
        "filing.waive": "免报",
        "filing.unwaive": "取消免报",
        "filing.remark": "留言",
        "objection.raise": "提出异议",
        "objection.decide": "答复异议",
        "sheet.download": "下载Excel表",
        "sheet.upload": "上传Excel表",
        "sheet.check": "核对Excel表",
        "sheet.marked": "下载标出错处的Excel表",
        "sheet.ask": "要求应用Excel表",
        "sheet.apply": "应用Excel表",
        "sheet.discard": "放弃Excel表",
    },
    "填报期与措施": {
        "period.create": "新建填报期",
        "period.open": "开始填报",
        "period.close": "关闭填报期",
        "period.extend": "填报期延期",
        "period.reopen": "重新开放填报期",
        "period.delete": "删除填报期",
        "workday.set": "设定工作日历",
        "workday.clear": "恢复周一至周五",
        "workday.import": "导入工作日历",
        "measure.status": "更新进度",
        "measure.status_correct": "更正进度",
        "measure.suspend": "中止",
        "measure.resume": "恢复",
        "milestone.add": "设定节点",
        "milestone.change": "调整节点",
        "milestone.complete": "登记节点完成",
        "milestone.reopen": "撤销节点完成",
        "milestone.remove": "删除节点",
        "indicator.add": "设立指标",
        "indicator.change": "调整指标",
        "indicator.baseline": "核定指标基线",
        "indicator.target": "设定指标目标",
        "indicator.retarget": "调整指标目标",
        "indicator.untarget": "删除指标目标",
        "indicator.retire": "停用指标",
        "indicator.resume": "恢复指标",
        "indicator.remove": "删除指标",
        "value.record": "登记指标数值",
        "value.correct": "更正指标数值",
        "value.withdraw": "撤下指标数值",
        "responsibility.add": "增加责任单位",
        "responsibility.change": "变更责任",
        "responsibility.end": "终止责任",
        "override.ask": "申请人工认定",
        "override.agree": "同意人工认定",
        "override.refuse": "不同意人工认定",
        "override.withdraw": "撤回人工认定申请",
        "override.end": "提前结束人工认定",
        "thresholds.set": "设定预警参数",
        "thresholds.drop": "撤销预警参数",
        "due_date.ask": "申请调整时限",
        "due_date.pass": "设定或提前时限",
        "due_date.withdraw": "撤回时限申请",
        "due_date.lapse": "时限申请失效",
        "due_date.decide": "审批时限申请",
        "closing.ask": "申请办结",
        "closing.withdraw": "撤回办结申请",
        "closing.decide": "审批办结申请",
        "closing.reopen": "重新启动",
        "closing.download": "下载办结材料",
    },
    "报告": {
        "report.request": "申请报告",
        "report.done": "报告完成",
        "report.fail": "报告失败",
        "report.same": "报告无变化",
        "report.cancel": "取消报告",
        "report.clear": "清理报告文件",
        "report.edit": "修改报告文字",
        "report.final": "报告定稿",
        "report.rerun": "重新生成报告",
        "report.issue": "签发通报或提示函",
        "report.withdraw": "撤回通报或提示函",
        "report.download": "下载报告",
        "report.export": "导出报告",
    },
    "其他": {
        "notice.load": "载入文件",
        "notice.demonstrate": "载入演示数据",
        REFUSED: "操作被拒",
    },
}
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
