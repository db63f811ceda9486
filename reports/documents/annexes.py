"""The annexes of a progress report: the ledger, what lags, how each agency filed. Pure."""

from lib.official.document import Annex, Cell, Column, Table
from measures.choices import NOTE_LABELS
from reports.datasets.schema import MeasureData, ProgressData
from reports.documents.parts.measures import responsible
from reports.documents.tables import (
    AGENCY_HEADINGS,
    LedgerRow,
    agency_rows,
    behind,
    ledger_rows,
    titled,
)

LEDGER_COLUMNS = (
    Column("序号", 480, is_centred=True),
    Column("措施", 1500),
    Column("进度", 860),
    Column("预警灯及原因", 1450),
    Column("单位及责任", 1300),
    Column("填报情况", 1240),
    Column(NOTE_LABELS["progress"], 3126),
    Column("存在问题和需协调事项", 1500),
    Column(NOTE_LABELS["next_steps"], 1300),
)
BEHIND_COLUMNS = (
    Column("序号", 700, is_centred=True),
    Column("措施", 3400),
    Column("责任单位", 3456),
    Column("预警灯", 1500),
    Column("原因", 3700),
)
AGENCY_COLUMNS = tuple(
    Column(heading, width, is_centred=heading != "单位")
    for heading, width in zip(
        AGENCY_HEADINGS, (900, 3656, 1200, 1400, 1400, 1400, 1400, 1400), strict=True
    )
)


def ledger_annex(data: ProgressData, sub_line: str) -> Annex:
    """措施进展情况台账: a row for each measure and agency."""
    table = Table(LEDGER_COLUMNS, _ledger(data), counts=True)
    return Annex("措施进展情况台账", sub_line, table)


def behind_annex(data: ProgressData, sub_line: str) -> Annex:
    """滞后和预警事项清单: red first."""
    rows = [_behind(measure) for measure in behind(data)]
    table = Table(BEHIND_COLUMNS, rows) if rows else None
    return Annex("滞后和预警事项清单", sub_line, table, "本期没有滞后和预警事项。")


def agencies_annex(data: ProgressData, sub_line: str) -> Annex:
    """各单位报送情况统计表, in protocol order."""
    rows = [[Cell(str(value)) for value in row] for row in agency_rows(data)]
    table = Table(AGENCY_COLUMNS, rows) if rows else None
    return Annex("各单位报送情况统计表", sub_line, table, "本期未下达填报任务。")


def _ledger(data: ProgressData) -> list[list[Cell]]:
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


def _behind(measure: MeasureData) -> list[Cell]:
    return [
        Cell(str(measure["ordinal"])),
        Cell(titled(measure)),
        Cell(responsible(measure).replace("；", "\n")),
        Cell(f"{measure['light_shape']}{measure['light_label']}"),
        Cell(measure["sentence"]),
    ]
