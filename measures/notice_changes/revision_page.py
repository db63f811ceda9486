"""What a revision's page shows: the old words beside the new ones, with what differs marked."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from agencies.models import Agency
from lib.chinese import listed
from lib.diff import MarkedText, marked_parts
from measures.choices import ChangeKind, ResponsibilityRole
from measures.models import Measure, NoticeChange, NoticeChangeFile
from measures.notice_changes.revising import current_roles, rows_of
from measures.responsibilities.reassigning import Handout, handouts_for
from measures.rules.responsibilities import duty_day


class Words(NamedTuple):
    """Title, text and list at one time."""

    title: str = ""
    text: str = ""
    agencies: str = ""


class RevisionPage(NamedTuple):
    change: NoticeChange
    shown: NoticeChange  # with the content: of a taking-back what it takes back
    before: Words
    after: Words
    parts: list[MarkedText]  # those that differ, from the old words to the new ones
    files: list[NoticeChangeFile]
    handouts: list[Handout]  # what those that it adds would be asked for at once
    added: int


def revision_page_of(change: NoticeChange, *, on: date) -> RevisionPage:
    shown = change.takes_back or change
    before, after = _before(shown, on), _after(shown, on)
    if shown.kind == ChangeKind.END:
        after = before
    labels = ("标题", "正文", "责任单位")
    parts = marked_parts(zip(labels, before, after, strict=True))
    files, added = list(shown.files.all()), 0
    if change.is_waiting and change.measure is not None and not change.is_taking_back:
        added = len(set(change.agency_ids) - set(current_roles(change.measure)))
    handouts = handouts_of(change.measure, change.holds_from, on=on) if added else []
    changed = [one for one in parts if one.is_changed]
    return RevisionPage(change, shown, before, after, changed, files, handouts, added)


def handouts_of(measure: Measure | None, since: date | None, *, on: date) -> list[Handout]:
    """What an agency that a revision adds from a day on would be asked for once it is confirmed."""
    if measure is None:
        return []
    first = max(since or on, on)
    found = handouts_for(measure, on=first, with_counts=True)
    return [one for one in found if first <= duty_day(covers_to=one.period.covers_to, on=on)]


def _before(change: NoticeChange, on: date) -> Words:
    """As it was before the revision; of one that waits as the measure is now."""
    measure, kept = change.measure, change.before
    if change.kind == ChangeKind.ADD or measure is None:
        return Words()
    ids, roles = _listed_before(change, measure)
    title, text = kept.get("title", measure.title), kept.get("text", measure.text)
    return Words(title, "\n".join(text), _named(ids, roles, on))


def _after(change: NoticeChange, on: date) -> Words:
    named = _named(change.agency_ids, change.roles, on)
    return Words(change.title, "\n".join(change.text), named)


def _listed_before(change: NoticeChange, measure: Measure) -> tuple[list[int], dict[int, str]]:
    """The agencies before the revision in their order, and the role of each."""
    kept = change.before
    rows = kept["rows"] if "agency_ids" in kept else rows_of(measure)
    ids = kept["agency_ids"] if "agency_ids" in kept else [*current_roles(measure)]
    # Of two rows of one agency the one without an end is in force.
    return ids, {agency: role for agency, role, *_, end in rows if end is None}


def _named(ids: Sequence[int], roles: Mapping[int, str], on: date) -> str:
    """市商务委（牵头）、重庆海关（责任）: with roles, which a change of the list may change."""
    found = Agency.objects.named(on=on).in_bulk(ids) if ids else {}
    return listed(
        f"{found[pk].name_then or found[pk].short_name}{_role_word(roles.get(pk))}"
        for pk in ids
        if pk in found
    )


def _role_word(role: str | None) -> str:
    return f"（{ResponsibilityRole(role).label.removesuffix('单位')}）" if role else ""
