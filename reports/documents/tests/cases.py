"""Datasets for the sentences: the filed period of conftest, changed where a case needs it."""

from copy import deepcopy
from typing import Any

from lib.official.document import Document, Part
from reports.datasets.schema import ProgressData, measures_of
from reports.datasets.totals import fill_totals


def changed(data: Any, ordinal: int, **values: object) -> Any:
    """A copy with one measure changed and everything counted again."""
    copy = deepcopy(data)
    measures_of(copy)[ordinal - 1].update(values)  # type: ignore[typeddict-item]
    return fill_totals(copy)


def party_changed(data: Any, ordinal: int, agency: str, **values: object) -> Any:
    """A copy with one agency's part in a measure changed and everything counted again."""
    copy = deepcopy(data)
    parties = measures_of(copy)[ordinal - 1]["parties"]
    next(p for p in parties if p["agency"] == agency).update(values)  # type: ignore[typeddict-item]
    return fill_totals(copy)


def all_in_time(data: Any) -> Any:
    """A copy in which nobody is late."""
    copy = deepcopy(data)
    for measure in measures_of(copy):
        for party in measure["parties"]:
            if party["timeliness"]:
                party["timeliness"], party["part"] = "in_time", "accepted"
                party["workdays_late"] = 0
    return fill_totals(copy)


def calm(data: Any) -> Any:
    """A copy in which no light is red or yellow."""
    copy = deepcopy(data)
    for measure in measures_of(copy):
        if measure["light"] in ("red", "yellow"):
            measure.update(light="green", light_label="正常·已审核", light_shape="■")
    return fill_totals(copy)


def noted(data: ProgressData, ordinal: int, **values: str) -> ProgressData:
    """A copy with the first note of a measure changed."""
    copy = deepcopy(data)
    note = measures_of(copy)[ordinal - 1]["parties"][0]["note"]
    assert note is not None
    note.update(values)  # type: ignore[typeddict-item]
    return copy


def part(document: Document, key: str) -> Part:
    """The part of a key."""
    return next(part for part in document.parts if part.key == key)


def words(document: Document, key: str) -> str:
    """The paragraphs of a part, a line each."""
    return "\n".join(part(document, key).paragraphs)
