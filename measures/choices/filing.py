"""States of filings, and closed lists of notes, reviews and objections."""

from django.db.models import TextChoices

from measures.choices.toned import TonedChoices


class FilingState(TonedChoices):
    PENDING = "pending", "grey", "待填报"
    DRAFT = "draft", "grey", "草稿"
    IN_AGENCY = "in_agency", "blue", "待本单位审核"
    SUBMITTED = "submitted", "blue", "已报送"
    ACCEPTED = "accepted", "green", "已通过"
    RETURNED = "returned", "yellow", "已退回"
    WAIVED = "waived", "grey", "免报"


class OpenWork(TonedChoices):
    """What still has to be done about a filing when its period closes; at most one value."""

    WAITING = "waiting", "blue", "待审核"
    CORRECTING = "correcting", "blue", "更正待审核"
    CONTESTED = "contested", "blue", "异议待答复"
    MENDING = "mending", "yellow", "退回"
    EXTENDED = "extended", "plain", "未到截止日"
    DRAFTED = "drafted", "red", "已起草未报送"
    OWED = "owed", "red", "逾期未报"

    @property
    def label_when_over(self) -> str:
        """The label after the period has closed."""
        return "期满未报" if self is OpenWork.OWED else str(self.label)

    @property
    def told(self) -> "OpenWork":
        """The value shown outside the agency, where drafts are not visible."""
        return OpenWork.OWED if self is OpenWork.DRAFTED else self


class Confidence(TonedChoices):
    """How sure the filing agency is; anything but green needs a reason."""

    GREEN = "green", "green", "正常"
    YELLOW = "yellow", "yellow", "有风险"
    RED = "red", "red", "难以完成"

    @property
    def shape(self) -> str:
        return {"red": "▲", "yellow": "●", "green": "■"}[self]


class UnchangedReason(TextChoices):
    """The reasons for 本期无新进展 that a form offers; others may be written."""

    ON_PLAN = "on_plan", "按计划持续推进，本期无新增事项"
    AWAITING = "awaiting", "待上级政策明确"
    SEASONAL = "seasonal", "季节性工作，本期未开展"
    OTHER = "other", "其他原因"


class EvidenceKind(TextChoices):
    """The kinds of files accepted as evidence; the value is also the file name's ending."""

    DOCX = "docx", "Word 文档"
    XLSX = "xlsx", "Excel 工作簿"
    PDF = "pdf", "PDF 文档"
    OFD = "ofd", "OFD 版式文档"
    JPG = "jpg", "JPEG 图片"
    PNG = "png", "PNG 图片"


class Decision(TonedChoices):
    ACCEPT = "accept", "green", "通过"
    RETURN = "return", "yellow", "退回"


class ObjectionSubject(TextChoices):
    RETURN = "return", "退回"
    LIGHT = "light", "预警灯"


class ObjectionState(TonedChoices):
    OPEN = "open", "blue", "待答复"
    UPHELD = "upheld", "green", "异议成立"
    DISMISSED = "dismissed", "grey", "异议不成立"


# Labels of a note's fields, on pages, sheets and in reports. Only next to a column 完成预期 its
# reason is called 原因 alone (sheets, the model).
NOTE_LABELS = {
    "progress": "进展情况",
    "problems": "存在问题",
    "next_steps": "下一步打算",
    "help_needed": "需协调事项",
    "claimed_stage": "自评进度",
    "claimed_percent": "自评完成比例",
    "confidence": "完成预期",
    "confidence_reason": "预期原因",
    "answer": "对退回意见的答复",
}
