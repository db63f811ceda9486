"""Reading the sentences of a report, and datasets with one thing changed."""

from copy import deepcopy
from datetime import date

from lib.official.document import Document
from reports.datasets.schema import ProgressData, measures_of
from reports.documents.tests.cases import before_items

MADE_ON = date(2026, 11, 3)


def part(document: Document, heading: str) -> str:
    """The paragraphs of a part, its heading proved."""
    found = next(p for p in document.parts if p.heading == heading)
    return "\n".join(found.paragraphs)


def changed(data: ProgressData, ordinal: int, **values: object) -> ProgressData:
    """A copy with one measure changed."""
    copy = deepcopy(data)
    measures_of(copy)[ordinal - 1].update(values)  # type: ignore[typeddict-item]
    return copy


def noted(data: ProgressData, ordinal: int, **values: str) -> ProgressData:
    """A copy with the first note of a measure changed.

    What it asks for is told of a dataset from before there were items.
    """
    copy = before_items(data) if "help_needed" in values else deepcopy(data)
    note = measures_of(copy)[ordinal - 1]["parties"][0]["note"]
    assert note is not None
    note.update(values)  # type: ignore[typeddict-item]
    return copy
