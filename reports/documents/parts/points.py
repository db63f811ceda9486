"""存在的问题, 需协调事项, 下一步工作打算: the lists of what agencies say. Pure.

A point is one field of an accepted note with the agency that wrote it. Officials write such a list
as paragraphs: 一是…；二是…。
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from lib.chinese import chinese_number, listed
from reports.choices import FilingPart, Timeliness
from reports.datasets.schema import MeasureData, ProgressData, SectionData, measures_of
from reports.documents.wording import as_sentence, count_clauses, numbered

PointField = Literal["problems", "help_needed", "next_steps"]


class PointWords(NamedTuple):
    """What a list says: its opening, what an empty one lacks, and the words for nothing at all."""

    opening: str
    lacks: str
    nothing: str


WORDS: dict[PointField, PointWords] = {
    "problems": PointWords("存在以下问题：", "反映问题", "本期未收到问题。"),
    "help_needed": PointWords("需协调以下事项：", "提出需协调事项", "本期未收到需协调事项。"),
    "next_steps": PointWords(
        "重点做好以下工作：", "填写下一步工作打算", "本期未收到下一步工作打算。"
    ),
}
SINGLY = 9  # up to so many are counted one by one: nobody reads a list up to 二十五是


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


def list_points(data: ProgressData, field: PointField) -> tuple[str, ...]:
    """Return the paragraphs of a list of the whole notice; more than nine points by section."""
    points = points_of(measures_of(data), field)
    sections = data["sections"]
    if len(points) <= SINGLY or len(sections) == 1:
        sentences = [point.sentence for point in points]
    else:
        sentences = [
            f"{_subject(section)}，{'；'.join(point.sentence for point in found)}"
            for section in sections
            if (found := points_of(section["measures"], field))
        ]
    return _list(data, WORDS[field], sentences, WORDS[field].nothing)


def _list(
    data: ProgressData, words: PointWords, sentences: Sequence[str], nothing: str
) -> tuple[str, ...]:
    if not sentences:
        return (_nothing_reported(data, words.lacks, nothing),)
    return (words.opening, *numbered(sentences))


def _nothing_reported(data: ProgressData, what: str, words: str) -> str:
    """Return the sentence for an empty list: how many notes are not accepted yet.

    `what` is what the accepted ones do not do, such as 反映问题. Where all that is owed is
    accepted, and in a whole notice where nothing waits for review, `words` are true as they are.
    """
    owed = [
        party
        for measure in measures_of(data)
        for party in measure["parties"]
        if party["timeliness"] not in ("", Timeliness.WAIVED)
    ]
    out = [party for party in owed if party["note"] is None]
    if data["filings"]:
        counts = Counter(party["part"] for party in out)
        rows = [
            ("尚未报送", counts[FilingPart.UNFILED], ""),
            ("待审核", counts[FilingPart.WAITING], ""),
            ("退回修改", counts[FilingPart.MENDING], ""),
        ]
    else:  # of a dataset from before filings were counted in parts
        came = sum(party["awaits_review"] for party in out)
        rows = [("尚未报送", len(out) - came, ""), ("已报送、尚未采用的", came, "")]
    waiting = sum(count for _, count, _ in rows[1:])
    if not (waiting or (out and data["agency"])):
        return words
    word = data["accepted_word"]
    said = f"本期尚无已{word}的进展" if len(out) == len(owed) else f"已{word}的进展没有{what}"
    return f"{said}；{count_clauses(rows, '件')}{'，内容未纳入' if waiting else ''}。"


def _subject(section: SectionData) -> str:
    """优化进口结构方面; where a section's title was lost, which section it is."""
    if section["title_mark"]:
        return f"第{chinese_number(section['ordinal'])}部分（标题原文缺失）"
    return f"{section['title']}方面"
