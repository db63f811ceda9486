"""Problems, help needed and next steps, each with the agency that named it. Pure."""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from lib.chinese import chinese_number, listed
from reports.datasets.schema import MeasureData, SectionData
from reports.documents.wording import numbered, whole

Field = Literal["problems", "help_needed", "next_steps"]
SINGLY = 9  # up to so many are counted one by one, more are told by section


class Point(NamedTuple):
    """What an agency said in the same words, of one measure or several."""

    agency: str
    text: str
    marks: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """With its source: 市财政局（第（三）项）：…"""
        return f"{self.agency}{self.own_sentence}"

    @property
    def own_sentence(self) -> str:
        """The same where the agency itself speaks."""
        return f"{listed(self.marks)}：{whole(self.text, end='')}"


def points_of(measures: Iterable[MeasureData], field: Field) -> list[Point]:
    """One field of all accepted notes; an agency's same words are told once."""
    found: dict[tuple[str, str], list[str]] = {}
    for measure in measures:
        for party in measure["parties"]:
            text = party["note"][field] if party["note"] else ""
            if text:
                found.setdefault((party["agency"], text), []).append(measure["mark"])
    return [Point(agency, text, tuple(marks)) for (agency, text), marks in found.items()]


def points_part(
    points: Sequence[Point], nothing: str, opening: str, *, own: bool = False
) -> tuple[str, ...]:
    """The paragraphs of a part; with none it says `nothing`. `own`: the agency itself speaks."""
    if not points:
        return (nothing,)
    return (opening, *numbered([p.own_sentence if own else p.sentence for p in points]))


def points_by_section(
    sections: Sequence[SectionData], field: Field, nothing: str, opening: str
) -> tuple[str, ...]:
    """The same of a whole notice: nobody reads a list up to 二十五是."""
    points = points_of((m for section in sections for m in section["measures"]), field)
    if len(points) <= SINGLY or len(sections) == 1:
        return points_part(points, nothing, opening)
    told = [
        f"{_subject(section)}，{'；'.join(point.sentence for point in found)}"
        for section in sections
        if (found := points_of(section["measures"], field))
    ]
    return (opening, *numbered(told))


def _subject(section: SectionData) -> str:
    """优化进口结构方面; where a section's title was lost, which one it is."""
    if section["title_mark"]:
        return f"第{chinese_number(section['ordinal'])}部分（标题原文缺失）"
    return f"{section['title']}方面"
