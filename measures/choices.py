"""The closed lists of this app, each member with all that is shown about it."""

from django.db.models import TextChoices


class Nature(TextChoices):
    """Whether a measure has a date."""

    DATED = "dated", "有时限"
    ONGOING = "ongoing", "长期坚持"


class Stage(TextChoices):
    """How far a measure has got: the commission's word, by a StatusUpdate."""

    NOT_STARTED = "not_started", "未启动"
    UNDER_WAY = "under_way", "推进中"
    NEARLY_DONE = "nearly_done", "基本完成"
    DONE = "done", "已完成"
    SUSPENDED = "suspended", "已中止"

    @property
    def tone(self) -> str:
        """The tone class of its badge and bar."""
        return {
            "not_started": "grey",
            "under_way": "blue",
            "nearly_done": "blue",
            "done": "green",
            "suspended": "grey",
        }[self]


# `done` is set only when the chief agrees to a request to close, never by a status update.
CLAIMABLE_STAGES = (Stage.NOT_STARTED, Stage.UNDER_WAY, Stage.NEARLY_DONE)
SETTABLE_STAGES = (*CLAIMABLE_STAGES, Stage.SUSPENDED)


class Light(TextChoices):
    """The light beside a measure: computed, always with a sentence. Worst first."""

    RED = "red", "滞后"
    YELLOW = "yellow", "预警"
    GREEN = "green", "正常"
    GREY = "grey", "未评定"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return str(self.value)

    @property
    def shape(self) -> str:
        """The sign that says the same without colour."""
        return {"red": "▲", "yellow": "●", "green": "■", "grey": "○"}[self]


class FilingState(TextChoices):
    """Where a filing stands in the workflow."""

    PENDING = "pending", "待填报"
    DRAFT = "draft", "草稿"
    IN_AGENCY = "in_agency", "待本单位审核"
    SUBMITTED = "submitted", "已报送"
    ACCEPTED = "accepted", "已采用"
    RETURNED = "returned", "已退回"
    WAIVED = "waived", "免报"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return {
            "pending": "grey",
            "draft": "grey",
            "in_agency": "blue",
            "submitted": "blue",
            "accepted": "green",
            "returned": "yellow",
            "waived": "grey",
        }[self]


class Confidence(TextChoices):
    """How sure the filing agency is; anything but green needs a reason."""

    GREEN = "green", "正常"
    YELLOW = "yellow", "有风险"
    RED = "red", "难以完成"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return str(self.value)

    @property
    def shape(self) -> str:
        """The sign that says the same without colour."""
        return {"red": "▲", "yellow": "●", "green": "■"}[self]


class UnchangedReason(TextChoices):
    """Why there is nothing new this period: what can be chosen, and may be written otherwise."""

    ON_PLAN = "on_plan", "按计划持续推进，本期无新增事项"
    AWAITING = "awaiting", "待上级政策明确"
    SEASONAL = "seasonal", "季节性工作，本期未开展"
    OTHER = "other", "其他原因"


class EvidenceKind(TextChoices):
    """What kinds of files are taken as evidence: the value is also the name's ending."""

    DOCX = "docx", "Word 文档"
    XLSX = "xlsx", "Excel 工作簿"
    PDF = "pdf", "PDF 文档"
    OFD = "ofd", "OFD 版式文档"
    JPG = "jpg", "JPEG 图片"
    PNG = "png", "PNG 图片"


class ResponsibilityRole(TextChoices):
    """What an agency is to a measure."""

    LEAD = "lead", "牵头单位"
    RESPONSIBLE = "responsible", "责任单位"
    SUPPORT = "support", "配合单位"

    @property
    def mark(self) -> str:
        """Its sign in the matrix."""
        return {"lead": "●", "responsible": "○", "support": "△"}[self]


class LeadBasis(TextChoices):
    """How the lead is known."""

    TEXT = "text", "原文明示"
    FIRST_NAMED = "first_named", "首位惯例"
    DESIGNATED = "designated", "商务委指定"


class GapKind(TextChoices):
    """What the captured text lost."""

    TITLE = "title", "标题"
    AGENCIES = "agencies", "责任单位"
    TEXT = "text", "正文"


class PeriodKind(TextChoices):
    """How long a filing period is; what follows from it is in rules.periods."""

    MONTHLY = "monthly", "月度"
    QUARTERLY = "quarterly", "季度"
    HALF = "half", "半年"
    YEARLY = "yearly", "年度"
    SPECIAL = "special", "专项"


class PeriodState(TextChoices):
    """Where a period stands."""

    DRAFT = "draft", "未开始"
    OPEN = "open", "填报中"
    CLOSED = "closed", "已关闭"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return {"draft": "grey", "open": "blue", "closed": "green"}[self]


class Decision(TextChoices):
    """What a reviewer decided."""

    ACCEPT = "accept", "采用"
    RETURN = "return", "退回"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return "green" if self is Decision.ACCEPT else "yellow"


class ObjectionSubject(TextChoices):
    """What an agency objects to."""

    RETURN = "return", "退回"
    LIGHT = "light", "预警灯"


class ObjectionState(TextChoices):
    """Where an objection stands."""

    OPEN = "open", "待答复"
    UPHELD = "upheld", "异议成立"
    DISMISSED = "dismissed", "异议不成立"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        return {"open": "blue", "upheld": "green", "dismissed": "grey"}[self]


class SheetKind(TextChoices):
    """What an Excel sheet that people fill in and upload is about."""

    FILINGS = "filings", "填报表"
    STATUSES = "statuses", "进度表"


class SheetState(TextChoices):
    """Where an uploaded sheet stands."""

    QUEUED = "queued", "排队中"
    CHECKING = "checking", "核对中"
    READY = "ready", "待应用"
    UNCHANGED = "unchanged", "没有改动"
    FAULTY = "faulty", "有误"
    FAILED = "failed", "未能核对"
    APPLIED = "applied", "已应用"
    DISCARDED = "discarded", "已放弃"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        tones = {"ready": "blue", "checking": "blue", "applied": "green"}
        return tones.get(self.value, "red" if self.value in ("faulty", "failed") else "grey")


SHEETS_UNDER_WAY = (SheetState.QUEUED, SheetState.CHECKING)
