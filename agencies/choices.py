"""The closed lists of this app, each member with all that is shown about it."""

from django.db.models import TextChoices


class AgencyKind(TextChoices):
    """What sort of organisation an agency is."""

    MUNICIPAL = "municipal", "市级部门"
    CENTRAL = "central", "中央垂直管理"
    ENTERPRISE = "enterprise", "企业"
    DISTRICT = "district", "区县政府"
    ZONE = "zone", "开发区管委会"


class AccountState(TextChoices):
    """Whether a person can sign in. Computed by UserQuerySet.with_state, never stored."""

    USABLE = "usable", "启用"
    MUST_CHANGE = "must_change", "须改密码"
    LOCKED = "locked", "锁定"
    OFF = "off", "停用"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return {"usable": "green", "must_change": "yellow", "locked": "red", "off": "grey"}[self]


class Validity(TextChoices):
    """Where a membership is in time. Computed by Membership.standing, never stored."""

    TO_COME = "to_come", "未生效"
    HOLDS = "holds", "任职中"
    ENDED = "ended", "已终止"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return {"to_come": "blue", "holds": "green", "ended": "grey"}[self]

    @property
    def is_over(self) -> bool:
        """Whether there is nothing left to end."""
        return self is Validity.ENDED


class MessageKind(TextChoices):
    """What an inbox message tells."""

    PERIOD_OPENED = "period_opened", "开始填报"
    PERIOD_CHANGED = "period_changed", "填报期变动"
    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已采用"
    RETURNED = "returned", "已退回"
    CHANGED = "changed", "填报变动"
    REMARK = "remark", "留言"
    OBJECTION = "objection", "异议"
    MILESTONE = "milestone", "节点"
    INDICATOR = "indicator", "指标"
    REPORT_READY = "report_ready", "报告完成"
    REPORT_FAILED = "report_failed", "报告失败"
    DOCUMENT = "document", "来文"
    SHEET = "sheet", "Excel导入"
    HANDED_OVER = "handed_over", "交接"
    REQUEST = "request", "待审批"
    DECISION = "decision", "审批结果"
    INSTRUCTION = "instruction", "批示"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return {"accepted": "green", "report_ready": "green", "returned": "yellow"}.get(
            self.value, "red" if self.value == "report_failed" else "blue"
        )


class Outcome(TextChoices):
    """How an attempt ended, for the audit trail."""

    DONE = "done", "成功"
    REFUSED = "refused", "被拒"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return "green" if self is Outcome.DONE else "red"
