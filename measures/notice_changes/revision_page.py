"""A revision's page: the old text beside the new one, with the differences marked."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from agencies.models import Agency
from lib.chinese import listed
from lib.diff import MarkedText, marked_parts
from measures.choices import ChangeKind, ResponsibilityRole
from measures.models import Measure, NoticeChange, NoticeChangeFile
from measures.notice_changes.consequences import FilingConsequence, consequences_of
from measures.notice_changes.revising import current_roles, open_roles, rows_of


class Words(NamedTuple):
    title: str = ""
    text: str = ""
    agencies: str = ""


class RevisionPage(NamedTuple):
    change: NoticeChange
    shown: NoticeChange  # the change with the content: for an undoing, the one it undoes
    before: Words
    after: Words
    parts: list[MarkedText]  # those that differ, from the old text to the new one
    files: list[NoticeChangeFile]
    consequences: list[FilingConsequence] | None  # of a waiting one, in each open period


def revision_page_of(change: NoticeChange, *, on: date) -> RevisionPage:
    shown = change.takes_back or change
    before, after = _before(shown, on), _after(shown, on)
    if shown.kind == ChangeKind.END:
        after = before
    labels = ("标题", "正文", "责任单位")
    parts = marked_parts(zip(labels, before, after, strict=True))
    files, changed = list(shown.files.all()), [one for one in parts if one.is_changed]
    consequences = consequences_of(change, on=on) if change.is_waiting else None
    return RevisionPage(change, shown, before, after, changed, files, consequences)


def _before(change: NoticeChange, on: date) -> Words:
    """Return the texts before the revision; for a waiting one, the measure's current ones."""
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
    """Return the agencies before the revision in order, and the role of each."""
    kept = change.before
    rows = kept["rows"] if "agency_ids" in kept else rows_of(measure)
    ids = kept["agency_ids"] if "agency_ids" in kept else [*current_roles(measure)]
    return ids, open_roles(rows)


def _named(ids: Sequence[int], roles: Mapping[int, str], on: date) -> str:
    """Return 市商务委（牵头）、重庆海关（责任）: with roles, which a revision may change."""
    found = Agency.objects.named(on=on).in_bulk(ids) if ids else {}
    return listed(
        f"{found[pk].name_then or found[pk].short_name}{_role_word(roles.get(pk))}"
        for pk in ids
        if pk in found
    )


def _role_word(role: str | None) -> str:
    return f"（{ResponsibilityRole(role).short}）" if role else ""
