"""The kinds of this app's inbox messages."""

from agencies.choices import MailChoice, MessageKind


class MeasureMessage(MessageKind):
    PERIOD_OPENED = "period_opened", "开始填报"
    PERIOD_CHANGED = "period_changed", "填报期变动"
    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已通过"
    RETURNED = "returned", "已退回"
    CHANGED = "changed", "填报变动"
    REMARK = "remark", "留言"
    OBJECTION = "objection", "异议"
    MILESTONE = "milestone", "节点"
    INDICATOR = "indicator", "指标"
    SHEET = "sheet", "Excel导入"
    REQUEST = "request", "待审批"
    DECISION = "decision", "审批结果"
    INSTRUCTION = "instruction", "批示"
    COORDINATION = "coordination", "需协调事项"
    CONFIRMATION = "confirmation", "待确认"
    CHASE = "chase", "催报"
    CHASE_ANSWER = "chase_answer", "催报答复"
    NOTICE_CHANGE = "notice_change", "原文核对"

    @property
    def asks(self) -> bool:
        return self in ASKING

    @property
    def mail_default(self) -> MailChoice:
        # The people asked seldom sign in for it, so it is part of the daily digest mail.
        return MailChoice.DIGEST if self == MeasureMessage.COORDINATION else MailChoice.NONE

    @property
    def tone(self) -> str:
        return {"accepted": "green", "returned": "yellow"}.get(self.value, "blue")


# Messages that ask for an act and stay in the inbox until it is done
# (agencies.inbox.settle_asked); each is also a 待办 elsewhere. Chases are not included: they repeat
# what 开始填报 and 已退回 ask for, and five rungs would give five 待办 for one filing.
ASKING = frozenset(
    {
        MeasureMessage.PERIOD_OPENED,
        MeasureMessage.SUBMITTED,
        MeasureMessage.RETURNED,
        MeasureMessage.OBJECTION,
        MeasureMessage.REQUEST,
        MeasureMessage.INSTRUCTION,
        MeasureMessage.COORDINATION,
        MeasureMessage.CONFIRMATION,
    }
)
