"""Helpers that read the sentences of a report, and datasets with one change."""

from copy import deepcopy
from datetime import date

from lib.official.document import Document
from reports.datasets.schema import ProgressData, measures_of
from reports.documents.tests.cases import noted as noted

MADE_ON = date(2026, 11, 3)


def part(document: Document, heading: str) -> str:
    """Return the paragraphs of a part, after checking its heading."""
    found = next(p for p in document.parts if p.heading == heading)
    return "\n".join(found.paragraphs)


def changed(data: ProgressData, ordinal: int, **values: object) -> ProgressData:
    """Return a copy with one measure changed."""
    copy = deepcopy(data)
    measures_of(copy)[ordinal - 1].update(values)  # type: ignore[typeddict-item]
    return copy
