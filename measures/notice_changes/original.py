"""The notice's original title and text of measures that later documents changed."""

from typing import NamedTuple

from django.db.models import OuterRef, QuerySet

from lib.arrays import array_of
from measures.choices import ChangeKind
from measures.models import Measure, NoticeChange


class OriginalWords(NamedTuple):
    """Title and text in the notice, or in the document that added the measure."""

    title: str
    text: list[str]


def with_revised(measures: QuerySet[Measure]) -> QuerySet[Measure]:
    """Add what original_of() needs, in the same query."""
    changes = NoticeChange.objects.standing().filter(
        measure=OuterRef("pk"), kind=ChangeKind.REVISE, applied_at__isnull=False
    )
    newest_first = changes.order_by("-applied_at", "-pk")
    lists = {"words_revised": array_of(newest_first, "title", "text", "before")}
    return measures.annotate(**lists)


def original_of(measure: Measure) -> OriginalWords:
    """Return each part as it was before the first revision that changed it; needs with_revised().

    It does not use everything from before the first revision, because a part that was missing then
    may have been filled since.
    """
    title, text = measure.title, measure.text
    for change in measure.words_revised or ():
        before = change["before"]
        title = before["title"] if before["title"] != change["title"] else title
        text = before["text"] if before["text"] != change["text"] else text
    return OriginalWords(title, text)
