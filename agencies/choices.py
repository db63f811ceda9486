"""The closed lists of this app, each member with all that is shown about it."""

from django.db.models import TextChoices


class AgencyKind(TextChoices):
    """What sort of organisation an agency is."""

    MUNICIPAL = "municipal", "市级部门"
    CENTRAL = "central", "中央垂直管理"
    ENTERPRISE = "enterprise", "企业"
    DISTRICT = "district", "区县政府"
    ZONE = "zone", "开发区管委会"


class MessageKind(TextChoices):
    """What an inbox message tells."""

    PERIOD_OPENED = "period_opened", "开始填报"
    SUBMITTED = "submitted", "待审核"
    ACCEPTED = "accepted", "已采用"
    RETURNED = "returned", "已退回"
    REPORT_READY = "report_ready", "报告完成"
    REPORT_FAILED = "report_failed", "报告失败"

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
