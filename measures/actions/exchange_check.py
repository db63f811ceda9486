"""Checking an uploaded sheet: a dry run that writes nothing but its own result."""

import logging
import time
from datetime import datetime, timedelta
from io import BytesIO
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError, transaction
from django.utils.timezone import localdate

from agencies import audit
from measures.actions.exchange import FOLDER, read_upload
from measures.choices import SheetState
from measures.doorbell import ring_after_commit
from measures.excel.checking import CHANGE, FAULT, STALE, CheckedRow, checked_rows
from measures.excel.gathering import rows_for
from measures.excel.marking import marked
from measures.excel.reading import SheetError, mark_of, read_sheet
from measures.models import SheetImport
from policy_tracker.lib.errors import DomainError

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)
TELL_EVERY = 0.5  # seconds between two writes of the progress
ATTEMPTS_MOST = 3
PICKED_UP_WITHIN = timedelta(seconds=60)
WRONG_SHEET = "这个文件不是为这一单位、这一填报期下载的，请在对应的页面上传，或重新下载后再填。"
NEVER_ENDED = f"后台{ATTEMPTS_MOST}次核对都没有完成，请重新上传；如仍不成功，请联系系统管理员。"
BROKEN = "核对时出错，没有写入任何内容，请重新上传；如仍不成功，请联系系统管理员。"


class LeaseLostError(Exception):
    """Another attempt has taken the sheet over; this one must not write any more."""


class _Run:
    """One attempt: its lease, its clock (the start plus what has passed), its progress."""

    def __init__(self, sheet: SheetImport, at: datetime) -> None:
        self.sheet, self.attempt = sheet, sheet.attempts
        self._began_at, self._began = at, time.monotonic()
        self._told = self._began

    @property
    def now(self) -> datetime:
        """The moment, reckoned from the one the caller gave."""
        return self._began_at + timedelta(seconds=time.monotonic() - self._began)

    def tick(self, done: int, total: int) -> None:
        """Now and then tell the row how far it is, and so keep the lease."""
        if time.monotonic() - self._told >= TELL_EVERY:
            self._told = time.monotonic()
            self.hold(rows_done=done, rows_total=total, lease_until=self.now + LEASE)

    def hold(self, **fields: object) -> None:
        """Write to the row. Raises LeaseLostError where another attempt holds it."""
        held = SheetImport.objects.filter(pk=self.sheet.pk).held_by(self.attempt)
        if not held.update(**fields):
            raise LeaseLostError


def check_sheet(sheet_id: int, *, at: datetime) -> bool:
    """Check a sheet that waits, or whose checker died; gives whether there is a result.

    Safe to run twice and at the same time. When the database itself fails the row is left as it
    is, and the sweep queues it again.
    """
    sheet = _take(sheet_id, at=at)
    if sheet is None:
        return False
    run = _Run(sheet, at)
    try:
        _finish(run, _compared(run))
    except LeaseLostError:
        logger.warning("sheet %s was taken over from attempt %s", sheet_id, run.attempt)
        return False
    except DatabaseError:
        raise
    except (SheetError, DomainError) as error:
        return _fail(sheet_id, str(error), at=run.now, attempt=run.attempt)
    except Exception:
        logger.exception("sheet %s could not be checked", sheet_id)
        return _fail(sheet_id, BROKEN, at=run.now, attempt=run.attempt)
    return True


@transaction.atomic
def _take(sheet_id: int, *, at: datetime) -> SheetImport | None:
    """Take the lease; None where there is nothing to do."""
    rows = SheetImport.objects.select_for_update(of=("self",)).select_related("period", "agency")
    sheet = rows.without_result().under_way().filter(pk=sheet_id).first()
    if sheet is None or (sheet.lease_until is not None and sheet.lease_until >= at):
        return None
    sheet.state, sheet.lease_until = SheetState.CHECKING, at + LEASE
    sheet.attempts += 1
    sheet.save(update_fields=["state", "lease_until", "attempts"])
    return sheet


def _compared(run: _Run) -> list[CheckedRow]:
    sheet = run.sheet
    read = read_sheet(BytesIO(read_upload(sheet)), sheet.kind)
    if read.mark != mark_of(sheet.kind, sheet.period_id, sheet.agency_id):
        raise SheetError(WRONG_SHEET)
    rows = rows_for(sheet.kind, sheet.period, sheet.agency, on=localdate(run.now))
    found = []
    for row in checked_rows(read.rows, {row.pk: row for row in rows}, kind=sheet.kind):
        found.append(row)
        run.tick(len(found), len(read.rows))
    return found


def _finish(run: _Run, rows: list[CheckedRow]) -> None:
    faulty = sum(row["outcome"] in (FAULT, STALE) for row in rows)
    changed = sum(row["outcome"] == CHANGE for row in rows)
    path = _marked(run.sheet, rows) if faulty else ""
    try:
        _keep(run, rows, path, faulty=faulty, changed=changed)
    except BaseException:
        if path:
            default_storage.delete(path)
        raise


def _marked(sheet: SheetImport, rows: list[CheckedRow]) -> str:
    content = marked(BytesIO(read_upload(sheet)), rows, kind=sheet.kind)
    return default_storage.save(f"{FOLDER}/{uuid4().hex}.xlsx", ContentFile(content))


@transaction.atomic
def _keep(run: _Run, rows: list[CheckedRow], path: str, *, faulty: int, changed: int) -> None:
    state = SheetState.FAULTY if faulty else SheetState.READY if changed else SheetState.UNCHANGED
    run.hold(
        state=state,
        lease_until=None,
        checked_at=run.now,
        rows_total=len(rows),
        rows_done=len(rows),
        rows_changed=changed,
        rows_faulty=faulty,
        # What did not change is only counted.
        result=[row for row in rows if row["outcome"] in (FAULT, STALE, CHANGE)],
        marked=path,
    )
    audit.record(
        "sheet.check",
        run.sheet,
        by=None,
        at=run.now,
        sentence=f"核对{run.sheet}（第{run.sheet.pk}号）：{len(rows)}行，"
        f"有改动{changed}行，有误{faulty}行。",
        after={"state": state, "rows_changed": changed, "rows_faulty": faulty},
    )


@transaction.atomic
def _fail(sheet_id: int, reason: str, *, at: datetime, attempt: int) -> bool:
    held = SheetImport.objects.filter(pk=sheet_id).held_by(attempt)
    sheet = held.select_for_update(of=("self",)).select_related("period").first()
    if sheet is not None:
        sheet.state, sheet.error = SheetState.FAILED, reason[:300]
        sheet.lease_until, sheet.checked_at = None, at
        sheet.save(update_fields=["state", "error", "lease_until", "checked_at"])
        audit.record(
            "sheet.check",
            sheet,
            by=None,
            at=at,
            sentence=f"未能核对{sheet}（第{sheet.pk}号）：{reason}",
            after={"state": sheet.state, "error": reason},
        )
    return False


def sweep_sheets(*, at: datetime) -> int:
    """Queue again what a dead worker left, ring again for what nobody picked up.

    What killed its worker ATTEMPTS_MOST times is ended as failed. Gives how many bells were rung.
    """
    lying = SheetImport.objects.left_lying(since=at - PICKED_UP_WITHIN, at=at)
    return sum(_sweep_one(pk, at=at) for pk in lying.values_list("pk", flat=True))


@transaction.atomic
def _sweep_one(sheet_id: int, *, at: datetime) -> bool:
    lying = SheetImport.objects.left_lying(since=at - PICKED_UP_WITHIN, at=at)
    sheet = lying.select_for_update(skip_locked=True).without_result().filter(pk=sheet_id).first()
    if sheet is None:
        return False
    if sheet.state == SheetState.CHECKING and sheet.attempts >= ATTEMPTS_MOST:
        return _fail(sheet_id, NEVER_ENDED, at=at, attempt=sheet.attempts)
    sheet.state, sheet.queued_at, sheet.lease_until = SheetState.QUEUED, at, None
    sheet.save(update_fields=["state", "queued_at", "lease_until"])
    ring_after_commit(sheet_id)
    return True
