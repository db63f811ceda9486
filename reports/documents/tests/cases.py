"""Datasets for tests of sentences: conftest's filed period, changed as a case needs."""

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from lib.official.document import Document, Part
from reports.datasets.schema import CircularData, ProgressData, StandingData, measures_of
from reports.datasets.totals import fill_totals
from reports.documents.proposals import resolve_choices


def changed(data: Any, ordinal: int, **values: object) -> Any:
    """Return a copy with one measure changed and everything counted again."""
    copy = deepcopy(data)
    measures_of(copy)[ordinal - 1].update(values)  # type: ignore[typeddict-item]
    return fill_totals(copy)


def party_changed(data: Any, ordinal: int, agency: str, **values: object) -> Any:
    """Return a copy with one agency's part in a measure changed, all counted again."""
    copy = deepcopy(data)
    parties = measures_of(copy)[ordinal - 1]["parties"]
    next(p for p in parties if p["agency"] == agency).update(values)  # type: ignore[typeddict-item]
    return fill_totals(copy)


def all_in_time(data: Any) -> Any:
    """Return a copy in which nobody is late."""
    copy = deepcopy(data)
    for measure in measures_of(copy):
        for party in measure["parties"]:
            if party["timeliness"]:
                party["timeliness"], party["part"] = "in_time", "accepted"
                party["workdays_late"] = 0
    return fill_totals(copy)


def calm(data: Any) -> Any:
    """Return a copy in which no light is red or yellow."""
    copy = deepcopy(data)
    for measure in measures_of(copy):
        if measure["light"] in ("red", "yellow"):
            measure.update(light="green", light_label="正常·已审核", light_shape="■")
    return fill_totals(copy)


def before_items(data: ProgressData) -> ProgressData:
    """Return a copy like datasets from before 需协调事项 were items."""
    copy = deepcopy(data)
    for measure in measures_of(copy):
        measure.pop("items", None)
    return copy


def asking(data: Any, ordinal: int, *words: str, asked_by: str = "市财政局") -> Any:
    """Return a copy in which an agency requests something of another for a measure."""
    copy = deepcopy(data)
    measures_of(copy)[ordinal - 1]["items"] = [
        {
            "asked_by": asked_by,
            "code": "czj",
            "words": one,
            "stuck": "卡在市商务委，已等12个工作日",
            "due_on": "2026-12-03",
        }
        for one in words
    ]
    return copy


def noted(data: ProgressData, ordinal: int, **values: str) -> ProgressData:
    """Return a copy with the first note of a measure changed.

    Its request is reported as in a dataset from before there were items.
    """
    copy = before_items(data) if "help_needed" in values else deepcopy(data)
    note = measures_of(copy)[ordinal - 1]["parties"][0]["note"]
    assert note is not None
    note.update(values)  # type: ignore[typeddict-item]
    return copy


def part(document: Document, key: str) -> Part:
    """Return the part with a key."""
    return next(part for part in document.parts if part.key == key)


def words(document: Document, key: str) -> str:
    """Return the paragraphs of a part, a line each."""
    return "\n".join(part(document, key).paragraphs)


def standings_of(data: ProgressData) -> list[StandingData]:
    """Return standings where nobody owes anything elsewhere and no duty ended late."""
    codes = dict.fromkeys(p["code"] for m in measures_of(data) for p in m["parties"])
    return [{"code": code, "elsewhere": 0, "ended_late": 0} for code in codes]


def chosen(
    data: CircularData,
    *,
    praise: Sequence[str] = (),
    name: Sequence[str] = (),
    with_consent: bool = False,
) -> CircularData:
    """Return a circular with its drafter's choices."""
    choices = resolve_choices(data, praise=praise, name=name, with_consent=with_consent)
    return {**data, "choices": choices}
