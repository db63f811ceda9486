"""What a worker does when it is rung for a sheet, and what the sweep does where none came."""

import logging
from datetime import datetime

from django.db import DatabaseError, transaction

from lib.errors import DomainError
from lib.jobs import ATTEMPTS_MOST, PICKED_UP_WITHIN, LeaseLostError
from measures.choices import SheetState
from measures.enqueue import enqueue_sheet_after_commit
from measures.models import SheetImport
from measures.sheets.apply import apply
from measures.sheets.check import check
from measures.sheets.job import BEGUN, WORDS, Run, end_in_vain, take_attempt
from measures.sheets.reading import SheetError

logger = logging.getLogger(__name__)
WAITING = {begun: waiting for waiting, begun in BEGUN.items()}
NEVER_ENDED = {
    SheetState.CHECKING: f"后台{ATTEMPTS_MOST}次核对都没有完成，请重新上传；"
    "如仍不成功，请联系系统管理员。",
    SheetState.APPLYING: f"后台{ATTEMPTS_MOST}次写入都没有完成，没有写入任何内容，请重新上传；"
    "如仍不成功，请联系系统管理员。",
}


def run_sheet(sheet_id: int, *, at: datetime) -> bool:
    """Check a sheet that waits for it, or apply one; gives whether there was anything to do.

    Safe to run twice and at the same time, and again after a worker died: the lease lets one in,
    and an attempt that lost its lease writes nothing. When the database itself fails the row is
    left as it is, and the sweep queues it again.
    """
    sheet = take_attempt(sheet_id, at=at)
    if sheet is None:
        return False
    run = Run(sheet, at)
    try:
        with run.heart():
            (apply if run.is_applying else check)(run)
    except LeaseLostError:
        logger.warning("sheet %s was taken over from attempt %s", sheet_id, run.attempt)
    except DatabaseError:
        raise
    except (SheetError, DomainError) as error:
        end_in_vain(sheet_id, str(error), at=run.now, attempt=run.attempt)
    except Exception:
        logger.exception("sheet %s could not be worked on", sheet_id)
        end_in_vain(sheet_id, broken(sheet.state), at=run.now, attempt=run.attempt)
    return True


def broken(state: str) -> str:
    """What is said where something went wrong that nobody expected."""
    word = WORDS[SheetState(state)]
    return f"{word}时出错，没有写入任何内容，请重新上传；如仍不成功，请联系系统管理员。"


def sweep_sheets(*, at: datetime) -> int:
    """Queue again what a dead worker left, ring again for what nobody picked up.

    What killed its worker ATTEMPTS_MOST times is ended in vain. Gives how many bells were rung.
    """
    lying = SheetImport.objects.left_lying(since=at - PICKED_UP_WITHIN, at=at)
    return sum(_sweep_one(pk, at=at) for pk in lying.values_list("pk", flat=True))


@transaction.atomic
def _sweep_one(sheet_id: int, *, at: datetime) -> bool:
    lying = SheetImport.objects.left_lying(since=at - PICKED_UP_WITHIN, at=at)
    locked = lying.select_for_update(skip_locked=True, no_key=True)
    sheet = locked.without_result().filter(pk=sheet_id).first()
    if sheet is None:
        return False
    state = SheetState(sheet.state)
    if state in WAITING and sheet.attempts >= ATTEMPTS_MOST:
        end_in_vain(sheet_id, NEVER_ENDED[state], at=at, attempt=sheet.attempts)
        return False
    sheet.state, sheet.queued_at, sheet.lease_until = WAITING.get(state, state), at, None
    sheet.save(update_fields=["state", "queued_at", "lease_until"])
    enqueue_sheet_after_commit(sheet_id)
    return True
