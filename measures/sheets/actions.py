"""Sheets that people fill in: download, upload, apply, discard."""

from datetime import datetime
from functools import partial
from uuid import uuid4

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import Agency, User
from agencies.permissions import Perm
from lib.errors import DomainError
from lib.files import delete_files, read_file, store_file
from measures.choices import SheetKind, SheetState
from measures.filings.evidence import digest_of
from measures.models import Period, SheetImport
from measures.sheets.filing_sheet import write_sheet
from measures.sheets.gathering import head_for, rows_for
from measures.sheets.job import settle_told

FOLDER = "sheets"
NOT_STORED = "服务器没有存下这个文件，请稍后重试；如仍不行，请联系系统管理员。"
GONE = "这个文件在服务器上找不到了，请重新上传。"
ALTERED = "这个文件与上传时登记的校验值不符，已停止使用，请重新上传，并告知系统管理员。"


@transaction.atomic
def download_sheet(
    kind: str, period: Period, agency: Agency | None, *, by: User, at: datetime
) -> bytes:
    """Return an xlsx file to be filled in, and record the download.

    Raises PermissionDenied; DomainError if the agency owes nothing in the period.
    """
    check_may_fill(kind, agency, by)
    rows = rows_for(kind, period, agency, on=localdate(at))
    if agency and not rows:
        raise DomainError(nothing_owed(agency, period))
    content = write_sheet(head_for(kind, period, agency, at=at), rows)
    trail.record(
        "sheet.download",
        period,
        by=by,
        at=at,
        sentence=f"下载{agency or '市商务委'}{period}{SheetKind(kind).label}。",
        after={"rows_total": len(rows)},
    )
    return content


def nothing_owed(agency: Agency, period: Period) -> str:
    return f"{agency}在{period}没有应报事项，不需要下载和上传填报表。"


@transaction.atomic
def upload_sheet(
    kind: str,
    period: Period,
    agency: Agency | None,
    *,
    file: File,
    name: str,
    by: User,
    at: datetime,
) -> SheetImport:
    """Store a filled sheet under a random name and enqueue its check; nothing else changes yet.

    `file` has passed measures.sheets.forms. Returns the sheet, or an unfinished one with the same
    content. Raises PermissionDenied; if anything fails, no file is left behind.
    """
    check_may_fill(kind, agency, by)
    # Simultaneous uploads wait for each other on this lock: a double click is one sheet.
    Period.objects.select_for_update(no_key=True).get(pk=period.pk)
    digest = digest_of(file)
    same = {"kind": kind, "period": period, "agency": agency, "sha256": digest}
    if found := SheetImport.objects.under_way().filter(**same).first():
        return found
    sheet = SheetImport(
        **same, uploaded_by=by, uploaded_at=at, queued_at=at, name=name, size=file.size
    )
    stored = store_file(f"{FOLDER}/{uuid4().hex}.xlsx", file, refusal=NOT_STORED)
    try:
        sheet.file.name = stored
        sheet.full_clean()
        sheet.save()
        sentence = f"上传{sheet}（编号{sheet.pk}），待核对。"
        trail.record(
            "sheet.upload", sheet, by=by, at=at, sentence=sentence, after={"sha256": digest}
        )
    except BaseException:
        delete_files([stored])
        raise
    others = SheetImport.objects.filter(kind=kind, period=period, agency=agency)
    for earlier in others.exclude(pk=sheet.pk).failed():
        settle_told(earlier, at=at)
    sheet.enqueue()
    return sheet


@transaction.atomic
def ask_to_apply(sheet: SheetImport, *, by: User, at: datetime) -> SheetImport:
    """Enqueue applying a sheet that was checked without errors; return its row.

    A second call has no effect. Raises PermissionDenied; DomainError if it is not ready.
    """
    sheet = lock_sheet(sheet, by=by)
    if sheet.is_being_applied:
        return sheet
    if not sheet.is_ready:
        raise DomainError(f"“{sheet.state_choice.label}”的文件不能写入，请刷新页面查看最新状态。")
    sheet.state, sheet.asked_by, sheet.asked_at = SheetState.TO_APPLY, by, at
    sheet.queued_at, sheet.attempts, sheet.rows_written, sheet.error = at, 0, 0, ""
    sheet.save(
        update_fields=[
            "state", "asked_by", "asked_at", "queued_at", "attempts", "rows_written", "error",
        ]
    )  # fmt: skip
    trail.record(
        "sheet.ask",
        sheet,
        by=by,
        at=at,
        sentence=f"要求写入{sheet}（编号{sheet.pk}），共{sheet.rows_changed}项改动。",
        before={"state": SheetState.READY},
        after={"state": sheet.state},
    )
    settle_told(sheet, at=at)
    sheet.enqueue()
    return sheet


@transaction.atomic
def discard_sheet(sheet: SheetImport, *, by: User, at: datetime) -> SheetImport:
    """Discard a sheet: delete its files and the parsed data; return its row, which is kept.

    Raises PermissionDenied; DomainError while a worker holds it, and after it was applied or
    discarded.
    """
    sheet = lock_sheet(sheet, by=by)
    if not sheet.can_be_discarded:
        raise DomainError(f"“{sheet.state_choice.label}”的文件不能放弃，请刷新页面查看最新状态。")
    names = [name for name in (sheet.file.name, sheet.marked.name) if name]
    before = {"state": sheet.state}
    sheet.state, sheet.ended_by, sheet.ended_at = SheetState.DISCARDED, by, at
    sheet.file = sheet.marked = ""
    sheet.result = []
    sheet.save(update_fields=["state", "ended_by", "ended_at", "file", "marked", "result"])
    trail.record(
        "sheet.discard",
        sheet,
        by=by,
        at=at,
        sentence=f"放弃{sheet}（编号{sheet.pk}），没有写入任何内容。",
        before=before,
        after={"state": sheet.state},
    )
    settle_told(sheet, at=at)
    transaction.on_commit(partial(delete_files, names))
    return sheet


@transaction.atomic
def download_marked(sheet: SheetImport, *, by: User, at: datetime) -> bytes:
    """Return the workbook with its faulty cells marked, and record the download.

    Raises PermissionDenied; DomainError if there is none, or the store has lost it.
    """
    check_may_fill(sheet.kind, sheet.agency, by)
    if not sheet.marked:
        raise DomainError("这个文件没有标出的错处。")
    content = read_file(str(sheet.marked.name), gone=GONE)
    trail.record(
        "sheet.marked",
        sheet,
        by=by,
        at=at,
        sentence=f"下载标出错处的{sheet}（编号{sheet.pk}）。",
    )
    return content


def read_upload(sheet: SheetImport) -> bytes:
    """Return the uploaded file. Raises DomainError if it is gone or does not match its digest."""
    return read_file(str(sheet.file.name), gone=GONE, sha256=sheet.sha256, altered=ALTERED)


def lock_sheet(sheet: SheetImport, *, by: User) -> SheetImport:
    """Lock a sheet and return its row. Raises PermissionDenied."""
    locked = SheetImport.objects.select_for_update(of=("self",), no_key=True)
    sheet = locked.select_related("period", "agency").get(pk=sheet.pk)
    check_may_fill(sheet.kind, sheet.agency, by)
    return sheet


def may_fill(kind: str, agency: Agency | None, user: User) -> bool:
    """Return whether a person is a liaison of the agency; for a ledger, may update statuses."""
    if kind == SheetKind.STATUSES:
        return user.can(Perm.UPDATE_STATUS)
    return agency is not None and user.can(Perm.FILE, agency.pk)


def check_may_fill(kind: str, agency: Agency | None, by: User) -> None:
    """Raise PermissionDenied unless may_fill() is true."""
    if not may_fill(kind, agency, by):
        raise PermissionDenied
