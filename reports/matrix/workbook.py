"""Downloading 责任矩阵 as a workbook, one sheet for each view."""

import hashlib
from collections.abc import Sequence
from copy import copy
from datetime import datetime
from io import BytesIO
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localdate
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from agencies.audit import trail
from agencies.models import User
from agencies.permissions import Perm
from lib.chinese import long_date
from lib.workbook.cells import A3, GRID, HEAD_ROW, MIDDLE, put_text, set_widths
from measures.choices import ResponsibilityRole
from measures.models import Notice
from measures.models.notice import LOST_TITLE
from reports.choices import MatrixView
from reports.matrix.data import Held, Matrix, MatrixRow, matrix_for
from reports.period.shown import Shown, notice_key

GAP = "待核对"
DEMO = "演示数据：进展为虚构示例。"
FILLS = {
    "green": "D5EBDE",
    "waiting": "EDF7F1",
    "yellow": "FBE4B8",
    "red": "F6CFCB",
    "grey": "E3E7EC",
    "blue": "E8EFF8",
    "gap": "FFFAF0",
    "head": "E8EDF4",
}
# 待审核 is also green, but hatched, as on the pages.
HATCHED = PatternFill("lightUp", fgColor="1E7B4A", bgColor="FFFFFF")
WIDTHS = {MatrixView.ROLES: 6, MatrixView.FILINGS: 10.5, MatrixView.LIGHTS: 10.5}
_LEFT = Alignment(vertical="center", wrap_text=True)
_UPRIGHT = Alignment(horizontal="center", vertical="bottom", textRotation=255)


class _Put(NamedTuple):
    value: str | int | None
    fill: str = ""
    alignment: Alignment = MIDDLE
    is_bold: bool = False


# The styles of a workbook's cells, by the parts they were made from.
_Styles = dict[tuple[str, int, bool], Any]


def write_matrix(data: Matrix, *, is_demo: bool) -> bytes:
    """Return the workbook's bytes; `is_demo`: everything in it except the notice is made up."""
    book, styles = Workbook(), _Styles()
    book.remove(book.worksheets[0])
    for view in MatrixView:
        sheet = book.create_sheet(str(view.label))
        _sheet(sheet, data, view, styles, DEMO if is_demo else "")
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def _sheet(sheet: Any, data: Matrix, view: MatrixView, styles: _Styles, demo: str) -> None:
    told = _told_of(view)
    _above(sheet, data, view, demo)
    names = [_Put(column.name, "head", _UPRIGHT) for column in data.columns]
    heads = ["部分", "序号", "措施", *told]
    lines = [
        [*(_Put(h, "head") for h in heads), *names, _Put("合计", "head")],
        *(_row(row, view) for row in data.rows),
        _sums("其中牵头", len(told), [column.leads or None for column in data.columns], data.leads),
        _sums("合计", len(told), [column.total for column in data.columns], data.marks),
    ]
    for number, line in enumerate(lines, start=HEAD_ROW):
        _line(sheet, number, line, styles)
    _set_up(sheet, view, len(data.columns))


def _told_of(view: MatrixView) -> list[str]:
    """Return the columns that a view adds before the agencies."""
    return ["预警灯", "原因"] if view == MatrixView.LIGHTS else []


def _above(sheet: Any, data: Matrix, view: MatrixView, demo: str) -> None:
    period = f"，数据期{data.shown.period.label}" if data.shown.period else ""
    roles = "，".join(f"{role.mark}{role.label}" for role in ResponsibilityRole)
    frozen = "" if data.shown.is_live else "，责任和单位名称为当期的，预警灯为关闭时的快照"
    sub = f"截至{long_date(data.as_of)}{period}{frozen}。{roles}。{demo}"
    for row, words, size in ((1, f"责任矩阵（{view.label}）", 16), (2, sub, 10)):
        _put(sheet.cell(row, 1), words)
        sheet.cell(row, 1).font = Font(name="宋体", size=size, bold=size > 10)


def _row(row: MatrixRow, view: MatrixView) -> list[_Put]:
    section = row.section.title or LOST_TITLE
    title = f"{row.title}（其余责任单位待核对）" if row.lacks_others else row.title
    heads = [_Put(section, alignment=_LEFT), _Put(row.mark), _Put(title, alignment=_LEFT)]
    if view == MatrixView.LIGHTS:
        lit = _Put(f"{row.light.shape}{row.light.label}", row.light.tone)
        heads += [lit, _Put(row.sentence, alignment=_LEFT)]
    empty = _Put(GAP, "gap") if row.lacks_agencies else _Put(None)
    places = [_cell(Held(row, mark), view) if mark else empty for mark in row.places]
    return [*heads, *places, _Put(GAP if row.lacks_agencies else row.total, is_bold=True)]


def _cell(held: Held, view: MatrixView) -> _Put:
    """Return ● alone, or with the word that the view adds."""
    word, mark = held.word_in(view), held.mark.role.mark
    return _Put(mark if view == MatrixView.ROLES else f"{mark}{word.label}", word.tone)


def _sums(label: str, told: int, counts: Sequence[int | None], whole: int) -> list[_Put]:
    heads = [_Put(None), _Put(None), _Put(label, "head"), *[_Put(None)] * told]
    return [*heads, *(_Put(count, is_bold=True) for count in (*counts, whole))]


def _line(sheet: Any, number: int, values: Sequence[_Put], styles: _Styles) -> None:
    for column, one in enumerate(values, start=1):
        cell = sheet.cell(number, column)
        # Copy the style of an equal cell: openpyxl compares each part of a new style with all
        # parts in the workbook, which is slow for a thousand cells.
        parts = one.fill, id(one.alignment), one.is_bold
        if parts not in styles:
            _give_style(cell, one)
            styles[parts] = cell._style
        cell._style = copy(styles[parts])
        _put(cell, one.value)


def _give_style(cell: Any, one: _Put) -> None:
    cell.font = Font(name="宋体", size=10, bold=one.is_bold)
    cell.border, cell.alignment = GRID, one.alignment
    if one.fill == "waiting":
        cell.fill = HATCHED
    elif colour := FILLS.get(one.fill):
        cell.fill = PatternFill("solid", fgColor=colour)


def _put(cell: Any, value: str | int | None) -> None:
    if isinstance(value, str):
        put_text(cell, value)
    else:
        cell.value = value


def _set_up(sheet: Any, view: MatrixView, agencies: int) -> None:
    """Set the widths, freeze the head, and fit the sheet on one page of paper."""
    told, wide = len(_told_of(view)), WIDTHS[view]
    set_widths(sheet, [24, 8, 40, *[13, 44][:told], *[wide] * agencies, 7])
    sheet.row_dimensions[HEAD_ROW].height = 130
    sheet.freeze_panes = f"{get_column_letter(4 + told)}{HEAD_ROW + 1}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A3
    sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4


class Taken(NamedTuple):
    name: str
    content: bytes


@transaction.atomic
def download_matrix(shown: Shown, *, by: User, at: datetime) -> Taken:
    """Return the workbook of a period; the download is audited. Raises PermissionDenied."""
    if not by.can(Perm.READ):
        raise PermissionDenied
    data = matrix_for(shown, on=localdate(at))
    notice = Notice.objects.filter(pk=notice_key(shown)).first()
    is_demo = notice is not None and notice.demonstrated_at is not None
    content = write_matrix(data, is_demo=is_demo)
    name = f"责任矩阵（{shown.period or '当前情况'}，截至{data.as_of:%Y-%m-%d}）.xlsx"
    trail.record(
        "matrix.download",
        shown.period or notice,
        by=by,
        at=at,
        sentence=f"下载“{name}”。",
        after={"rows_total": len(data.rows), "sha256": hashlib.sha256(content).hexdigest()},
    )
    return Taken(name, content)
