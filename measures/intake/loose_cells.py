"""Tables pasted without structure: one cell per line, or blanks between cells. Pure."""

import csv
import re
from bisect import bisect_left
from io import StringIO
from itertools import takewhile

from measures.intake.columns import ROLE_COLUMNS, column_of
from measures.intake.list_words import COLON_LABEL, FIELD_LINE, NAME_LABEL
from measures.intake.name_forms import is_one_body
from measures.intake.names import joined_pieces, names_bodies
from measures.intake.rows import SourceLine

HEAD_MOST = 12  # columns
LINES_MOST = 40  # in a row
ROWS_MOST = 2000
NAME_MOST = 14  # characters in the head of a column
_FIRST = ("序号", "编号", "序")
_APART = re.compile(r"\s{2,}")
_BEFORE_YEAR = re.compile(r"(?<=[局委厅办府会院司])(?=20\d\d年)")
_SECTION = re.compile(r"[一二三四五六七八九十]+[、.．]|（[一二三四五六七八九十]+）")
_BELOW_HEAD = re.compile(rf"\d+$|序号?$|编号$|{_SECTION.pattern}")
_ANY_BAR = re.compile("[|｜]")


def with_rows(lines: list[SourceLine]) -> list[SourceLine]:
    """Turn lines of unstructured tables into rows, if every cell has a column."""
    found: list[SourceLine] = []
    filled = [place for place, line in enumerate(lines) if line.text or line.cells]
    full = [lines[place] for place in filled]

    def cells_apart(_: list[SourceLine], at: int) -> tuple[list[SourceLine], int]:
        """Read a table with one cell per line and a blank line after each."""
        if at + 1 < len(lines) and (lines[at + 1].text or lines[at + 1].cells):
            return [], at
        rows, end = _cells_on_lines(full, bisect_left(filled, at))
        return rows, filled[end] if end < len(filled) else len(lines)

    forms = (_cells_of_lines, _cells_on_lines, cells_apart, _cells_in_lines, _two_columns)
    at = 0
    while at < len(lines):
        rows, end = _fields_of_form(lines[at]), at + 1
        for read in forms if lines[at].text or lines[at].cells else ():
            if not rows:
                rows, end = read(lines, at)
        found += rows or [lines[at]]
        at = end if rows else at + 1
    return found


def _fields_of_form(line: SourceLine) -> list[SourceLine]:
    """Return the cells of a form as lines: 任务名称 | 修路 | 责任单位 | 县交通局."""
    cells = [one or "" for one in line.cells] if line.cells else _pair(line)
    pairs = list(zip(cells[::2], cells[1::2], strict=False))
    is_form = bool(pairs) and len(cells) % 2 == 0
    if not is_form or not all(_is_label(one) and not _is_label(said) for one, said in pairs):
        return []
    return [SourceLine(line.number, f"{one}：{said}") for one, said in pairs]


def _is_label(words: str) -> bool:
    return any(one.match(f"{words}：一") for one in (COLON_LABEL, FIELD_LINE, NAME_LABEL))


def _cells_of_lines(lines: list[SourceLine], at: int) -> tuple[list[SourceLine], int]:
    """Return a row copied from a sheet, with a cell of several lines in quotes."""
    if not lines[at].cells or lines[at].text.count('"') % 2 == 0:
        return [], at
    for end in range(at + 1, min(at + LINES_MOST, len(lines))):
        if lines[end].text.count('"') % 2:
            text = "\n".join(line.text for line in lines[at : end + 1])
            cells = [joined_pieces(one.split("\n")) for one in _cells_in_quotes(text)]
            return ([_row(lines[at].number, cells)], end + 1) if cells else ([], at)
    return [], at


def _cells_in_quotes(text: str) -> list[str]:
    try:
        return next(csv.reader(StringIO(text, newline=""), delimiter="\t"))
    except csv.Error:  # a cell longer than the csv module allows
        return []


def _is_head(names: list[str]) -> bool:
    """Whether words are the heads of columns, one of them of bodies."""
    fits = 3 <= len(names) <= HEAD_MOST and all(0 < len(one) <= NAME_MOST for one in names)
    fits = fits and not any(re.search("[：，、。]", one) for one in names)
    return fits and any(column_of(one) in ROLE_COLUMNS for one in names)


def _row(number: int, cells: list[str]) -> SourceLine:
    return SourceLine(number, "\t".join(cells), tuple(cells))


def _row_below(head: list[str], number: int, cells: list[str]) -> SourceLine:
    """Return a row; if its cells do not match the columns, only the first two are known."""
    roles = [cells[at] for at in _roles(head)] if len(cells) == len(head) else ["？"]
    fits = all(map(names_bodies, roles))
    return _row(number, cells if fits else [*cells[:2], *[""] * (len(head) - 2)])


def _roles(head: list[str]) -> list[int]:
    return [at for at, one in enumerate(head) if column_of(one) in ROLE_COLUMNS]


def _cells_on_lines(lines: list[SourceLine], at: int) -> tuple[list[SourceLine], int]:
    """Return the rows of a table with one cell per line, from its head on; none if one is wrong."""
    if _bare(lines[at]) not in _FIRST:
        return [], at
    end = at + 1
    while end < len(lines) and end - at <= HEAD_MOST and not _BELOW_HEAD.match(_bare(lines[end])):
        end += 1
    head = [re.sub(r"\s", "", _bare(line)) for line in lines[at:end]]
    if end == len(lines) or not _is_head(head):
        return [], at
    found = [_row(lines[at].number, head)]
    if all(map(_ends_with_bar, lines[at:end])):
        return _cells_in_bars(lines, end, found)
    while end < len(lines):
        row = _next_row(lines, end, head, _last_number(found))
        if row is None:
            is_broken = _bare(lines[end]) == str(_last_number(found) + 1)
            return ([], at) if is_broken or len(found) == 1 else (found, end)
        found += [row[0]] if row[0] is not None else []
        end = row[1]
    return found, end


def _two_columns(lines: list[SourceLine], at: int) -> tuple[list[SourceLine], int]:
    """Return the rows of a table with two columns, bodies and tasks, separated by a tab."""
    head = _pair(lines[at])
    if not head:
        return [], at
    kinds = {column_of(one) for one in head}
    if not (kinds & {*ROLE_COLUMNS, "unit"} and kinds & {"text", "title"}):
        return [], at
    end = at + 1
    while end < len(lines) and _pair(lines[end]):
        end += 1
    cells = [_pair(line) for line in lines[at + 1 : end]]
    for place in range(2):
        if column_of(head[place]) == "unit" and all(is_one_body(one[place]) for one in cells):
            head[place] = "责任单位"
    rows = [_row(line.number, one) for line, one in zip(lines[at:end], [head, *cells], strict=True)]
    return (rows, end) if len(rows) > 2 else ([], at)


def _pair(line: SourceLine) -> list[str]:
    if line.cells or "\t" not in line.text:
        return []
    parts = [one.strip() for one in line.text.split("\t")]
    return parts if len(parts) == 2 else []


def _ends_with_bar(line: SourceLine) -> bool:
    return line.text.endswith(("|", "｜"))


def _cells_in_bars(
    lines: list[SourceLine], at: int, found: list[SourceLine]
) -> tuple[list[SourceLine], int]:
    """Return the rows of a table whose cells may have several lines: a bar ends each of them."""
    columns = len(found[0].cells)
    while at < len(lines):
        cells: list[str] = []
        end, pieces = at, list[str]()
        while len(cells) < columns and end < min(at + LINES_MOST, len(lines)):
            pieces.append(_bare(lines[end]))
            if _ends_with_bar(lines[end]):
                cells.append(joined_pieces(pieces))
                pieces = []
            end += 1
        if len(cells) < columns or not _is_after(cells[0], _last_number(found)):
            break
        found.append(_row_below(found[0].text.split("\t"), lines[at].number, cells))
        at = end
    # Another cell instead of the next number: a row has more cells than columns, or fewer.
    is_whole = at == len(lines) or not _ends_with_bar(lines[at]) or _bare(lines[at]).isdecimal()
    return (found, at) if len(found) > 1 and is_whole else ([], at)


def _next_row(
    lines: list[SourceLine], at: int, head: list[str], last: int
) -> tuple[SourceLine | None, int] | None:
    """Return the row that begins here and the index after it; a repeated head is not a row."""
    cells = lines[at : at + len(head)]
    words = [_bare(line) for line in cells]
    if words == head:
        return None, at + len(head)
    is_row = _is_after(words[0], last) and len(words) == len(head)
    if is_row and not any(one.cells for one in cells):
        end = _end_of_row(lines, at, head, str(int(words[0]) + 1))
        row = _in_columns(lines[at:end], head)
        return None if row is None else (row, end)
    return (lines[at], at + 1) if _SECTION.match(words[0]) or not words[0] else None


def _is_after(words: str, last: int) -> bool:
    """Whether words are the number of a later row; a part of a table may leave out numbers."""
    return words.isdecimal() and len(words) < 4 and int(words) > last


def _last_number(rows: list[SourceLine]) -> int:
    """Return the number of the last row; 0 after the head."""
    last = next(row.cells[0] or "" for row in reversed(rows) if row.cells)
    return int(last) if last.isdecimal() else 0


def _end_of_row(lines: list[SourceLine], at: int, head: list[str], following: str) -> int:
    """Return the index after a row: of the next number, or after its cells in the last row."""
    regular = at + len(head)
    for place in (regular, *range(at + 2, min(at + LINES_MOST, len(lines)))):
        if place < len(lines) and _bare(lines[place]) == following:
            return place
    roles = _roles(head)
    if len(roles) > 1 or roles[0] == len(head) - 1:  # what follows may be the signature
        return regular
    names = takewhile(is_one_body, map(_bare, lines[at + roles[0] + 1 : at + LINES_MOST]))
    return regular + sum(1 for _ in names)


def _in_columns(lines: list[SourceLine], head: list[str]) -> SourceLine | None:
    """Return the row of these cells; the one column of bodies may have several lines.

    Without that column's cells only the first two are known; None if a name is broken.
    """
    cells = [_bare(line) for line in lines]
    roles = _roles(head)
    more = len(cells) - len(head)
    if more > 0:
        if len(roles) != 1 or not is_one_body(cells[roles[0]]):
            return None
        bodies = slice(roles[0], roles[0] + more + 1)
        if all(map(is_one_body, cells[bodies])):
            cells[bodies] = [joined_pieces(cells[bodies])]
    return _row_below(head, lines[0].number, cells)


def _bare(line: SourceLine) -> str:
    return line.text.rstrip("|｜").strip()


def _cells_in_lines(lines: list[SourceLine], at: int) -> tuple[list[SourceLine], int]:
    """Return the rows of a table with bars or blanks between its cells, from its head on.

    Cells may contain single blanks: between these, rows begin with their number, and bodies are
    read only if names and columns match.
    """
    head, is_sure = _parts(lines[at]), True
    if not _is_head(head):
        head, is_sure = lines[at].text.split(), False
    if not _is_head(head) or lines[at].cells or not (is_sure or head[0] in _FIRST):
        return [], at
    rows = [_row(lines[at].number, head)]
    names = [column_of(one) in ROLE_COLUMNS for one in head]
    first = names.index(True)  # a task before it may end like a body: 建设服务中心
    for line in lines[at + 1 : at + ROWS_MOST]:
        number = str(len(rows))
        cells = _parts(line)
        if not is_sure:
            is_row = line.text.startswith(number) and not line.cells
            words = _BEFORE_YEAR.sub(" ", line.text.removeprefix(number))
            cells = [number, *words.split()] if is_row else []
        if len(cells) < 3:
            break
        match = names[first:] == [*map(is_one_body, cells[first:])]
        fits = is_sure or (len(cells) == len(head) and match)
        rows.append(_row_below(head, line.number, cells if fits else cells[:2]))
    return (rows, at + len(rows)) if len(rows) > 1 else ([], at)


def _parts(line: SourceLine) -> list[str]:
    if line.cells:
        return []
    if _ANY_BAR.search(line.text):
        between_bars = [one.strip() for one in _ANY_BAR.split(line.text)]
        if len(between_bars) > 2:
            return between_bars
    return [one for one in _APART.split(line.text.strip()) if one]
