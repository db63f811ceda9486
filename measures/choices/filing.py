"""A filing, what it says, and what is said of it."""

from django.db.models import TextChoices


class FilingState(TextChoices):
    """Where a filing stands in the workflow."""

    PENDING = "pending", "待填报"
    DRAFT = "draft", "草稿"
    IN_AGENCY = "in_agency", "待本单位审核"
    SUBMITTED = "submitted", "已报送"
    ACCEPTED = "accepted", "已通过"
    RETURNED = "returned", "已退回"
    WAIVED = "waived", "免报"

    @property
    def tone(self) -> str:
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


class Decision(TextChoices):
    ACCEPT = "accept", "通过"
    RETURN = "return", "退回"

    @property
    def tone(self) -> str:
        return "green" if self is Decision.ACCEPT else "yellow"


class ObjectionSubject(TextChoices):
    RETURN = "return", "退回"
    LIGHT = "light", "预警灯"


class ObjectionState(TextChoices):
    OPEN = "open", "待答复"
    UPHELD = "upheld", "异议成立"
    DISMISSED = "dismissed", "异议不成立"

    @property
    def tone(self) -> str:
        return {"open": "blue", "upheld": "green", "dismissed": "grey"}[self]


# What the fields of a note are called: to its author, its reviewer, on sheets and in reports. Only
# where a column stands beside 自评信心 its reason is called 原因 alone (sheets, the model).
NOTE_LABELS = {
    "progress": "进展情况",
    "problems": "存在问题",
    "next_steps": "下一步打算",
    "help_needed": "需协调事项",
    "claimed_stage": "自评进度",
    "claimed_percent": "自评完成比例",
    "confidence": "自评信心",
    "confidence_reason": "自评原因",
}
