"""What agencies say of problems, of what they need and of next steps, with who says it. Pure."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from lib.chinese import listed
from reports.datasets.schema import MeasureData
from reports.documents.wording import as_sentence

PointField = Literal["problems", "help_needed", "next_steps"]


class ReportedPoint(NamedTuple):
    agency: str
    text: str
    marks: tuple[str, ...]  # of the measures: 第（三）项

    @property
    def sentence(self) -> str:
        """With its source: 市财政局（第（三）项）：…, without an end mark."""
        return f"{self.agency}{listed(self.marks)}：{as_sentence(self.text, end='')}"


def points_of(measures: Iterable[MeasureData], field: PointField) -> list[ReportedPoint]:
    """Return one field of all accepted notes; the same words of an agency are one point."""
    found: dict[tuple[str, str], list[str]] = {}
    for measure in measures:
        for party in measure["parties"]:
            text = party["note"][field] if party["note"] else ""
            if text:
                found.setdefault((party["agency"], text), []).append(measure["mark"])
    return [ReportedPoint(agency, text, tuple(marks)) for (agency, text), marks in found.items()]
