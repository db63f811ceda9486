"""The annexes of a progress report: the ledger, what lags, how each agency filed. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from lib.chinese import listed, short_ordinal
from lib.official.document import Annex, Cell, Table, TableColumn
from measures.choices import NOTE_LABELS, Light
from reports.datasets.schema import MeasureData, PartyData, ProgressData, measures_of
from reports.documents.names import has_nobody, lead_mark, row_title
from reports.documents.parts.measures import responsible_agencies
from reports.documents.parts.problems import SectionPoint
from reports.documents.tables import (
    LedgerRow,
    agency_headings,
    agency_rows,
    agency_totals,
    lagging_measures,
    ledger_rows,
    waiting_agencies,
)
from reports.documents.wording import as_sentence, day_words

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
    TableColumn("措施", 2200),
    TableColumn("责任单位", 2900),
    TableColumn("预警灯", 860),
    TableColumn("原因", 2800),
    TableColumn("起始日期", 1900),  # 2026年11月20日 on one line, as Word spaces digits
    TableColumn("待办单位", 1476),
)
STANDING_COLUMNS = (
    TableColumn("序号", 620, is_centred=True),
    TableColumn("措施", 2100),
    TableColumn("责任单位", 3300),
    TableColumn("进度", 1400),
    TableColumn("预警灯", 1300),
    TableColumn("原因", 3736),
    TableColumn("待办单位", 1300),
)
NUMBER_COLUMN, MEASURE_COLUMN = TableColumn("序号", 620, is_centred=True), TableColumn("措施", 2800)
POINTS_WIDTH = 10336
STEPS = "下一步工作打算"
UNKNOWN_AGENCIES = "责任单位尚待明确"
AGENCIES_WIDTH = 12756
NUMBER_WIDTH, NAME_WIDTH = 780, 2916  # 序号 and the longest name fit on one line, in portrait too


def ledger_annex(data: ProgressData, sub_line: str) -> Annex:
    table = Table(LEDGER_COLUMNS, _ledger_table_rows(data), counts=True)
    return Annex("措施进展情况台账", sub_line, table)


def standing_annex(data: ProgressData, sub_line: str) -> Annex:
    """Return one row per measure: progress, light, reason, and who can end it."""
    rows = [_standing_cells(measure) for measure in measures_of(data)]
    return Annex("措施进展和预警情况表", sub_line, Table(STANDING_COLUMNS, rows, counts=True))


def points_annex(
    problems: Sequence[SectionPoint], steps: Sequence[SectionPoint], sub_line: str
) -> tuple[Annex, ...]:
    """Return the annex of points that did not fit in the text; empty if all did."""
    measures = sorted({(one.ordinal, one.title) for one in (*problems, *steps)})
    told = {
        word: _by_measure(own) for word, own in (("存在的问题", problems), (STEPS, steps)) if own
    }
    rows = [
        [Cell(str(n)), Cell(title), *(Cell("\n".join(own[n]) or "—") for own in told.values())]
        for n, title in measures
    ]
    widths = (TableColumn(word, POINTS_WIDTH // len(told)) for word in told)
    table = Table((NUMBER_COLUMN, MEASURE_COLUMN, *widths), rows, counts=True)
    title = "其他问题和工作打算" if len(told) > 1 else f"其他{'问题' if problems else '工作打算'}"
    return (Annex(title, sub_line, table),) if rows else ()


def _by_measure(points: Sequence[SectionPoint]) -> Mapping[int, list[str]]:
    found = defaultdict[int, list[str]](list)
    for point in points:
        found[point.ordinal].append(f"{listed(point.agencies)}：{point.text}。")
    return found


def lagging_annex(data: ProgressData, sub_line: str) -> Annex:
    rows = [_lagging_cells(measure) for measure in lagging_measures(data)]
    table = Table(LAGGING_COLUMNS, rows) if rows else None
    return Annex("滞后和预警事项清单", sub_line, table, "本期没有滞后和预警事项。")


def agencies_annex(data: ProgressData, sub_line: str) -> Annex:
    told = agency_rows(data)
    told += [agency_totals(data)] if told else []
    rows = [[Cell(str(value)) for value in row] for row in told]
    table = Table(_agency_columns(data), rows, counts=True) if rows else None
    return Annex("各单位报送情况统计表", sub_line, table, "本期没有布置报送。")


def burden_annex(data: ProgressData) -> tuple[Annex, ...]:
    """Return the annex on what agencies were asked in a year; empty unless the period ends one."""
    burden = data.get("burden")
    if not burden:
        return ()
    headings = ("单位", *burden["kinds"], "约用")
    width = (AGENCIES_WIDTH - NAME_WIDTH) // (len(headings) - 1)
    columns = [TableColumn(headings[0], NAME_WIDTH)]
    columns += [TableColumn(heading, width, is_centred=True) for heading in headings[1:]]
    rows = [
        [Cell(row["agency"]), *map(Cell, row["counts"]), Cell(row["time"])]
        for row in burden["rows"]
    ]
    table = Table(tuple(columns), rows, counts=True) if rows else None
    title = f"{burden['year']}年要求各单位报送情况表"
    sub_line = burden.get("basis", "")
    return (Annex(title, sub_line, table, "这一年没有要求报送。", is_on_side=False),)


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
        Cell(short_ordinal(row.ordinal), repeats),
        Cell(row.measure, repeats),
        Cell(f"{row.stage}{percent}\n{row.nature}", repeats),
        Cell("\n".join(filter(None, (row.light, row.sentence))), repeats),
        Cell(f"{row.agency}（{row.role.removesuffix('单位')}）" if row.role else row.agency),
        Cell("\n".join(filter(None, (row.filing, submitted)))),
        Cell(row.progress),
        Cell("\n".join(filter(None, trouble))),
        Cell(row.next_steps),
    ]


def _standing_cells(measure: MeasureData) -> list[Cell]:
    is_unknown = has_nobody(measure)
    percent = f"，完成{measure['percent']}%" if measure["percent"] is not None else ""
    due = f"\n{day_words(measure['due_on'])}前" if measure["due_on"] else ""
    agencies = listed(_with_lead(party) for party in measure["parties"] if party["role"])
    return [
        Cell(short_ordinal(measure["ordinal"])),
        Cell(row_title(measure)),
        Cell(UNKNOWN_AGENCIES if is_unknown else agencies),
        Cell(f"{measure['stage_label']}{percent}{due}"),
        Cell(f"{measure['light_shape']}{measure['light_label']}"),
        Cell(UNKNOWN_AGENCIES if is_unknown else _why(measure)),
        Cell(waiting_agencies(measure) or "—"),
    ]


def _why(measure: MeasureData) -> str:
    since = measure["since"] if measure["light"] in (Light.RED, Light.YELLOW) else None
    return as_sentence(measure["sentence"], end="") + (
        f"（自{day_words(since)}起）" if since else ""
    )


def _with_lead(party: PartyData) -> str:
    return f"{party['agency']}{lead_mark(party['role'])}"


def _lagging_cells(measure: MeasureData) -> list[Cell]:
    return [
        Cell(short_ordinal(measure["ordinal"])),
        Cell(row_title(measure)),
        Cell(responsible_agencies(measure).replace("；", "\n")),
        Cell(f"{measure['light_shape']}{measure['light_label']}"),
        Cell(as_sentence(measure["sentence"], end="")),
        Cell(day_words(measure["since"]) if measure["since"] else "—"),
        Cell(waiting_agencies(measure) or "—"),
    ]
