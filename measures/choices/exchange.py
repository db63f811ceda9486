"""Excel sheets that people fill in and upload."""

from django.db.models import TextChoices


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
