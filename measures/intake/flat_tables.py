"""Reads tables copied from a PDF without columns: the cells' lines follow each other. Pure."""

import re

from measures.intake.directory import AgencyDirectory
from measures.intake.name_forms import ends_like_body, is_collective
from measures.intake.names import split_names
from measures.intake.paragraphs import Paragraph
from measures.intake.passage import SourcePassage
from measures.intake.rows import SourceLine
from measures.intake.tables import TaskTable, tables_in

CELL_WIDTH = 7  # letters in a line of a narrow column
_HEADER = re.compile(
    r"^序号(?:(?:重点)?(?:领域|类别|方面))?(?:具体|重点|主要|工作)?(?:任务|措施|举措|内容|事项)"
    r"(?:责任|负责|牵头)(?:单位|部门)$"
)
_SECTION = re.compile(r"^[一二三四五六七八九十]{1,3}、")
NAMES_LINES_MOST = 14
_FIRST_LETTERS = "省市区县各国中全相有"  # begin most names, but rarely the rest of a task


def flat_tables(lines: list[SourceLine], directory: AgencyDirectory) -> list[TaskTable]:
    """Return tables with the columns 序号, [领域], 任务, 责任单位, from runs of numbered lines."""
    found = []
    at = 0
    while at < len(lines):
        end = _end_of_header(lines, at)
        if end:
            columns, rows, at = _rows(lines, at, end)
            if len(rows) > 1:
                found += tables_in([_row(columns), *rows], directory)
        else:
            at += 1
    return found


def _end_of_header(lines: list[SourceLine], at: int) -> int:
    """Return the index after the column headings that begin here; 0 if there are none."""
    words = ""
    if not lines[at].text.startswith("序"):
        return 0
    for place in range(at, min(at + 8, len(lines))):
        words += re.sub(r"\s", "", lines[place].text)
        if len(words) > 40:
            return 0
        if _HEADER.match(words):
            return place + 1
    return 0


def _rows(
    lines: list[SourceLine], start: int, end: int
) -> tuple[list[SourcePassage], list[Paragraph], int]:
    header = "".join(re.sub(r"\s", "", line.text) for line in lines[start:end])
    has_section = re.search(r"领域|类别|方面", header) is not None
    line = lines[start].number
    names = ["序号", *(["领域"] if has_section else []), "具体任务", "责任单位"]
    columns = [SourcePassage.of(name, line) for name in names]
    rows: list[Paragraph] = []
    number, at, cells = 0, end, list[SourceLine]()
    while at < len(lines):
        text = lines[at].text
        again = _end_of_header(lines, at)
        if again:
            at = again
            continue
        is_next = text == str(number + 1)
        if is_next or _SECTION.match(text):
            rows += [_cells(number, cells, has_section)] if number and cells else []
            cells = []
            number += is_next
            rows += [] if is_next else [Paragraph(SourcePassage.of(text, lines[at].number))]
        elif number and re.match(r"^附\s*件?\d*$", text):
            break
        elif number:
            cells.append(lines[at])
        elif at > end + 3:
            break
        at += 1
    rows += [_cells(number, cells, has_section)] if number and cells else []
    return columns, rows, max(at, end)


def _row(cells: list[SourcePassage]) -> Paragraph:
    return Paragraph(SourcePassage.joined(cells, "\t"), tuple(cells))


def _cells(number: int, lines: list[SourceLine], has_section: bool) -> Paragraph:
    """Split a row into cells: a narrow first column, the task, and names at the end."""
    pieces = [SourcePassage.of(line.text, line.number) for line in lines if line.text]
    names = _start_of_names(pieces)
    task = 0
    if has_section and len(pieces) > 1 and len(pieces[0].text) <= CELL_WIDTH:
        task = 1
        while task < names - 1 and len(pieces[task].text) <= 3:
            task += 1
    line = pieces[0].numbers[0] if pieces else 1
    parts = [pieces[:task]] if has_section else []
    parts += [pieces[task:names], pieces[names:]]
    cells = [SourcePassage.joined(one or [SourcePassage.of("", line)]) for one in parts]
    return _row([SourcePassage.of(str(number), line), *cells])


def _start_of_names(pieces: list[SourcePassage]) -> int:
    """Return the index from which all lines are narrow and only have names of bodies."""
    best = surely = len(pieces)
    for start in range(len(pieces) - 1, max(0, len(pieces) - NAMES_LINES_MOST), -1):
        if len(pieces[start].text) > CELL_WIDTH + 1 or pieces[start].text.endswith("。"):
            break
        words = "".join(piece.text for piece in pieces[start:])
        names = split_names(words).names
        if names and all(ends_like_body(n.name) or is_collective(n.name) for n in names):
            best = start
            surely = start if words[0] in _FIRST_LETTERS else surely
    return surely if surely < len(pieces) else best
