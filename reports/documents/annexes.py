"""The annexes of a progress report: the ledger, what lags, how each agency filed. Pure."""

from lib.official.document import Annex, Cell, Table, TableColumn
from measures.choices import NOTE_LABELS
from reports.datasets.schema import MeasureData, ProgressData
from reports.documents.parts.measures import responsible_agencies
from reports.documents.tables import (
    LedgerRow,
    agency_headings,
    agency_rows,
    lagging_measures,
    ledger_rows,
    marked_title,
    waiting_agencies,
)

# Widths are shares of the table; they add up to those of Word in twips.
LEDGER_COLUMNS = (
    TableColumn("序号", 480, is_centred=True),
    TableColumn("措施", 1500),
    TableColumn("进度", 860),
    TableColumn("预警灯及原因", 1450),
    TableColumn("单位及责任", 1300),
    TableColumn("填报情况", 1240),
    TableColumn(NOTE_LABELS["progress"], 3126),
    TableColumn("存在问题和需协调事项", 1500),
    TableColumn(NOTE_LABELS["next_steps"], 1300),
)
LAGGING_COLUMNS = (
    TableColumn("序号", 620, is_centred=True),
    TableColumn("措施", 2500),
    TableColumn("责任单位", 2536),
    TableColumn("预警灯", 1000),
    TableColumn("原因", 3000),
    TableColumn("起始日期", 1400),
    TableColumn("待办单位", 1700),
)
AGENCIES_WIDTH = 12756
NUMBER_WIDTH, NAME_WIDTH = 800, 2756


def ledger_annex(data: ProgressData, sub_line: str) -> Annex:
    table = Table(LEDGER_COLUMNS, _ledger_table_rows(data), counts=True)
    return Annex("措施进展情况台账", sub_line, table)


def lagging_annex(data: ProgressData, sub_line: str) -> Annex:
    rows = [_lagging_cells(measure) for measure in lagging_measures(data)]
    table = Table(LAGGING_COLUMNS, rows) if rows else None
    return Annex("滞后和预警事项清单", sub_line, table, "本期没有滞后和预警事项。")


def agencies_annex(data: ProgressData, sub_line: str) -> Annex:
    rows = [[Cell(str(value)) for value in row] for row in agency_rows(data)]
    table = Table(_agency_columns(data), rows) if rows else None
    return Annex("各单位报送情况统计表", sub_line, table, "本期未下达填报任务。")


def _agency_columns(data: ProgressData) -> tuple[TableColumn, ...]:
    headings = agency_headings(data)
    counts = (AGENCIES_WIDTH - NUMBER_WIDTH - NAME_WIDTH) // (len(headings) - 2)
    widths = (NUMBER_WIDTH, NAME_WIDTH, *[counts] * (len(headings) - 2))
    return tuple(
        TableColumn(heading, width, is_centred=heading != "单位")
        for heading, width in zip(headings, widths, strict=True)
    )


def _ledger_table_rows(data: ProgressData) -> list[list[Cell]]:
    rows, before = [], 0
    for row in ledger_rows(data):
        rows.append(_ledger_cells(row, repeats=row.ordinal == before))
        before = row.ordinal
    return rows


def _ledger_cells(row: LedgerRow, *, repeats: bool) -> list[Cell]:
    percent = f"\n{row.percent}%" if row.percent is not None else ""
    trouble = [row.problems, f"需协调：{row.help_needed}" if row.help_needed else ""]
    submitted = f"{row.timeliness}\n{row.submitted_on}" if row.submitted_on else ""
    return [
        Cell(str(row.ordinal), repeats),
        Cell(row.measure, repeats),
        Cell(f"{row.stage}{percent}\n{row.nature}", repeats),
        Cell("\n".join(filter(None, (row.light, row.sentence))), repeats),
        Cell(f"{row.agency}（{row.role.removesuffix('单位')}）" if row.role else row.agency),
        Cell("\n".join(filter(None, (row.filing, submitted)))),
        Cell(row.progress),
        Cell("\n".join(filter(None, trouble))),
        Cell(row.next_steps),
    ]


def _lagging_cells(measure: MeasureData) -> list[Cell]:
    return [
        Cell(str(measure["ordinal"])),
        Cell(marked_title(measure)),
        Cell(responsible_agencies(measure).replace("；", "\n")),
        Cell(f"{measure['light_shape']}{measure['light_label']}"),
        Cell(measure["sentence"]),
        Cell(measure["since"] or "—"),
        Cell(waiting_agencies(measure) or "—"),
    ]
