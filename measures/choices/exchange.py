"""Excel sheets that people fill in and upload."""

from django.db.models import TextChoices


class SheetKind(TextChoices):
    FILINGS = "filings", "填报表"
    STATUSES = "statuses", "工作台账"


class SheetState(TextChoices):
    QUEUED = "queued", "排队中"
    CHECKING = "checking", "核对中"
    READY = "ready", "待应用"
    UNCHANGED = "unchanged", "没有改动"
    FAULTY = "faulty", "有误"
    FAILED = "failed", "未能核对"
    TO_APPLY = "to_apply", "等待写入"
    APPLYING = "applying", "正在写入"
    REFUSED = "refused", "未能写入"
    APPLIED = "applied", "已应用"
    DISCARDED = "discarded", "已放弃"

    @property
    def tone(self) -> str:
        tones = dict.fromkeys(("ready", "checking", "to_apply", "applying"), "blue")
        tones |= dict.fromkeys(("faulty", "failed", "refused"), "red")
        return (tones | {"applied": "green"}).get(self.value, "grey")


SHEETS_WAITING = (SheetState.QUEUED, SheetState.TO_APPLY)
SHEETS_HELD = (SheetState.CHECKING, SheetState.APPLYING)
SHEETS_UNDER_WAY = (*SHEETS_WAITING, *SHEETS_HELD)
