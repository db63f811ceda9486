"""What a revision's page shows: the old words beside the new ones, with what differs marked."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from agencies.models import Agency
from lib.chinese import listed
from lib.diff import MarkedText, marked_parts
from measures.choices import ChangeKind
from measures.models import NoticeChange, NoticeChangeFile
from measures.notice_changes.revising import current_agencies


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


def revision_page_of(change: NoticeChange, *, on: date) -> RevisionPage:
    shown = change.takes_back or change
    before, after = _before(shown, on), _after(shown, on)
    if shown.kind == ChangeKind.END:
        after = before
    labels = ("标题", "正文", "责任单位")
    parts = marked_parts(zip(labels, before, after, strict=True))
    files = list(shown.files.all())
    return RevisionPage(
        change, shown, before, after, [one for one in parts if one.is_changed], files
    )


def _before(change: NoticeChange, on: date) -> Words:
    """As it was before the revision; of one that waits as the measure is now."""
    measure, kept = change.measure, change.before
    if change.kind == ChangeKind.ADD or measure is None:
        return Words()
    ids = kept["agency_ids"] if "agency_ids" in kept else current_agencies(measure)
    title, text = kept.get("title", measure.title), kept.get("text", measure.text)
    return Words(title, "\n".join(text), _named(ids, on))


def _after(change: NoticeChange, on: date) -> Words:
    return Words(change.title, "\n".join(change.text), _named(change.agency_ids, on))


def _named(ids: Sequence[int], on: date) -> str:
    found = Agency.objects.named(on=on).in_bulk(ids) if ids else {}
    return listed(found[pk].name_then or found[pk].short_name for pk in ids if pk in found)
