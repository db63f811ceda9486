"""Reads tables of tasks: columns, merged and continued cells, section rows. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from measures.intake.body_list import BodyList
from measures.intake.columns import ROLES_OF_COLUMNS, header_of, with_units
from measures.intake.directory import AgencyDirectory
from measures.intake.list_words import LABEL_AT_START, LEAD_RULE
from measures.intake.name_forms import is_one_body, is_sure_body
from measures.intake.names import NONE_WORDS, names_bodies
from measures.intake.numbering import marker_of, number_of
from measures.intake.paragraphs import Paragraph
from measures.intake.passage import SourcePassage
from measures.intake.responsible import lists_in
from measures.intake.values import BodyRole, RoleBasis

TITLE_MOST = 30
_BESIDE = (BodyRole.SUPPORT, BodyRole.JOIN)
_MARK = re.compile(r"[√✓✔★☆▲△●○◎◆■]+$")
_MEANING = re.compile(
    r"(?P<mark>[√✓✔★☆▲△●○◎◆■])[”）]?(?:的|号)?(?:为|是|表示|代表|指|：)(?P<role>牵头|责任|配合|参与|指导)"
)
_DITTO = ("同上", "〃", "″")
_SUM = re.compile(r"^(?:合\s*计|总\s*计|小\s*计)$")
_ANNOUNCED = re.compile(
    r"（?共\s?(\d{1,3}|[一二三四五六七八九十]{1,4})\s?(?:项|条|个|款)(?:任务|举措|措施)?）?"
)


@dataclass
class TableRow:
    """A row that can be an item."""

    ordinal: int | None
    label: str
    path: tuple[str, ...]
    title: str
    text: SourcePassage | None
    passage: SourcePassage
    lists: list[BodyList] = field(default_factory=list)
    deadline: SourcePassage | None = None
    is_continued: bool = False  # takes its bodies from the row above without a merged cell


@dataclass
class TableSection:
    title: str
    passage: SourcePassage
    announced: int | None
    rows: int = 0
    lists: list[BodyList] = field(default_factory=list)


@dataclass
class TaskTable:
    rows: list[TableRow] = field(default_factory=list)
    sections: list[TableSection] = field(default_factory=list)
    names_bodies: bool = False
    has_lead_rule: bool = False  # 责任单位（列第一位者为牵头单位）
    marks: dict[str, str] = field(default_factory=dict)  # what they mean: ★ 牵头
    read: dict[tuple[str, str], BodyList | None] = field(default_factory=dict)  # by column, words


def announced_in(text: str) -> int | None:
    """Return the number of items that a heading announces: （共5项）."""
    found = _ANNOUNCED.search(text)
    return number_of(found[1]) if found else None


def tables_in(paragraphs: list[Paragraph], directory: AgencyDirectory) -> list[TaskTable]:
    """Find the tables of a text; headings between rows are sections."""
    tables: list[TaskTable] = []
    columns: list[str] = []
    cells: list[SourcePassage | None] = []
    is_below_header = False
    meanings = (_MEANING.finditer(one.text) for one in paragraphs if not one.cells)
    pairs = {(found["mark"], found["role"]) for one in meanings for found in one}
    marks = {mark: role for mark, role in pairs if sum(mark == one for one, _ in pairs) == 1}
    for paragraph, after in zip(paragraphs, [*paragraphs[1:], None], strict=False):
        if not paragraph.cells:
            if columns and _is_section(paragraph.text):
                _add_section(tables[-1], paragraph.passage, directory)
            elif paragraph.text:
                columns = []
            continue
        header = with_units(header_of(paragraph, columns if is_below_header else []), after)
        if header:
            if header != columns:
                has_rule = any(map(_has_lead_rule, paragraph.cells))
                names_bodies = bool(set(header) & set(ROLES_OF_COLUMNS))
                tables.append(TaskTable([], [], names_bodies, has_rule, marks))
                cells = []
            columns = header
        elif columns:
            cells = _take_row(tables[-1], columns, paragraph, cells, directory)
        is_below_header = bool(header)
    return [table for table in tables if table.rows]


def _continued(lists: list[BodyList]) -> list[BodyList]:
    """Return the lists of the row above without supporters, whose column may be blank."""
    return [one for one in lists if one.names and one.names[0].role not in _BESIDE]


def _is_section(text: str) -> bool:
    marker = marker_of(text)
    return marker is not None and marker.kind in ("cn", "cnp") and len(text) < 60


def _has_lead_rule(cell: SourcePassage | None) -> bool:
    return cell is not None and LEAD_RULE.search(re.sub(r"\s", "", cell.text)) is not None


def _short_title(text: list[SourcePassage]) -> str:
    """Return the text of a single content column, if it is as short as a title."""
    words = text[0].text.rstrip("。； ") if len(text) == 1 else ""
    return words if len(words) <= TITLE_MOST and not re.search("[。；：\n]", words) else ""


def _add_section(table: TaskTable, passage: SourcePassage, directory: AgencyDirectory) -> None:
    """Add a section; bodies in its heading may be responsible for its rows."""
    lists = lists_in(passage, directory)
    title = passage.text[: lists[0].start if lists else None]
    marker = marker_of(title)
    kept = _ANNOUNCED.sub("", title[marker.end :] if marker else title).strip("。 （）()")
    unsure = [replace(one.doubted(), is_between=False, is_heading=True) for one in lists]
    table.sections.append(TableSection(kept, passage, announced_in(title), lists=unsure))


def _take_row(
    table: TaskTable,
    columns: list[str],
    paragraph: Paragraph,
    above: list[SourcePassage | None],
    directory: AgencyDirectory,
) -> list[SourcePassage | None]:
    """Add a row; return its cells with those continued from above filled in."""
    cells = list(paragraph.cells)
    is_shifted = _is_shifted(columns, cells)
    cells += [None] * (len(columns) - len(cells))
    columns = [*columns, *[""] * (len(cells) - len(columns))]
    filled = [one for one in cells if one is not None and one.text]
    if filled and _SUM.match(filled[0].text):
        return above
    if len(filled) == 1 and len(filled[0].text) < 60 and not filled[0].text.isdecimal():
        _add_section(table, filled[0], directory)
        return above
    merged = {at for at, one in enumerate(cells) if one is None}
    cells = [
        above[at] if (one is None or one.text in _DITTO) and at < len(above) else one
        for at, one in enumerate(cells)
    ]
    row = _Row(columns, cells, merged, paragraph)
    cells = row.with_sections(above)
    item = row.item(table, directory)
    if item.text is not None or item.title:
        table.rows.append(item)
        if table.sections:
            item.lists += table.sections[-1].lists
            table.sections[-1].rows += 1
        if is_shifted:
            item.lists = [one.behind_gap() for one in item.lists]
    return cells


def _is_shifted(columns: list[str], cells: list[SourcePassage | None]) -> bool:
    """Whether cells may be in wrong columns; a row that lacks only remarks at its end is not."""
    words = ["" if one is None else one.text for one in cells]
    if len(words) == len(columns):
        return False
    for kind, one in zip(columns, words, strict=False):
        is_role = kind in ROLES_OF_COLUMNS
        if (is_role and not names_bodies(one)) or (not is_role and is_one_body(one)):
            return True
    return any(words[len(columns) :]) or bool(set(columns[len(words) :]) - {"other", ""})


class _Row:
    def __init__(
        self,
        columns: list[str],
        cells: list[SourcePassage | None],
        merged: set[int],
        paragraph: Paragraph,
    ) -> None:
        self.columns, self.cells, self.merged = columns, cells, merged
        self.paragraph = paragraph

    def with_sections(self, above: list[SourcePassage | None]) -> list[SourcePassage | None]:
        """Fill blank section cells from the row above."""
        for at, column in enumerate(self.columns):
            cell = self.cells[at]
            if column == "section" and (cell is None or not cell.text) and at < len(above):
                self.cells[at] = above[at]
        return self.cells

    def all_of(self, column: str) -> list[SourcePassage]:
        found = zip(self.columns, self.cells, strict=True)
        return [cell for name, cell in found if name == column and cell is not None and cell.text]

    def item(self, table: TaskTable, directory: AgencyDirectory) -> TableRow:
        numbers = [number_of(cell.text.strip("、. ")) for cell in self.all_of("ordinal")]
        text = self.all_of("text")
        titles = self.all_of("title")
        sections = self.all_of("section")
        if not text and not titles:  # 制度建设 across both columns
            text, sections = sections[-1:], sections[:-1]
        path = [cell.text.strip("。") for cell in sections]
        if not path and table.sections:
            path = [table.sections[-1].title]
        row = TableRow(
            numbers[0] if numbers else None,
            self.all_of("ordinal")[0].text if numbers else "",
            tuple(path),
            titles[0].text if titles else _short_title(text),
            SourcePassage.joined(text, "\n") if text else None,
            self.paragraph.passage,
            deadline=next(iter(self.all_of("deadline")), None),
        )
        row.lists = [*self._lists(table, directory), *self._marked(table, directory)]
        if not row.lists and table.rows and self._is_blank("responsible", "lead", "guide"):
            row.lists, row.is_continued = _continued(table.rows[-1].lists), True
        return row

    def _is_blank(self, *columns: str) -> bool:
        """Whether the table has such columns and they are blank in this row."""
        theirs = [one for one in columns if one in self.columns]
        return bool(theirs) and not any(self.all_of(one) for one in theirs)

    def _marked(self, table: TaskTable, directory: AgencyDirectory) -> Iterable[BodyList]:
        """Yield the bodies whose columns have a mark in this row: ★, √.

        They are certain only if the text says what each mark means: ★为牵头单位.
        """
        columns = zip(self.columns, self.cells, strict=True)
        marked = [(one, cell.text) for one, cell in columns if cell and _MARK.match(cell.text)]
        marks = dict.fromkeys(mark for _, mark in marked)
        is_sure = all(mark in table.marks for mark in marks)
        line = self.paragraph.passage.numbers[0]
        for mark in marks if is_sure else [""]:
            names = (one for one, its in marked if is_sure_body(one) and mark in ("", its))
            words = f"{table.marks.get(mark, '责任')}单位：{'、'.join(names)}"
            for one in lists_in(SourcePassage.of(words, line), directory):
                table.names_bodies = True
                kept = one if is_sure else replace(one.doubted(), is_between=False)
                named = tuple(replace(name, basis=RoleBasis.TABLE) for name in kept.names)
                yield replace(kept, names=named, is_heading=True, lacks_lead=True)

    def _lists(self, table: TaskTable, directory: AgencyDirectory) -> Iterable[BodyList]:
        lacks_lead = self._is_blank("lead")
        role = ""
        for column, cell in zip(self.columns, self.cells, strict=True):
            role = column or role
            if role not in ROLES_OF_COLUMNS or cell is None or cell.text.strip() in NONE_WORDS:
                continue
            if not column and not is_one_body(cell.text):
                continue
            one = _list_of_cell(table, role, cell, directory)
            if one is None:
                continue
            if not column:  # no heading: that of the column before may be for both
                one = replace(one.doubted(), is_between=False)
            lines = cell.lines()
            is_short = lines.first == lines.last  # a cached list with equal words has other lines
            names = (
                replace(name, basis=RoleBasis.TABLE, lines=lines if is_short else name.lines)
                for name in one.names
            )
            yield replace(
                one,
                names=tuple(names),
                lines=lines if is_short else one.lines,
                has_lead_rule=one.has_lead_rule or table.has_lead_rule,
                lacks_lead=lacks_lead,
            )


def _list_of_cell(
    table: TaskTable, column: str, cell: SourcePassage, directory: AgencyDirectory
) -> BodyList | None:
    """Return the list of a cell, cached by column and words."""
    is_short = cell.numbers[0] == cell.numbers[-1]
    key = (column, cell.text)
    if is_short and key in table.read:
        return table.read[key]
    label = SourcePassage.of(ROLES_OF_COLUMNS[column], cell.numbers[0])
    has_own = LABEL_AT_START.match(cell.text)  # 牵头：A；配合：B
    whole = cell if has_own else SourcePassage.joined([label, cell])
    found = next(iter(lists_in(whole, directory)), None)
    if is_short:
        table.read[key] = found
    return found
