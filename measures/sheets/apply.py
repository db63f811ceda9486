"""Apply a checked sheet: every row through its action, all in one transaction or none."""

from datetime import date
from typing import NamedTuple, cast

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.models import User
from lib.errors import DomainError, StaleError
from measures.choices import SheetKind, SheetState
from measures.filings.content import NOTE_FIELDS
from measures.filings.drafts import WantedDraft, save_notes
from measures.filings.locking import period_place
from measures.lights.refresh import lights_at_the_end, refresh_lights_by_id
from measures.models import Filing, Measure, Note, Period, SheetImport
from measures.rules.figure_lines import read_lines
from measures.rules.notes import unchanged_reason_in
from measures.sheets.actions import check_may_fill
from measures.sheets.check import compared, finish, is_faulty
from measures.sheets.columns import SheetRow
from measures.sheets.gathering import rows_for
from measures.sheets.job import SheetAttempt, tell_askers
from measures.sheets.row_checks import CHANGE, CheckedRow, stale_words
from measures.status.actions import update_status

BATCH = 200
NOTHING = "没有写入任何内容。"
MOST_NAMED = 5


class _Change(NamedTuple):
    checked: CheckedRow
    record: SheetRow


def apply(attempt: SheetAttempt) -> None:
    """Write every change of a sheet in the name of the person who applied it; all or nothing.

    Compares the rows again after locking them. If somebody has saved a row since, or a row is
    refused, nothing is written: the sheet is checked again, so that its page and its workbook name
    the rows, and the person is told. Raises DomainError if no row is the cause.
    """
    try:
        _write(attempt)
    except DomainError as refusal:
        rows = compared(attempt)
        if not isinstance(refusal, StaleError) and not any(is_faulty(row) for row in rows):
            raise
        finish(attempt, rows, refusal=str(refusal))


@transaction.atomic
def _write(attempt: SheetAttempt) -> None:
    sheet, by, day = attempt.sheet, attempt.sheet.asked_by, localdate(attempt.now)
    assert by is not None  # a constraint: it is being applied
    try:
        check_may_fill(sheet.kind, sheet.agency, by)
    except PermissionDenied as error:
        raise DomainError(f"{by.name}已无权填写这份表，{NOTHING}") from error
    wanted = [row for row in cast(list[CheckedRow], sheet.result) if row["outcome"] == CHANGE]
    # All rows at once, in the order of their ids (measures.filings.locking).
    model = Measure if sheet.kind == SheetKind.STATUSES else Filing
    rows = model._default_manager.select_for_update(of=("self",), no_key=True)
    list(rows.filter(pk__in=[row["pk"] for row in wanted]).order_by("pk").values_list("pk"))
    changes = _on_record(sheet, wanted, on=day)
    _check_fresh(changes)
    with lights_at_the_end():
        _write_all(attempt, changes, by=by)
    touched = {getattr(c.record.source, "measure_id", c.record.pk) for c in changes}
    refresh_lights_by_id(touched, on=day)
    # Last, because it locks the sheet's row: until then renewals can write the progress.
    attempt.release(
        state=SheetState.APPLIED,
        rows_written=len(changes),
        error="",
        ended_by=by,
        ended_at=attempt.now,
    )
    trail.record(
        "sheet.apply",
        sheet,
        by=by,
        at=attempt.now,
        sentence=f"写入{sheet}（编号{sheet.pk}），共{len(changes)}项。",
        before={"state": SheetState.READY},
        after={"state": SheetState.APPLIED, "rows_changed": len(changes)},
    )
    is_drafts = sheet.kind == SheetKind.FILINGS
    more = "存为草稿，请核对后提交" if is_drafts else "进度已更新"
    # The page where drafts are submitted: submitting the last one settles the message.
    url = period_place(sheet.period_id) if is_drafts else ""
    said = f"“{sheet.name}”已写入{len(changes)}项，{more}。"
    tell_askers(sheet, said, url=url, at=attempt.now)


def _on_record(sheet: SheetImport, wanted: list[CheckedRow], *, on: date) -> list[_Change]:
    rows = rows_for(sheet.kind, sheet.period, sheet.agency, on=on)
    known = {row.pk: row for row in rows}
    missing = [row["name"] for row in wanted if row["pk"] not in known]
    if missing:
        words = "、".join(missing[:MOST_NAMED])
        more = f"等{len(missing)}项" if len(missing) > MOST_NAMED else ""
        raise StaleError(f"{words}{more}已不在本期应报之列，{NOTHING}请重新下载后再填。")
    changes = [_Change(row, known[row["pk"]]) for row in wanted]
    return sorted(changes, key=lambda change: change.record.pk)


def _check_fresh(changes: list[_Change]) -> None:
    stale = [c.record for c in changes if c.checked["stamp"] != c.record.stamp]
    if stale:
        words = "".join(stale_words(record) for record in stale[:MOST_NAMED])
        more = f"另有{len(stale) - MOST_NAMED}项也已变动。" if len(stale) > MOST_NAMED else ""
        raise StaleError(f"{words}{more}{NOTHING}")


def _write_all(attempt: SheetAttempt, changes: list[_Change], *, by: User) -> None:
    for start in range(0, len(changes), BATCH):
        batch = changes[start : start + BATCH]
        try:
            _write_some(attempt, batch, by)
        except (DomainError, ValidationError):
            _find_the_one(attempt, batch, by)
            raise
        attempt.done += len(batch)


def _find_the_one(attempt: SheetAttempt, batch: list[_Change], by: User) -> None:
    """Write rows one by one to find the one that is refused. Raises DomainError."""
    for change in batch:
        try:
            _write_some(attempt, [change], by)
        except (DomainError, ValidationError) as error:
            why = "".join(error.messages) if isinstance(error, ValidationError) else str(error)
            place = f"第{change.checked['row']}行{change.record.name}"
            raise DomainError(f"{place}：{why}{NOTHING}") from error


@transaction.atomic
def _write_some(attempt: SheetAttempt, changes: list[_Change], by: User) -> None:
    if attempt.sheet.kind == SheetKind.FILINGS:
        save_notes([_wanted(change) for change in changes], by=by, at=attempt.now)
        return
    for change in changes:  # of one notice, so at most a hundred
        _write_status(attempt, change, by)


def _wanted(change: _Change) -> WantedDraft:
    filing = cast(Filing, change.record.source)
    old = filing.in_hand
    revision = old.revision if old is not None and old.submitted_at is None else 0
    content = _base(old, change) | change.checked["values"]
    del content["figures"]  # the cell's text; an unchanged cell does not change the figures
    if "figures" in change.checked["values"]:
        text = str(change.checked["values"]["figures"])
        content["figures"] = read_lines(text, change.record.asked)
    return WantedDraft(filing, content, revision)


def _write_status(attempt: SheetAttempt, change: _Change, by: User) -> None:
    said = {**change.record.values, **change.checked["values"]}
    measure, reason = cast(Measure, change.record.source), str(said["reason"])
    stage, percent = str(said["stage"]), cast("int | None", said["percent"])
    update_status(
        measure,
        by=by,
        stage=stage,
        percent=percent,
        reason=reason,
        back_reason=str(said["back_reason"]),
        period=attempt.sheet.period,
        notes=_basis(measure, attempt.sheet.period),
        at=attempt.now,
    )


def _basis(measure: Measure, period: Period) -> list[Note]:
    """Return all accepted notes of the period, which the sheet shows beside each other."""
    filings = Filing.objects.filter(measure=measure, period=period, accepted_note__isnull=False)
    rows = filings.select_related("accepted_note").order_by("agency__order")
    return [filing.accepted_note for filing in rows if filing.accepted_note]


def _base(old: Note | None, change: _Change) -> dict[str, object]:
    """Return all fields of a save from the current note, or of a new one."""
    fields = {name: getattr(old or Note(), name) for name in NOTE_FIELDS}
    # A note with 本期无新进展 stays so if its progress was not changed.
    reason = old.unchanged_reason if old is not None else ""
    if "progress" in change.checked["values"]:
        reason = unchanged_reason_in(str(change.checked["values"]["progress"]))
    return fields | dict(change.record.values) | {"unchanged_reason": reason}
