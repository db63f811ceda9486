"""The report as a Word document in the form of an official one (GB/T 9704-2012)."""

from collections.abc import Iterator
from datetime import date, datetime, time
from io import BytesIO

from docx.document import Document as DocumentObject
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from policy_tracker.lib.chinese import long_date
from reports.data.shapes import MeasureData, ProgressData
from reports.writers.docx_page import (
    ANNEX_STYLE,
    BODY_STYLE,
    CHARACTER,
    HEADING_STYLES,
    PLAIN_STYLE,
    SUB_LINE_STYLE,
    TABLE_STYLE,
    TEXT_WIDTH_ON_SIDE,
    TITLE_STYLE,
    add_side_section,
    new_document,
    number_pages,
    points,
)
from reports.writers.docx_table import Cell, Column, build_table
from reports.writers.prose import Document, document_of
from reports.writers.prose_measures import responsible
from reports.writers.tables import (
    AGENCY_HEADINGS,
    LedgerRow,
    Tick,
    agency_rows,
    behind,
    ledger_rows,
    sub_line,
    titled,
)
from reports.writers.wording import Part

LEDGER_COLUMNS = (
    Column("序号", 480, is_centred=True),
    Column("措施", 1500),
    Column("进度", 860),
    Column("预警灯及原因", 1450),
    Column("单位及责任", 1300),
    Column("填报情况", 1240),
    Column("进展情况", 3126),
    Column("存在问题和需协调事项", 1500),
    Column("下一步打算", 1300),
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
assert {sum(c.width for c in cs) for cs in (LEDGER_COLUMNS, BEHIND_COLUMNS, AGENCY_COLUMNS)} == {
    TEXT_WIDTH_ON_SIDE
}


def write_docx(data: ProgressData, *, made_on: date, tick: Tick) -> bytes:
    """The document's bytes; `made_on` is its 成文日期."""
    words = document_of(data)
    noon = datetime.combine(made_on, time(12))
    document = new_document(title=words.title, author=words.signature, made_at=noon)
    number_pages(document.sections[0], header="演示数据" if data["is_demo"] else "")
    _title(document, words)
    _paragraph(document, f"{words.addressee}：", PLAIN_STYLE)
    _paragraph(document, words.opening)
    for part in words.parts:
        _part(document, part, level=0)
    # Words of the text stay beside the seal: no page bears a signature alone.
    _paragraph(document, words.ending).paragraph_format.keep_with_next = True
    _annex_list(document, words.annexes)
    _signature(document, words.signature, long_date(made_on))
    add_side_section(document)
    _annexes(document, data, words, made_on, tick)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _paragraph(document: DocumentObject, text: str, style: str = BODY_STYLE) -> Paragraph:
    return document.add_paragraph(text, style)


def _title(document: DocumentObject, words: Document) -> None:
    paragraph = _paragraph(document, "", TITLE_STYLE)
    for n, line in enumerate(words.title_lines):
        run = paragraph.add_run(line)
        if n + 1 < len(words.title_lines):
            run.add_break(WD_BREAK.LINE)
    if words.demo_line:
        note = _paragraph(document, f"（{words.demo_line}）", PLAIN_STYLE)
        note.alignment = WD_ALIGN_PARAGRAPH.CENTER
    _paragraph(document, "", PLAIN_STYLE)


def _part(document: DocumentObject, part: Part, *, level: int) -> None:
    _paragraph(document, part.heading, HEADING_STYLES[level])
    for text in part.paragraphs:
        _paragraph(document, text)
    for below in part.parts:
        _part(document, below, level=level + 1)


def _annex_list(document: DocumentObject, annexes: tuple[str, ...]) -> None:
    """正文下空一行，左空二字；回行与名称首字对齐；名称后无标点 (7.3.4)."""
    _paragraph(document, "", PLAIN_STYLE).paragraph_format.keep_with_next = True
    for n, name in enumerate(annexes, start=1):
        line = _paragraph(document, f"附件：{n}.{name}" if n == 1 else f"{n}.{name}", PLAIN_STYLE)
        line.paragraph_format.left_indent = points(CHARACTER * (2 if n == 1 else 5))
        line.paragraph_format.keep_with_next = True


def _signature(document: DocumentObject, signature: str, day: str) -> None:
    """成文日期右空四字，署名在其上以日期为准居中，留出用印位置 (7.3.5.1)."""
    for _ in range(2):
        _paragraph(document, "", PLAIN_STYLE).paragraph_format.keep_with_next = True
    right = 4 * CHARACTER
    middle = right + (_width(day) - _width(signature)) / 2
    for text, indent in ((signature, max(middle, 0)), (day, right)):
        line = _paragraph(document, text, PLAIN_STYLE)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = points(indent)
        line.paragraph_format.keep_with_next = text == signature


def _width(text: str) -> float:
    """Points a line takes: digits and other Latin signs are half as wide."""
    return sum(CHARACTER / 2 if sign.isascii() else CHARACTER for sign in text)


def _annexes(
    document: DocumentObject, data: ProgressData, words: Document, made_on: date, tick: Tick
) -> None:
    tables = (
        build_table(LEDGER_COLUMNS, _ledger(data, tick)),
        build_table(BEHIND_COLUMNS, [_behind(measure) for measure in behind(data)]),
        build_table(
            AGENCY_COLUMNS, [[Cell(str(value)) for value in row] for row in agency_rows(data)]
        ),
    )
    empty = (
        "",
        "" if behind(data) else "本期没有滞后和预警事项。",
        "" if data["agencies"] else "本期未下达填报任务。",
    )
    for n, (name, table, nothing) in enumerate(zip(words.annexes, tables, empty, strict=True), 1):
        mark = _paragraph(document, f"附件{n}", ANNEX_STYLE)
        mark.paragraph_format.page_break_before = n > 1
        _paragraph(document, "", PLAIN_STYLE)
        _paragraph(document, name, TITLE_STYLE)
        _paragraph(document, sub_line(data, made_on), SUB_LINE_STYLE)
        if nothing:
            _paragraph(document, nothing)
        else:
            document.element.body.sectPr.addprevious(table)
    _close(document)


def _close(document: DocumentObject) -> None:
    """Word wants a paragraph after a table; this one takes no room."""
    last = _paragraph(document, "", TABLE_STYLE)
    spacing = OxmlElement("w:spacing")
    for name, value in (("line", "20"), ("lineRule", "exact")):
        spacing.set(qn(f"w:{name}"), value)
    last._p.get_or_add_pPr().append(spacing)


def _ledger(data: ProgressData, tick: Tick) -> Iterator[list[Cell]]:
    before = 0
    for row in ledger_rows(data):
        yield _ledger_cells(row, joins=row.ordinal == before)
        before = row.ordinal
        tick(1)


def _ledger_cells(row: LedgerRow, *, joins: bool) -> list[Cell]:
    percent = f"\n{row.percent}%" if row.percent is not None else ""
    trouble = [row.problems, f"需协调：{row.help_needed}" if row.help_needed else ""]
    submitted = f"{row.timeliness}\n{row.submitted_on}" if row.submitted_on else ""
    return [
        Cell(str(row.ordinal), joins),
        Cell(row.measure, joins),
        Cell(f"{row.stage}{percent}\n{row.nature}", joins),
        Cell("\n".join(filter(None, (row.light, row.sentence))), joins),
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
