"""One attempt of a worker at an uploaded sheet: its lease, its progress, how it ends in vain."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from agencies.audit import trail
from agencies.inbox.messages import tell
from agencies.models import User
from lib.jobs import BEAT_EVERY, LEASE, Clock, Heart, LeaseLostError
from measures.choices import MeasureMessage, SheetState
from measures.models import SheetImport
from measures.models.exchange import SheetImportQuerySet

ERROR_MOST = 1000  # as the model has it; a test holds them together
# What a worker makes of a sheet that waits, and what becomes of it where that goes wrong.
BEGUN = {SheetState.QUEUED: SheetState.CHECKING, SheetState.TO_APPLY: SheetState.APPLYING}
IN_VAIN = {SheetState.CHECKING: SheetState.FAILED, SheetState.APPLYING: SheetState.REFUSED}
VERBS = {SheetState.CHECKING: "sheet.check", SheetState.APPLYING: "sheet.apply"}
WORDS = {SheetState.CHECKING: "核对", SheetState.APPLYING: "应用"}


class Run(Clock):
    """One attempt. Each second the row is told how far it is (`done`) and the lease renewed."""

    def __init__(self, sheet: SheetImport, at: datetime) -> None:
        super().__init__(at)
        self.sheet, self.attempt = sheet, sheet.attempts
        self.done = self.total = 0

    @property
    def is_applying(self) -> bool:
        """Whether the rows are being written, not only checked."""
        return self.sheet.state == SheetState.APPLYING

    def heart(self) -> Heart:
        """What renews the lease while the work goes on."""
        return Heart(self._beat, every=BEAT_EVERY)

    def hold(self, **fields: object) -> None:
        """Write to the row. Raises LeaseLostError where another attempt holds it."""
        if not self._held().update(**fields):
            raise LeaseLostError

    def _held(self) -> SheetImportQuerySet:
        return SheetImport.objects.filter(pk=self.sheet.pk).held_by(self.attempt)

    def _beat(self) -> None:
        if self.is_applying:
            told = {"rows_written": self.done}
        else:
            told = {"rows_done": self.done, "rows_total": self.total}
        self._held().update(lease_until=self.now + LEASE, **told)


@transaction.atomic
def take_attempt(sheet_id: int, *, at: datetime) -> SheetImport | None:
    """Take the lease; None where there is nothing to do."""
    rows = SheetImport.objects.select_for_update(of=("self",), no_key=True)
    rows = rows.select_related("period", "agency", "uploaded_by", "asked_by")
    sheet = rows.without_result().under_way().filter(pk=sheet_id).first()
    if sheet is None or (sheet.lease_until is not None and sheet.lease_until >= at):
        return None
    sheet.state = BEGUN.get(SheetState(sheet.state), sheet.state)
    sheet.lease_until = at + LEASE
    sheet.attempts += 1
    sheet.save(update_fields=["state", "lease_until", "attempts"])
    return sheet


@transaction.atomic
def end_in_vain(sheet_id: int, reason: str, *, at: datetime, attempt: int) -> None:
    """The check could not be made, or nothing was written; with the reason, told to who asked.

    Nothing happens where another attempt holds the sheet.
    """
    held = SheetImport.objects.filter(pk=sheet_id).held_by(attempt)
    sheet = held.select_for_update(of=("self",), no_key=True).select_related("period").first()
    if sheet is None:
        return
    was = SheetState(sheet.state)
    sheet.state, sheet.error, sheet.lease_until = IN_VAIN[was], reason[:ERROR_MOST], None
    sheet.checked_at = sheet.checked_at or at
    sheet.save(update_fields=["state", "error", "lease_until", "checked_at"])
    sentence = f"未能{WORDS[was]}{sheet}（第{sheet.pk}号）：{reason}"
    trail.record(
        VERBS[was],
        sheet,
        by=None,
        at=at,
        sentence=sentence,
        after={"state": sheet.state, "error": reason},
    )
    tell_askers(sheet, f"未能{WORDS[was]}“{sheet.name}”：{reason}", at=at)


def tell_askers(sheet: SheetImport, sentence: str, *, at: datetime) -> None:
    """Tell who uploaded a sheet and who had it applied, with its page."""
    ids = [pk for pk in (sheet.uploaded_by_id, sheet.asked_by_id) if pk is not None]
    tell(
        User.objects.active().filter(pk__in=ids),
        kind=MeasureMessage.SHEET,
        sentence=sentence,
        url=reverse("measures:sheet", args=[sheet.pk]),
        at=at,
    )
