"""The notice's own words of measures that later documents changed."""

from typing import NamedTuple

from django.db.models import OuterRef, QuerySet

from lib.arrays import array_of
from measures.choices import ChangeKind
from measures.models import Measure, NoticeChange


class OriginalWords(NamedTuple):
    """Title and text as the notice has them; of an added measure as the document that added it."""

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
    """Each part as the first revision that changed it found it; of one from with_revised().

    Not the whole of what the first revision found: a part that the notice had lost then may have
    been filled since.
    """
    title, text = measure.title, measure.text
    for change in measure.words_revised or ():
        before = change["before"]
        title = before["title"] if before["title"] != change["title"] else title
        text = before["text"] if before["text"] != change["text"] else text
    return OriginalWords(title, text)
