"""Compares a filled sheet with the database's rows: what would change, what is wrong. Pure."""

from collections.abc import Iterator, Mapping
from typing import NotRequired, TypedDict, cast

from lib.errors import DomainError
from measures.choices import SheetKind
from measures.rules.comparison import is_backward
from measures.rules.figure_lines import lines_of, read_lines
from measures.rules.notes import unchanged_reason_in, words_of_unchanged
from measures.sheets.columns import KEY, LAYOUTS, REASON, Layout, SheetColumn, SheetRow
from measures.sheets.keys import RowKey, digest_of, read_key, shown_in
from measures.sheets.reading import ReadRow, place_of

SHOWN_MOST = 80  # characters shown of a faulty cell's text
UNCHANGED, CHANGE, FAULT, STALE = "unchanged", "change", "fault", "stale"


class FieldChange(TypedDict):
    label: str
    old: str
    new: str


class CellFault(TypedDict):
    place: str
    column: str
    value: str
    allowed: str


class CheckedRow(TypedDict):
    row: int
    name: str
    outcome: str
    changes: NotRequired[list[FieldChange]]
    faults: NotRequired[list[CellFault]]
    pk: NotRequired[int]
    stamp: NotRequired[str]
    goes_back: NotRequired[bool]  # of a ledger: stage or percent would be lower
    filed: NotRequired[str]  # of a ledger, as in SheetRow
    basis: NotRequired[list[str]]
    values: NotRequired[dict[str, object]]  # of the changed fields, as arguments of actions


class Unfit(Exception):
    """A cell's text is not allowed."""


def checked_rows(
    rows: list[ReadRow], known: Mapping[int, SheetRow], *, kind: str
) -> Iterator[CheckedRow]:
    """Yield each row's outcome, in the sheet's order. `known`: rows the person may write, by id."""
    layout = LAYOUTS[kind]
    seen: dict[int, int] = {}
    for row in rows:
        key = read_key(_text(row, KEY))
        before = seen.setdefault(key.pk, row.number) if key else row.number
        yield _checked(row, key, known, layout, kind, before)


def _checked(
    row: ReadRow,
    key: RowKey | None,
    known: Mapping[int, SheetRow],
    layout: Layout,
    kind: str,
    before: int,
) -> CheckedRow:
    on_record = known.get(key.pk) if key else None
    if key is None or on_record is None:
        why = "这一行不在您下载的表中。请勿新增行或改动行标识，请重新下载后再填。"
        return _faulty(row, _text(row, "措施"), [_fault(layout, row, "措施", why)])
    if before != row.number:
        why = f"与第{before}行重复，请删去其中一行。"
        return _faulty(row, on_record.name, [_fault(layout, row, "措施", why)])
    formulas = _worked_out(row, layout)
    if formulas:
        return _faulty(row, on_record.name, formulas)
    # Unchanged since the download, even if somebody has saved since.
    if digest_of(_text(row, column.heading) for column in layout.open_columns) == key.digest:
        return {"row": row.number, "name": on_record.name, "outcome": UNCHANGED}
    return _compared(row, key, on_record, layout, kind)


def _compared(
    row: ReadRow, key: RowKey, on_record: SheetRow, layout: Layout, kind: str
) -> CheckedRow:
    touched = [
        column
        for column in layout.open_columns
        if _text(row, column.heading) != shown_in(column, on_record.values)
    ]
    if not touched:
        return {"row": row.number, "name": on_record.name, "outcome": UNCHANGED}
    if on_record.shut:
        faults = [_fault(layout, row, column.heading, on_record.shut) for column in touched]
        return _faulty(row, on_record.name, faults)
    if key.stamp != on_record.stamp:
        fault = _fault(layout, row, "措施", stale_words(on_record))
        return _faulty(row, on_record.name, [fault], outcome=STALE)
    return _changing(row, key, on_record, touched, layout, kind)


def _changing(
    row: ReadRow,
    key: RowKey,
    on_record: SheetRow,
    touched: list[SheetColumn],
    layout: Layout,
    kind: str,
) -> CheckedRow:
    values: dict[str, object] = {}
    faults = []
    for column in touched:
        try:
            values[column.field] = _value(column, _text(row, column.heading), on_record)
        except Unfit as unfit:
            faults.append(_fault(layout, row, column.heading, str(unfit)))
    goes_back = kind == SheetKind.STATUSES and _goes_back(on_record, values)
    if kind == SheetKind.STATUSES:
        faults += _without_ground(row, layout, goes_back=goes_back)
    if faults:
        return _faulty(row, on_record.name, faults)
    rests_on: CheckedRow = {"row": row.number, "name": on_record.name, "outcome": CHANGE}
    if kind == SheetKind.STATUSES:
        rests_on |= {"filed": on_record.filed, "basis": list(on_record.basis)}
    return {
        **rests_on,
        "pk": key.pk,
        "stamp": key.stamp,
        "goes_back": goes_back,
        "values": values,
        "changes": [
            {
                "label": column.heading,
                "old": shown_in(column, on_record.values),
                "new": shown_in(column, values),
            }
            for column in touched
        ],
    }


def _goes_back(on_record: SheetRow, values: Mapping[str, object]) -> bool:
    before, after = on_record.values, {**on_record.values, **values}
    was, becomes = (
        (str(one["stage"]), cast("int | None", one["percent"])) for one in (before, after)
    )
    return is_backward(was, becomes)


def _without_ground(row: ReadRow, layout: Layout, *, goes_back: bool) -> list[CellFault]:
    """Return the faults of missing reasons that a change of status needs."""
    reason, back_reason = _text(row, "变化与依据"), _text(row, "回退原因")
    faults = []
    if not reason:
        faults.append(_fault(layout, row, "变化与依据", "更新进度须写明变化与依据。"))
    if goes_back and not back_reason:
        faults.append(_fault(layout, row, "回退原因", "进度或完成比例比现状低，须写明回退原因。"))
    elif goes_back and back_reason == reason:
        faults.append(_fault(layout, row, "回退原因", "与变化与依据相同，请写明为什么回退。"))
    elif back_reason and not goes_back:
        faults.append(_fault(layout, row, "回退原因", "进度和完成比例都不比现状低，请清空。"))
    return faults


def stale_words(on_record: SheetRow) -> str:
    who = f"{on_record.saved_by}已于{on_record.saved_at}" if on_record.saved_by else "其他人已"
    return f"{on_record.name}：{who}在您下载后保存过，请重新下载后合并填写。"


def _value(column: SheetColumn, text: str, on_record: SheetRow) -> object:
    if column.choices:
        found = [value for value, label in column.choices.items() if label == text]
        if not found:
            raise Unfit(column.allowed)
        return found[0]
    if column.is_percent:
        return _percent(column, text, on_record)
    if column.is_figures:
        return _figures(text, on_record)
    if len(text) > column.most:
        raise Unfit(f"最多{column.most}字，现在是{len(text)}字，请删减。")
    return _progress(text) if column.field == "progress" else text


def _progress(text: str) -> str:
    """Return the progress, with 本期无新进展 as the sentence that the page would write."""
    reason = unchanged_reason_in(text)
    if len(reason) > REASON:
        raise Unfit(f"无新进展的原因最多{REASON}字，现在是{len(reason)}字，请删减。")
    return words_of_unchanged(reason) if reason else text


def _percent(column: SheetColumn, text: str, on_record: SheetRow) -> int | None:
    if not text:
        return None
    if not on_record.is_dated:
        raise Unfit("长期坚持的措施不填完成比例，请清空。")
    if not (text.isascii() and text.isdecimal() and int(text[:4]) <= 100 and len(text) <= 3):
        raise Unfit(column.allowed)
    return int(text)


def _figures(text: str, on_record: SheetRow) -> str:
    """Return the lines of figures as they would be written."""
    try:
        return lines_of(on_record.asked, read_lines(text, on_record.asked))
    except DomainError as error:
        raise Unfit(str(error)) from error


def _worked_out(row: ReadRow, layout: Layout) -> list[CellFault]:
    why = "单元格内是公式，请改填文字或数字（可复制后“选择性粘贴—数值”）。"
    wrong = "单元格内是错误值，请重新填写。"
    return [
        _fault(layout, row, heading, why if cell.is_formula else wrong)
        for heading, cell in row.cells.items()
        if cell.is_formula or cell.is_error
    ]


def _faulty(
    row: ReadRow, name: str, faults: list[CellFault], *, outcome: str = FAULT
) -> CheckedRow:
    return {"row": row.number, "name": name, "outcome": outcome, "faults": faults}


def _fault(layout: Layout, row: ReadRow, heading: str, allowed: str) -> CellFault:
    text = _text(row, heading)
    more = f"…（共{len(text)}字）" if len(text) > SHOWN_MOST else ""
    return {
        "place": place_of(layout, heading, row.number),
        "column": heading,
        "value": text[:SHOWN_MOST] + more,
        "allowed": allowed,
    }


def _text(row: ReadRow, heading: str) -> str:
    cell = row.cells.get(heading)
    return cell.text if cell else ""
