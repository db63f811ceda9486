"""The closed lists of this app, each member with all that is shown about it."""

from django.db.models import TextChoices


class ReportKind(TextChoices):
    """What kind of document."""

    PROGRESS = "progress", "进展情况报告"


class ReportState(TextChoices):
    """Where the making of a report stands."""

    QUEUED = "queued", "排队中"
    FREEZING = "freezing", "汇集数据"
    WRITING = "writing", "生成文件"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"
    SAME = "same", "与已有报告一致"

    @property
    def tone(self) -> str:
        """The tone class of its badge."""
        ended = {"done": "green", "failed": "red"}
        resting = {"queued": "grey", "cancelled": "grey", "same": "grey"}
        return (ended | resting).get(self.value, "blue")


RUNNING = (ReportState.FREEZING, ReportState.WRITING)
UNDER_WAY = (ReportState.QUEUED, *RUNNING)


class FileFormat(TextChoices):
    """A format that a report is written in; the value is the file's suffix."""

    DOCX = "docx", "Word 报告"
    XLSX = "xlsx", "Excel 台账"

    @property
    def icon(self) -> str:
        """Its icon."""
        return {"docx": "file-earmark-word", "xlsx": "file-earmark-excel"}[self]


class Timeliness(TextChoices):
    """Whether a filing first left its agency in time."""

    IN_TIME = "in_time", "按时"
    LATE = "late", "迟报"
    MISSING = "missing", "未报"
    AWAITED = "awaited", "未到期"
    WAIVED = "waived", "免报"

    @property
    def tone(self) -> str:
        """The tone class of its figure."""
        return {
            "in_time": "green",
            "late": "yellow",
            "missing": "red",
            "awaited": "plain",
            "waived": "grey",
        }[self]
