"""Applies a confirmed revision to a measure from a day on, and undoes it.

Agencies are dated rows, so the day may be in the future. Title and text are replaced on that day
(apply_due_revisions); the change keeps the old ones.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.timezone import localdate

from agencies.models import Agency, User
from lib.chinese import PART
from lib.errors import DomainError
from measures.choices import ChangeKind, GapKind, LeadBasis, ResponsibilityRole, Stage
from measures.models import (
    Filing,
    Gap,
    Measure,
    Notice,
    NoticeChange,
    Period,
    Responsibility,
    Section,
    Snapshot,
)
from measures.responsibilities.actions import replace_responsibilities, told_until
from measures.responsibilities.reassigning import (
    Handout,
    Reassignment,
    asked_words,
    follow_responsibilities,
    tell_agencies,
)
from measures.rules.notice_changes import (
    CHANGED_SINCE,
    NO_CONTENT,
    NO_WAY_BACK,
    NOTHING_CHANGED,
    PERIOD_CLOSED,
)
from measures.rules.responsibilities import demand_day
from measures.status.actions import mark_changed, write_status

Row = list[Any]  # one responsibility as stored in JSON


def demand_revision(change: NoticeChange, section: Section | None) -> None:
    """Raise DomainError if the revision of a measure, or a new measure, is not allowed.

    No closed period may cover the day; a gap must be filled first; something must change; the day
    may not be before that of a revision in force, because the complete content of this revision
    would replace the later document's.
    """
    measure = change.measure or Measure(notice_id=change.notice_id)
    assert change.holds_from is not None
    began = None if section else measure.starts_on + timedelta(days=1)
    demand_day(change.holds_from, told_until=told_until(measure), began=began)
    if section is not None:
        content = (change.title, change.text, change.has_responsible)
        kinds = (GapKind.TITLE, GapKind.TEXT, GapKind.AGENCIES)
        missing = [kind for kind, value in zip(kinds, content, strict=True) if not value]
        if missing:
            raise DomainError(NO_CONTENT[missing[0]])
    elif measure.completed_on is not None:
        raise DomainError(f"{measure}已办结，不再修订。")
    elif change.kind == ChangeKind.END and measure.stage == Stage.ENDED:
        raise DomainError(f"{measure}已终止，无需再次终止。")
    else:
        _demand_order(change, measure)
        if change.kind == ChangeKind.REVISE:
            _demand_changed(change, measure)


def _demand_order(change: NoticeChange, measure: Measure) -> None:
    later = NoticeChange.objects.standing().filter(measure=measure)
    found = later.filter(holds_from__gt=change.holds_from).order_by("-holds_from", "-pk").first()
    if found is not None:
        raise DomainError(
            f"{measure}{found.known_words}，这次的日期不能早于这一天；"
            "须先按较早的文件修订的，请先撤销其后的修订。"
        )


def _demand_changed(change: NoticeChange, measure: Measure) -> None:
    changed = changed_parts(change)
    lost = set(Gap.objects.unconfirmed().filter(measure=measure).values_list("kind", flat=True))
    if found := [GapKind(kind).label for kind in changed if kind in lost]:
        raise DomainError(f"{'、'.join(found)}在通知中缺失、待核对，请先在原文核对中补录，再修订。")
    if not changed:
        raise DomainError(NOTHING_CHANGED)
    if not change.has_responsible and (GapKind.AGENCIES in changed or measure.stage == Stage.ENDED):
        raise DomainError(NO_CONTENT[GapKind.AGENCIES])


def changed_parts(change: NoticeChange) -> list[GapKind]:
    """Return which of title, text and agencies a revision of a measure changes."""
    measure = change.measure
    assert measure is not None
    current = current_roles(measure)
    parts = {
        GapKind.TITLE: change.title != measure.title,
        GapKind.TEXT: change.text != measure.text,
        # Only the first place in the order matters: it is the lead.
        GapKind.AGENCIES: change.agency_ids[:1] != [*current][:1]
        or set(change.agency_ids) != set(current)
        or set(change.support_ids) != set(supporting(current)),
    }
    return [kind for kind, is_changed in parts.items() if is_changed]


def current_roles(measure: Measure) -> dict[int, str]:
    """Return the roles that do not end, by agency: the lead first, then in the text's order."""
    rows = Responsibility.objects.filter(measure=measure, valid_to=None).order_by("order")
    found = list(rows.values_list("agency_id", "role"))
    return dict(sorted(found, key=lambda row: row[1] != ResponsibilityRole.LEAD))


def roles_after(change: NoticeChange, before: Mapping[int, str]) -> dict[int, ResponsibilityRole]:
    """Return the roles by a revision; a 并列牵头单位 that stays responsible keeps its role."""
    beside, owes = ResponsibilityRole.JOINT_LEAD, ResponsibilityRole.RESPONSIBLE
    return {
        pk: beside if role == owes and before.get(pk) == beside else role
        for pk, role in change.roles.items()
    }


def supporting(roles: Mapping[int, str]) -> list[int]:
    return [pk for pk, role in roles.items() if role == ResponsibilityRole.SUPPORT]


def current_basis(measure: Measure) -> str:
    """Return the basis of the current lead; empty if there is none."""
    rows = Responsibility.objects.filter(measure=measure, valid_to=None)
    found = rows.filter(role=ResponsibilityRole.LEAD).values_list("lead_basis", flat=True)
    return found.first() or ""


def apply_revision(
    change: NoticeChange, agencies: Sequence[Agency], *, by: User, at: datetime
) -> dict[str, object]:
    """Make a locked revision effective from its day, in the caller's transaction.

    Returns the effects, for its event.
    """
    since, on = change.holds_from, localdate(at)
    assert since is not None
    before = {} if change.measure is None else current_roles(change.measure)
    if change.section is not None:
        moved = _add_measure(change, agencies)
        measure = change.measure
    else:
        measure = change.measure
        assert measure is not None
        demand_revision(change, None)
        moved = _change_agencies(change, measure, agencies, since, at)
    assert measure is not None
    reason = f"据{change.source}{change.get_kind_display()}"
    touched = follow_responsibilities(measure, Reassignment(by, reason, at, since, moved))
    if since <= on:
        write_words(change, by=by, at=at)
    mark_changed(measure, at)
    start = f"{measure}{change.known_words}"
    roles = roles_after(change, before)
    placed = [one for one in agencies if before.get(one.pk) != roles[one.pk]]
    for one in placed:
        _tell_placed(measure, one, roles[one.pk], start, is_new=one.pk not in before, at=at)
    others = (touched | moved) - {one.pk for one in placed}
    tell_agencies(measure, others, f"{start}。", at=at)
    return {"measure": measure.mark}


def _tell_placed(
    measure: Measure,
    agency: Agency,
    role: ResponsibilityRole,
    start: str,
    *,
    is_new: bool,
    at: datetime,
) -> None:
    """Notify an agency of its new role, and by when it must file."""
    owed = Filing.objects.unfiled().filter(period__in=Period.objects.open())
    owed = owed.filter(measure=measure, agency=agency).select_related("period").order_by("period")
    asked = asked_words(Handout(one.period, one.due_on) for one in owed)
    word = "新列为" if is_new else "改列为"
    sentence = f"{start}，{agency.name_then}{word}{role.label}{asked}。"
    tell_agencies(measure, {agency.pk}, sentence, at=at)


def write_words(change: NoticeChange, *, by: User, at: datetime) -> None:
    """Replace title and text by the revision's, or end its measure; the change is not saved.

    A revision that names agencies for an ended measure resumes it at its earlier stage.
    """
    measure = change.measure
    assert measure is not None
    change.applied_at = at
    if change.kind == ChangeKind.REVISE:
        change.before = {**change.before, "title": measure.title, "text": measure.text}
        measure.title, measure.text = change.title, change.text
        measure.save(update_fields=["title", "text"])
        if measure.stage == Stage.ENDED and change.agency_ids:
            _write_stage(change, measure, _stage_before_end(measure), "恢复", by=by, at=at)
    elif change.kind == ChangeKind.END and measure.completed_on is None:
        _write_stage(change, measure, Stage.ENDED, "终止", by=by, at=at)


def _write_stage(
    change: NoticeChange, measure: Measure, stage: str, word: str, *, by: User, at: datetime
) -> None:
    """Set a measure's stage by its revision; the percentage does not change."""
    change.before = {**change.before, "stage": measure.stage}
    was, now = (measure.stage, measure.percent), (stage, measure.percent)
    write_status(measure, was, now, reason=f"据{change.source}{word}", by=by, at=at)


def _stage_before_end(measure: Measure) -> str:
    ends = NoticeChange.objects.standing().filter(measure=measure, kind=ChangeKind.END)
    last = ends.filter(applied_at__isnull=False).order_by("-applied_at", "-pk").first()
    return str(last.before["stage"]) if last else Stage.UNDER_WAY


def apply_due_revisions(*, at: datetime) -> int:
    """Write the texts of revisions whose day has come; return how many. Safe to run again."""
    due = NoticeChange.objects.to_apply(on=localdate(at)).order_by("holds_from", "pk")
    return sum(_apply_due(change, at) for change in list(due))


@transaction.atomic
def _apply_due(change: NoticeChange, at: datetime) -> bool:
    Notice.objects.select_for_update(no_key=True).get(pk=change.notice_id)
    rows = NoticeChange.objects.to_apply(on=localdate(at)).select_related("measure", "decided_by")
    found = rows.select_for_update(of=("self",), no_key=True).filter(pk=change.pk).first()
    if found is None or found.measure is None or found.decided_by is None:
        return False
    write_words(found, by=found.decided_by, at=at)
    found.save(update_fields=["applied_at", "before"])
    mark_changed(found.measure, at)
    return True


def has_closed_since(change: NoticeChange) -> bool:
    """Return whether a period of the notice has closed since the change was confirmed."""
    periods = Period.objects.filter(notice=change.notice_id)
    closed = periods.filter(closed_at__gte=change.decided_at)
    kept = Snapshot.objects.filter(period__in=periods, taken_at__gte=change.decided_at)
    return closed.exists() or kept.exists()


def why_revision_kept(change: NoticeChange) -> str:
    """Return why a confirmed revision cannot be taken back; empty if it can."""
    if change.kind == ChangeKind.ADD:
        return NO_WAY_BACK
    if has_closed_since(change):
        return PERIOD_CLOSED
    measure = change.measure
    assert measure is not None
    is_same = rows_of(measure) == change.before["rows_after"]
    is_same = is_same and (measure.completed_on is None or "stage" not in change.before)
    if change.applied_at is not None and change.kind == ChangeKind.REVISE:
        is_same = is_same and (measure.title, measure.text) == (change.title, change.text)
    return "" if is_same else CHANGED_SINCE


def take_back_revision(change: NoticeChange, *, reason: str, by: User, at: datetime) -> None:
    """Restore what was effective before a locked revision, in the caller's transaction.

    Raises DomainError if it cannot be taken back (why_revision_kept).
    """
    if why := why_revision_kept(change):
        raise DomainError(why)
    measure, since = change.measure, change.holds_from
    assert measure is not None
    assert since is not None
    before = change.before
    ids = set(current_roles(measure)) | {int(str(row[0])) for row in before["rows"]}
    put_back(measure, before["rows"])
    if "title" in before:
        measure.title, measure.text = before["title"], before["text"]
        measure.save(update_fields=["title", "text"])
    if "stage" in before and (change.kind == ChangeKind.REVISE or measure.stage == Stage.ENDED):
        word = f"撤销{change.get_kind_display()}：{reason}"
        was, now = (measure.stage, measure.percent), (before["stage"], measure.percent)
        write_status(measure, was, now, reason=word, by=by, at=at)
    follow_responsibilities(measure, Reassignment(by, reason, at, since, ids))
    mark_changed(measure, at)
    tell_agencies(measure, ids, f"{measure}的{change.get_kind_display()}已撤销：{reason}", at=at)


def put_back(measure: Measure, rows: Sequence[Row]) -> None:
    """Restore the responsibilities of a measure from rows_of()."""
    Responsibility.objects.filter(measure=measure).delete()
    Responsibility.objects.bulk_create(_row(measure, row) for row in rows)


def rows_of(measure: Measure) -> list[Row]:
    """Return all responsibilities of a measure as stored in JSON."""
    rows = Responsibility.objects.filter(measure=measure).order_by("order", "pk")
    return [
        [
            *(row.agency_id, row.role, row.lead_basis, row.duty, row.order),
            row.valid_from and row.valid_from.isoformat(),
            row.valid_to and row.valid_to.isoformat(),
        ]
        for row in rows
    ]


def open_roles(rows: Sequence[Row]) -> dict[int, str]:
    """Return the role of each agency in rows_of(); of two rows, the one without an end counts."""
    return {agency: role for agency, role, *_, end in rows if end is None}


def _row(measure: Measure, kept: Row) -> Responsibility:
    agency, role, basis, duty, order, start, end = kept
    return Responsibility(
        measure=measure,
        agency_id=agency,
        role=role,
        lead_basis=basis,
        duty=duty,
        order=order,
        valid_from=date.fromisoformat(str(start)) if start else None,
        valid_to=date.fromisoformat(str(end)) if end else None,
    )


def _change_agencies(
    change: NoticeChange, measure: Measure, agencies: Sequence[Agency], since: date, at: datetime
) -> set[int]:
    """Write the new list, empty if the measure ends; store the rows of before and after."""
    change.before = {"rows": rows_of(measure), "agency_ids": [*current_roles(measure)]}
    is_ending, moved = change.kind == ChangeKind.END, set()
    roles = roles_after(change, current_roles(measure))
    if is_ending or GapKind.AGENCIES in changed_parts(change):
        basis = LeadBasis(change.lead_basis or LeadBasis.FIRST_NAMED)
        moved = replace_responsibilities(measure, agencies, roles, basis=basis, since=since, at=at)
    change.before["rows_after"] = rows_of(measure)
    return moved


def _add_measure(change: NoticeChange, agencies: Sequence[Agency]) -> set[int]:
    """Create the new measure with the next number of the notice, or of its part if they restart."""
    assert change.holds_from is not None  # constraints
    assert change.section is not None
    is_own = Q(section=change.section, ordinal__gt=PART)
    found = Measure.objects.filter(notice=change.notice_id)
    last = found.aggregate(own=Max("ordinal", filter=is_own), all=Max("ordinal"))
    measure = Measure(
        notice=change.notice,
        section=change.section,
        ordinal=(last["own"] or last["all"]) + 1,
        title=change.title,
        text=change.text,
        starts_on=change.holds_from,
    )
    measure.full_clean(exclude=["notice", "section"])
    measure.save()
    change.measure = measure
    return write_list(change, measure, agencies)


def write_list(change: NoticeChange, measure: Measure, agencies: Sequence[Agency]) -> set[int]:
    """Make the agencies of a change responsible for a measure, after the existing ones."""
    last = measure.responsibilities.aggregate(last=Max("order"))["last"] or 0
    for order, agency in enumerate(agencies, last + 1):
        role = change.roles[agency.pk]
        row = Responsibility(
            measure=measure,
            agency=agency,
            order=order,
            role=role,
            lead_basis=change.lead_basis if role == ResponsibilityRole.LEAD else "",
        )
        row.full_clean()
        row.save()
    return {agency.pk for agency in agencies}
