"""Runs the job of an uploaded sheet: check or apply it; the sweep retries abandoned jobs."""

import logging
from datetime import datetime
from functools import partial

from celery.exceptions import SoftTimeLimitExceeded

from lib.errors import DomainError
from lib.jobs import ATTEMPTS_MOST, sweep
from measures.choices import SheetState
from measures.models import SheetImport
from measures.sheets.apply import apply
from measures.sheets.check import check
from measures.sheets.job import VERBS, SheetAttempt, fail_sheet, start_attempt
from measures.sheets.reading import SheetError

logger = logging.getLogger(__name__)
TOO_HEAVY = (
    "这个文件过于复杂，处理它所用的时间或内存超出限度，没有写入任何内容；"
    "请重新下载填报表，只把内容填入后再上传。"
)
NEVER_ENDED = {
    SheetState.CHECKING: f"后台{ATTEMPTS_MOST}次核对都没有完成，请重新上传；"
    "如仍不成功，请联系系统管理员。",
    SheetState.APPLYING: f"后台{ATTEMPTS_MOST}次写入都没有完成，没有写入任何内容，请重新上传；"
    "如仍不成功，请联系系统管理员。",
}


def run_sheet(sheet_id: int, *, at: datetime) -> bool:
    """Check or apply a waiting sheet; return whether there was anything to do.

    Safe to run twice, concurrently, and again after a worker died (lib.jobs). A failure is written
    on the row in Chinese; a database error is raised.
    """
    attempt = start_attempt(sheet_id, at=at)
    if attempt is None:
        return False
    work = apply if attempt.is_applying else check
    attempt.run(partial(work, attempt), fail=partial(_fail, attempt))
    return True


def _fail(attempt: SheetAttempt, error: Exception) -> None:
    if isinstance(error, (SheetError, DomainError)):
        reason = str(error)
    elif isinstance(error, (MemoryError, SoftTimeLimitExceeded)):
        reason = TOO_HEAVY
    else:
        logger.error("sheet %s failed", attempt.pk, exc_info=error)
        reason = unexpected_error(attempt.sheet.state)
    fail_sheet(attempt.pk, reason=reason, at=attempt.now, attempt=attempt.number)


def unexpected_error(state: str) -> str:
    """Return the sentence shown after an unexpected error."""
    verb = VERBS[SheetState(state)]
    return f"{verb}时出错，没有写入任何内容，请重新上传；如仍不成功，请联系系统管理员。"


def sweep_sheets(*, at: datetime) -> int:
    """Retry sheets whose worker died, or that no worker has taken; return how many (lib.jobs)."""
    return sweep(SheetImport.objects.without_result(), fail=partial(_give_up, at=at), at=at)


def _give_up(sheet: SheetImport, *, at: datetime) -> None:
    reason = NEVER_ENDED[SheetState(sheet.state)]
    fail_sheet(sheet.pk, reason=reason, at=at, attempt=sheet.attempts)
