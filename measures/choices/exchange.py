"""Excel sheets that people fill in and upload."""

from django.db.models import TextChoices

from measures.choices.toned import TonedChoices


class SheetKind(TextChoices):
    FILINGS = "filings", "填报表"
    STATUSES = "statuses", "工作台账"


class SheetState(TonedChoices):
    QUEUED = "queued", "grey", "排队中"
    CHECKING = "checking", "blue", "核对中"
    READY = "ready", "blue", "待写入"
    UNCHANGED = "unchanged", "grey", "没有改动"
    FAULTY = "faulty", "red", "有误"
    FAILED = "failed", "red", "未能核对"
    TO_APPLY = "to_apply", "blue", "排队写入"
    APPLYING = "applying", "blue", "正在写入"
    REFUSED = "refused", "red", "未能写入"
    APPLIED = "applied", "green", "已写入"
    DISCARDED = "discarded", "grey", "已放弃"


SHEETS_WAITING = (SheetState.QUEUED, SheetState.TO_APPLY)
SHEETS_HELD = (SheetState.CHECKING, SheetState.APPLYING)
SHEETS_UNDER_WAY = (*SHEETS_WAITING, *SHEETS_HELD)
