"""A worker's attempt at an uploaded sheet: its lease, its progress, how it fails."""

from datetime import datetime, timedelta
from typing import ClassVar

from django.db import transaction
from django.urls import reverse

from agencies.audit import trail
from agencies.inbox.messages import settle_asked, tell
from agencies.models import User
from lib.jobs import Attempt, release, take_lease
from measures.choices import MeasureMessage, SheetState
from measures.models import SheetImport

ERROR_MOST = 1000  # as in the model; a test compares them
FAILS_AS = {SheetState.CHECKING: SheetState.FAILED, SheetState.APPLYING: SheetState.REFUSED}
AUDIT_ACTIONS = {SheetState.CHECKING: "sheet.check", SheetState.APPLYING: "sheet.apply"}
VERBS = {SheetState.CHECKING: "核对", SheetState.APPLYING: "写入"}


class SheetAttempt(Attempt):
    # Longer than for a report: applying is one transaction, and an attempt that takes over too
    # early would only wait for its locks. Renewed each second, because a renewal also writes how
    # many rows are done, which the transaction itself cannot show before its commit.
    lease: ClassVar[timedelta] = timedelta(seconds=60)
    renew_every: ClassVar[float] = 1.0

    def __init__(self, sheet: SheetImport, *, at: datetime) -> None:
        super().__init__(sheet, at=at)
        self.sheet = sheet
        self.done = self.total = 0

    @property
    def is_applying(self) -> bool:
        return self.sheet.state == SheetState.APPLYING

    def progress(self) -> dict[str, object]:
        if self.is_applying:
            return {"rows_written": self.done}
        return {"rows_done": self.done, "rows_total": self.total}


def start_attempt(sheet_id: int, *, at: datetime) -> SheetAttempt | None:
    """Take the lease of a sheet; return None if there is nothing to do."""
    sheets = SheetImport.objects.select_related("period", "agency", "uploaded_by", "asked_by")
    sheet = take_lease(sheets.without_result(), sheet_id, lease=SheetAttempt.lease, at=at)
    return None if sheet is None else SheetAttempt(sheet, at=at)


@transaction.atomic
def fail_sheet(sheet_id: int, *, reason: str, at: datetime, attempt: int) -> None:
    """End a sheet as not checked or not applied, with a Chinese reason, and notify the requester.

    Does nothing if another attempt holds the sheet.
    """
    held = SheetImport.objects.filter(pk=sheet_id).held_by(attempt)
    sheet = held.select_for_update(of=("self",), no_key=True).select_related("period").first()
    if sheet is None:
        return
    was, checked_at = SheetState(sheet.state), sheet.checked_at or at
    release(sheet, state=FAILS_AS[was], error=reason[:ERROR_MOST], checked_at=checked_at)
    trail.record(
        AUDIT_ACTIONS[was],
        sheet,
        by=None,
        at=at,
        sentence=f"未能{VERBS[was]}{sheet}（编号{sheet.pk}）：{reason}",
        after={"state": sheet.state, "error": reason},
    )
    tell_askers(sheet, f"未能{VERBS[was]}“{sheet.name}”：{reason}", at=at)


def tell_askers(sheet: SheetImport, sentence: str, *, url: str = "", at: datetime) -> None:
    """Notify the people who uploaded and applied a sheet: one message per sheet.

    `url`: the page that the message opens; by default the sheet's own.
    """
    settle_told(sheet, at=at)
    ids = [pk for pk in (sheet.uploaded_by_id, sheet.asked_by_id) if pk is not None]
    tell(
        User.objects.active().filter(pk__in=ids),
        kind=MeasureMessage.SHEET,
        sentence=sentence,
        url=url or _page_of(sheet),
        at=at,
    )


def settle_told(sheet: SheetImport, *, at: datetime) -> None:
    """Settle earlier messages about a sheet."""
    settle_asked(MeasureMessage.SHEET, url=_page_of(sheet), at=at)


def _page_of(sheet: SheetImport) -> str:
    return reverse("measures:sheet", args=[sheet.pk])
