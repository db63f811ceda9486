"""The closed lists of this app: each member with its label, tone and other texts."""

from django.db.models import TextChoices

from agencies.choices import MessageKind


class ReportKind(TextChoices):
    """The kinds of documents, in the order in which they are offered."""

    PROGRESS = "progress", "进展情况报告"
    CIRCULAR = "circular", "情况通报"
    LEDGER = "ledger", "工作台账"
    AGENCY = "agency", "单位进展情况报告"
    LETTER = "letter", "提示函"
    BRIEF = "brief", "专题简报"

    @property
    def purpose(self) -> str:
        return {
            "progress": "市商务委报市人民政府，汇总一期内的落实情况，由负责人签发后编号",
            "circular": "市商务委发各责任单位，通报报送和滞后情况，由负责人签发后编号",
            "ledger": "全部措施逐项逐单位的台账，含所有栏目，可按部分或单位取用",
            "agency": "一个单位报市商务委的进展情况，由该单位负责人签发；不隶属的单位用函",
            "letter": "提醒一个单位补报逾期未报的进展，由负责人签发后编号",
            "brief": "供领导看的一页材料：亮灯、变化、主要问题，配图",
        }[self.value]

    @property
    def formats(self) -> tuple["FileFormat", ...]:
        docx, pdf, xlsx = FileFormat.DOCX, FileFormat.PDF, FileFormat.XLSX
        return {
            "progress": (docx, pdf, xlsx),
            "ledger": (xlsx,),
            "brief": (pdf, docx),
        }.get(self.value, (docx, pdf))

    @property
    def is_issued(self) -> bool:
        """Whether it must be signed, and has a number from then on."""
        return self in (
            ReportKind.PROGRESS,
            ReportKind.CIRCULAR,
            ReportKind.AGENCY,
            ReportKind.LETTER,
        )

    @property
    def is_own(self) -> bool:
        """Whether it is an agency's own document: its people submit it, its head signs it."""
        return self is ReportKind.AGENCY

    @property
    def goes_to_agencies(self) -> bool:
        """Whether agencies get it in the commission's name, and can see it only after that."""
        return self in (ReportKind.CIRCULAR, ReportKind.LETTER)

    @property
    def warns_of_second(self) -> bool:
        """Whether a second one on the same period needs a tick at the request and 送审 too."""
        return self is ReportKind.CIRCULAR

    @property
    def has_prose(self) -> bool:
        return self is not ReportKind.LEDGER

    @property
    def takes_section(self) -> bool:
        return self in (ReportKind.PROGRESS, ReportKind.LEDGER)

    @property
    def takes_agency(self) -> bool:
        return self in (ReportKind.LEDGER, ReportKind.AGENCY, ReportKind.LETTER)

    @property
    def needs_agency(self) -> bool:
        return self in (ReportKind.AGENCY, ReportKind.LETTER)


class IssueState(TextChoices):
    """The state of a document until it is issued or withdrawn, in this order."""

    DRAFT = "draft", "拟稿"
    SUBMITTED = "submitted", "待签发"
    RETURNED = "returned", "已退回"
    ISSUED = "issued", "已签发"
    WITHDRAWN = "withdrawn", "已撤回"

    @property
    def tone(self) -> str:
        return {
            "draft": "plain",
            "submitted": "yellow",
            "returned": "red",
            "issued": "green",
            "withdrawn": "grey",
        }[self.value]


UNISSUED = (IssueState.DRAFT, IssueState.SUBMITTED, IssueState.RETURNED)


class ReportState(TextChoices):
    QUEUED = "queued", "排队中"
    FREEZING = "freezing", "汇集数据"
    WRITING = "writing", "生成文件"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"
    CANCELLED = "cancelled", "已取消"
    SAME = "same", "与已有报告一致"

    @property
    def tone(self) -> str:
        ended = {"done": "green", "failed": "red"}
        resting = {"queued": "grey", "cancelled": "grey", "same": "grey"}
        return (ended | resting).get(self.value, "blue")


RUNNING = (ReportState.FREEZING, ReportState.WRITING)
UNDER_WAY = (ReportState.QUEUED, *RUNNING)


class FileFormat(TextChoices):
    """The format of a report's file; the value is the file's suffix."""

    DOCX = "docx", "Word 报告"
    PDF = "pdf", "PDF 报告"
    XLSX = "xlsx", "Excel 台账"

    @property
    def icon(self) -> str:
        return {
            "docx": "file-earmark-word",
            "pdf": "file-earmark-pdf",
            "xlsx": "file-earmark-excel",
        }[self]


class Timeliness(TextChoices):
    IN_TIME = "in_time", "按时"
    LATE = "late", "迟报"
    MISSING = "missing", "未报"
    AWAITED = "awaited", "待报（未到截止日）"
    WAIVED = "waived", "免报"

    @property
    def tone(self) -> str:
        return {
            "in_time": "green",
            "late": "yellow",
            "missing": "red",
            "awaited": "plain",
            "waived": "grey",
        }[self]


class DueIn(TextChoices):
    """When an unfiled filing is due, as 今日待办 counts it."""

    PAST = "past", "已逾期"
    TODAY = "today", "今天到期"
    WEEK = "week", "本周到期"


class FilingPart(TextChoices):
    """The parts of a period's filings: the first four add up to 应报; 免报 is separate."""

    ACCEPTED = "accepted", "已通过"
    WAITING = "waiting", "待审核"
    MENDING = "mending", "退回"
    UNFILED = "unfiled", "未报"
    WAIVED = "waived", "免报"


class MatrixView(TextChoices):
    ROLES = "roles", "责任"
    FILINGS = "filings", "报送"
    LIGHTS = "lights", "预警灯"


class Order(TextChoices):
    ORDINAL = "ordinal", "按序号"
    LIGHT = "light", "按预警灯"
    CHANGED = "changed", "按最近更新"


class ReportMessage(MessageKind):
    REPORT_READY = "report_ready", "报告完成"
    REPORT_FAILED = "report_failed", "报告失败"
    REPORT_RETURNED = "report_returned", "文稿退回"
    REPORT_ISSUED = "report_issued", "文稿签发"
    DOCUMENT = "document", "来文"

    @property
    def tone(self) -> str:
        return {
            "report_ready": "green",
            "report_failed": "red",
            "report_returned": "red",
            "report_issued": "green",
        }.get(self.value, "blue")


class Asking(TextChoices):
    """The work that an agency gets in a year, in the order of 减负账's columns."""

    FILINGS = "filings", "填报"
    FIGURES = "figures", "数字"
    RETURNS = "returns", "退回"
    LETTERS = "letters", "提示函"
    CHASES = "chases", "催报"

    @property
    def unit(self) -> str:
        return _ASKING_UNITS[self]


_ASKING_UNITS = {
    Asking.FILINGS: "项",
    Asking.FIGURES: "个",
    Asking.RETURNS: "次",
    Asking.LETTERS: "件",
    Asking.CHASES: "次",
}
