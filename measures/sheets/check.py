"""Check an uploaded sheet in a dry run, and mark its faulty cells."""

from collections.abc import Iterable
from io import BytesIO
from typing import IO
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.timezone import localdate
from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill

from agencies.audit import trail
from lib.files import delete_files
from lib.text import printable_text
from lib.workbook.cells import open_at
from measures.choices import SheetState
from measures.models import Period, SheetImport
from measures.sheets.actions import FOLDER, read_upload
from measures.sheets.columns import LAYOUTS
from measures.sheets.gathering import rows_for
from measures.sheets.job import ERROR_MOST, SheetAttempt, tell_askers
from measures.sheets.reading import SheetError, mark_of, period_in, read_sheet
from measures.sheets.row_checks import CHANGE, FAULT, STALE, CheckedRow, checked_rows

WRONG_SHEET = "这个文件不是为这一单位、这一填报期下载的，请在对应的页面上传，或重新下载后再填。"
WRONG_PERIOD = "这个文件是为“{meant}”下载的，不能在“{here}”上传，请在“{meant}”的页面上传。"
WHAT_NEXT = {
    SheetState.READY: "，请查看后写入。",
    SheetState.FAULTY: "，没有写入任何内容，请下载标出错处的表改正。",
    SheetState.UNCHANGED: "，没有需要写入的改动。",
}
FILL = PatternFill("solid", fgColor="FFD9D9")
SAYS = "核对结果"  # the author of the cell comments
REMARK_WIDTH, REMARK_HEIGHT = 320, 90


def check(attempt: SheetAttempt) -> None:
    """Compare every row with the database, and store the result. Raises as compared does."""
    finish(attempt, compared(attempt))


def compared(attempt: SheetAttempt) -> list[CheckedRow]:
    """Return what each row of the sheet would change now. Raises SheetError, DomainError."""
    sheet = attempt.sheet
    read = read_sheet(BytesIO(read_upload(sheet)), sheet.kind)
    if read.mark != mark_of(sheet.kind, sheet.period_id, sheet.agency_id):
        raise SheetError(_why_wrong(sheet, read.mark))
    rows = rows_for(sheet.kind, sheet.period, sheet.agency, on=localdate(attempt.now))
    found = []
    attempt.total = len(read.rows)
    for row in checked_rows(read.rows, {row.pk: row for row in rows}, kind=sheet.kind):
        found.append(row)
        attempt.done = len(found)
    return found


def _why_wrong(sheet: SheetImport, mark: str) -> str:
    named, here = period_in(mark, sheet.kind, sheet.agency_id) or 0, sheet.period
    meant = Period.objects.opened().select_related("notice").filter(pk=named).first()
    if meant is None:
        return WRONG_SHEET
    if meant.notice_id == here.notice_id:
        return WRONG_PERIOD.format(meant=meant, here=here)
    return WRONG_PERIOD.format(meant=f"{meant.notice}{meant}", here=f"{here.notice}{here}")


def finish(attempt: SheetAttempt, rows: list[CheckedRow], *, refusal: str = "") -> None:
    """Store the result, with a workbook in which faulty cells are marked if there are any.

    `refusal`: why the sheet, checked without errors before, could not be applied. Raises
    LeaseLostError.
    """
    faulty = sum(is_faulty(row) for row in rows)
    sheet, path = attempt.sheet, ""
    if faulty:
        content = marked(BytesIO(read_upload(sheet)), rows, kind=sheet.kind)
        path = default_storage.save(f"{FOLDER}/{uuid4().hex}.xlsx", ContentFile(content))
    try:
        _keep(attempt, rows, path, faulty=faulty, refusal=refusal)
    except BaseException:
        delete_files(filter(None, [path]))
        raise


def is_faulty(row: CheckedRow) -> bool:
    return row["outcome"] in (FAULT, STALE)


@transaction.atomic
def _keep(
    attempt: SheetAttempt, rows: list[CheckedRow], path: str, *, faulty: int, refusal: str
) -> None:
    changed = sum(row["outcome"] == CHANGE for row in rows)
    state = SheetState.FAULTY if faulty else SheetState.READY if changed else SheetState.UNCHANGED
    attempt.release(
        state=state,
        checked_at=attempt.now,
        rows_total=len(rows),
        rows_done=len(rows),
        rows_written=0,
        rows_changed=changed,
        rows_faulty=faulty,
        # Unchanged rows are only counted.
        result=[row for row in rows if is_faulty(row) or row["outcome"] == CHANGE],
        marked=path,
        error=refusal[:ERROR_MOST],
    )
    counts = f"{len(rows)}行，有改动{changed}行，有误{faulty}行"
    trail.record(
        "sheet.check",
        attempt.sheet,
        by=None,
        at=attempt.now,
        sentence=f"核对{attempt.sheet}（编号{attempt.sheet.pk}）：{counts}。",
        after={"state": state, "rows_changed": changed, "rows_faulty": faulty},
    )
    said = refusal or f"“{attempt.sheet.name}”已核对：{counts}{WHAT_NEXT[state]}"
    tell_askers(attempt.sheet, said, at=attempt.now)


def marked(file: IO[bytes], rows: Iterable[CheckedRow], *, kind: str) -> bytes:
    """Return the workbook with each faulty cell coloured and a comment saying what is allowed."""
    book = load_workbook(file, keep_links=False)
    sheet = book[LAYOUTS[kind].name]
    open_at(book, sheet)
    for merged in list(sheet.merged_cells.ranges):  # a merged cell cannot have a comment
        sheet.unmerge_cells(merged.coord)
    for row in rows:
        for fault in row.get("faults", []):
            cell = sheet[fault["place"]]
            cell.fill, words = FILL, printable_text(fault["allowed"])
            cell.comment = Comment(words, SAYS, width=REMARK_WIDTH, height=REMARK_HEIGHT)
    out = BytesIO()
    book.save(out)
    return out.getvalue()
