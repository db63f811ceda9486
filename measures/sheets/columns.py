"""The columns and layout of sheets that people fill in. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from lib.workbook.cells import A3, A4
from measures.choices import CLAIMABLE_STAGES, NOTE_LABELS, SETTABLE_STAGES, Confidence, SheetKind
from measures.rules.figures import AskedIndicator
from measures.sheets.printed_ledger import MeasureWords

KEY = "行标识"
ROWS_MOST = 5000
LONG, SHORT, REASON = 4000, 1000, 300  # as in measures.models; a test compares them


class SheetColumn(NamedTuple):
    """One column. Without `field` it is only shown, and locked."""

    heading: str
    width: int
    field: str = ""
    most: int = 0  # the longest text
    choices: Mapping[str, str] = {}  # value → text of the cell
    is_percent: bool = False
    is_figures: bool = False

    @property
    def allowed(self) -> str:
        if self.choices:
            return f"须从“{'、'.join(self.choices.values())}”中选择。"
        if self.is_figures:
            return "每行一个指标，保留名称和冒号，在冒号后填数字，或填“暂无数据：原因”。"
        if self.is_percent:
            return "须填0到100之间的整数，如60，不填60%或0.6。"
        return f"最多{self.most}字。"


class Layout(NamedTuple):
    name: str  # of the worksheet
    columns: tuple[SheetColumn, ...]  # the first holds the key
    frozen_at: str  # the first cell that scrolls
    paper: int = A4

    @property
    def open_columns(self) -> tuple[SheetColumn, ...]:
        return tuple(column for column in self.columns if column.field)


_CLAIMS = {str(stage.value): str(stage.label) for stage in CLAIMABLE_STAGES}
_STAGES = {str(stage.value): str(stage.label) for stage in SETTABLE_STAGES}
_CONFIDENCE = {str(one.value): str(one.label) for one in Confidence}

LAYOUTS: dict[str, Layout] = {
    SheetKind.FILINGS: Layout(
        "填报表",
        (
            SheetColumn(KEY, 4),
            SheetColumn("序号", 8),
            SheetColumn("措施", 22),
            SheetColumn("责任", 9),
            SheetColumn("填报状态", 10),
            SheetColumn("上次已通过的进展", 30),
            SheetColumn(NOTE_LABELS["progress"], 40, "progress", LONG),
            SheetColumn(NOTE_LABELS["problems"], 20, "problems", SHORT),
            SheetColumn(NOTE_LABELS["next_steps"], 20, "next_steps", SHORT),
            SheetColumn(NOTE_LABELS["help_needed"], 20, "help_needed", SHORT),
            SheetColumn(NOTE_LABELS["claimed_stage"], 10, "claimed_stage", choices=_CLAIMS),
            SheetColumn(NOTE_LABELS["claimed_percent"], 10, "claimed_percent", is_percent=True),
            SheetColumn(NOTE_LABELS["confidence"], 10, "confidence", choices=_CONFIDENCE),
            SheetColumn("原因", 18, "confidence_reason", REASON),
            SheetColumn("指标数据", 30, "figures", is_figures=True),
        ),
        "D4",
    ),
    SheetKind.STATUSES: Layout(
        "工作台账",
        (
            SheetColumn(KEY, 4),
            SheetColumn("序号", 6),
            SheetColumn("部分", 12),
            SheetColumn("措施", 20),
            SheetColumn("进度", 9, "stage", choices=_STAGES),
            SheetColumn("完成比例", 8, "percent", is_percent=True),
            SheetColumn("变化与依据", 28, "reason", SHORT),
            SheetColumn("回退原因", 16, "back_reason", REASON),
            SheetColumn("性质", 8),
            SheetColumn("完成时限", 11),
            SheetColumn("牵头单位", 12),
            SheetColumn("其他责任单位", 20),
            SheetColumn("预警灯", 12),
            SheetColumn("预警原因", 20),
            SheetColumn("预警起始日期", 11),
            SheetColumn("待办单位", 14),
            SheetColumn("最近一次变化与依据", 24),
            SheetColumn("最近一次更新", 13),
            SheetColumn("本期报送", 8),
            SheetColumn(NOTE_LABELS["progress"], 46),
            SheetColumn(NOTE_LABELS["problems"], 24),
            SheetColumn(NOTE_LABELS["help_needed"], 24),
            SheetColumn(NOTE_LABELS["next_steps"], 24),
        ),
        "E4",
        A3,
    ),
}


class SheetRow(NamedTuple):
    pk: int
    stamp: str  # changes with every save
    name: str  # its name in sentences
    told: tuple[str, ...]  # the texts of the columns that are only shown, in order, without the key
    values: Mapping[str, object]  # by field, as in the database
    is_dated: bool
    asked: tuple[AskedIndicator, ...] = ()  # the indicators that it must report
    shut: str = ""  # a sentence that says why nothing can be written, or empty
    saved_by: str = ""
    saved_at: str = ""
    filed: str = ""  # of a ledger: filings submitted of those owed, 2/4
    basis: tuple[str, ...] = ()  # of a ledger: whose accepted notes are a status update's basis
    source: object = None
    printed: MeasureWords | None = None  # of a ledger: the texts of the sheet to be read


def takes(row: SheetRow, column: SheetColumn) -> bool:
    """Return whether a row's cell in a column can be filled in for its kind of measure."""
    if column.is_percent:
        return row.is_dated
    return bool(row.asked) if column.is_figures else True


class SheetHead(NamedTuple):
    kind: str
    mark: str
    title: str
    sub: str
    notes: tuple[tuple[str, str], ...]  # the lines of 说明
    printed_sub: str = ""  # of a ledger: the line under the title of the sheet to be read
