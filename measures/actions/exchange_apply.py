"""Applying a checked sheet: every row through its verb, all in one transaction or none."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple, cast

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate

from agencies import audit
from agencies.models import User
from measures.actions.exchange import take_sheet
from measures.actions.filings import NOTE_FIELDS, save_note
from measures.actions.lights import lights_at_the_end, refresh_lights
from measures.actions.status import update_status
from measures.choices import SheetKind, SheetState
from measures.excel.checking import CHANGE, CheckedRow, stale_words
from measures.excel.columns import SheetRow
from measures.excel.gathering import rows_for
from measures.models import Filing, Measure, Note, SheetImport
from policy_tracker.lib.errors import DomainError, StaleError

NOTHING = "没有写入任何内容。"
MOST_NAMED = 5


class _Change(NamedTuple):
    """One row to be written: what was checked, and what stands on record now."""

    checked: CheckedRow
    record: SheetRow


@transaction.atomic
def apply_sheet(sheet: SheetImport, *, by: User, at: datetime) -> SheetImport:
    """Write every change of a sheet that was checked and found sound; all or nothing.

    What was checked is asked again under the locks. Raises PermissionDenied, StaleError where
    somebody saved a row in between (named), DomainError where it is not ready or a row is refused.
    """
    sheet = take_sheet(sheet, by=by)
    if not sheet.is_ready:
        raise DomainError(f"“{sheet.state_choice.label}”的文件不能应用，请刷新页面查看最新状态。")
    wanted = [row for row in cast(list[CheckedRow], sheet.result) if row["outcome"] == CHANGE]
    _lock(sheet.kind, [row["pk"] for row in wanted])
    changes = _on_record(sheet, wanted, on=localdate(at))
    _demand_fresh(changes)
    with lights_at_the_end():
        _write_all(sheet, changes, by=by, at=at)
    _refresh(sheet.kind, changes, on=localdate(at))
    before = {"state": sheet.state}
    sheet.state, sheet.ended_by, sheet.ended_at = SheetState.APPLIED, by, at
    sheet.save(update_fields=["state", "ended_by", "ended_at"])
    audit.record(
        "sheet.apply",
        sheet,
        by=by,
        at=at,
        sentence=f"应用{sheet}（第{sheet.pk}号），写入{len(changes)}项。",
        before=before,
        after={"state": sheet.state, "rows_changed": len(changes)},
    )
    return sheet


def _lock(kind: str, ids: Iterable[int]) -> None:
    """All rows at once and in the order of their ids: see measures.actions on the circle."""
    model = Measure if kind == SheetKind.STATUSES else Filing
    rows = model._default_manager.select_for_update(of=("self",), no_key=True)
    list(rows.filter(pk__in=list(ids)).order_by("pk").values_list("pk"))


def _on_record(sheet: SheetImport, wanted: list[CheckedRow], *, on: date) -> list[_Change]:
    rows = rows_for(sheet.kind, sheet.period, sheet.agency, on=on)
    known = {row.pk: row for row in rows}
    missing = [row["name"] for row in wanted if row["pk"] not in known]
    if missing:
        raise StaleError(f"{_named(missing)}已不在本期应报之列，{NOTHING}请重新下载后再填。")
    changes = [_Change(row, known[row["pk"]]) for row in wanted]
    return sorted(changes, key=lambda change: change.record.pk)


def _demand_fresh(changes: list[_Change]) -> None:
    stale = [c.record for c in changes if c.checked["stamp"] != c.record.stamp]
    if stale:
        words = "".join(stale_words(record) for record in stale[:MOST_NAMED])
        more = f"另有{len(stale) - MOST_NAMED}项也已变动。" if len(stale) > MOST_NAMED else ""
        raise StaleError(f"{words}{more}{NOTHING}")


def _write_all(sheet: SheetImport, changes: list[_Change], *, by: User, at: datetime) -> None:
    write = _write_status if sheet.kind == SheetKind.STATUSES else _write_note
    for change in changes:
        try:
            write(sheet, change, by, at)
        except (DomainError, ValidationError) as error:
            why = "".join(error.messages) if isinstance(error, ValidationError) else str(error)
            place = f"第{change.checked['row']}行{change.record.name}"
            raise DomainError(f"{place}：{why}{NOTHING}") from error


def _write_note(sheet: SheetImport, change: _Change, by: User, at: datetime) -> None:
    filing = cast(Filing, change.record.source)
    old = filing.in_hand
    revision = old.revision if old is not None and old.submitted_at is None else 0
    content = _base(old, change) | change.checked["values"]
    save_note(filing, by=by, content=content, revision=revision, at=at)


def _base(old: Note | None, change: _Change) -> dict[str, object]:
    """All that a save wants: what stands in hand, else where a new note begins."""
    fields = {name: getattr(old or Note(), name) for name in NOTE_FIELDS}
    # New words on the progress are news; else a note that says 本期无新进展 goes on saying so.
    has_news = "progress" in change.checked["values"]
    reason = old.unchanged_reason if old is not None and not has_news else ""
    return fields | dict(change.record.values) | {"unchanged_reason": reason}


def _write_status(sheet: SheetImport, change: _Change, by: User, at: datetime) -> None:
    said = {**change.record.values, **change.checked["values"]}
    update_status(
        cast(Measure, change.record.source),
        by=by,
        stage=str(said["stage"]),
        percent=cast("int | None", said["percent"]),
        reason=str(said["reason"]),
        back_reason=str(said["reason"])[:300],  # the row's own word for its change
        period=sheet.period,
        at=at,
    )


def _refresh(kind: str, changes: list[_Change], *, on: date) -> None:
    """The lights of all measures that were touched, once each."""
    touched = {_measure_of(kind, change) for change in changes}
    measures = (
        Measure.objects.select_for_update(of=("self",), no_key=True)
        .select_related("notice")
        .filter(pk__in=touched)
        .order_by("pk")
    )
    of_notice: defaultdict[int, list[Measure]] = defaultdict(list)
    for measure in measures:
        of_notice[measure.notice_id].append(measure)
    for group in of_notice.values():
        refresh_lights(group, on=on)


def _measure_of(kind: str, change: _Change) -> int:
    if kind == SheetKind.STATUSES:
        return change.record.pk
    return cast(Filing, change.record.source).measure_id


def _named(names: list[str]) -> str:
    head = "、".join(names[:MOST_NAMED])
    return f"{head}等{len(names)}项" if len(names) > MOST_NAMED else head
