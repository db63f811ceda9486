"""A dataset worded for its coordinator: agencies in the third person, itself as 我委. Pure.

Agencies write notes in the first person. Here they are reworded for a 报告 once, for prose and
annexes alike; cases that no rule can decide become notes for the editor.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from measures.choices import ResponsibilityRole
from reports.datasets.schema import (
    MeasureData,
    NoteData,
    NoticeData,
    PartyData,
    ProgressData,
    SectionData,
)
from reports.documents.lengths import LENGTHS, Length
from reports.documents.names import author_names, measure_name
from reports.documents.wording import item_words
from reports.rules.voice import in_authors_voice, third_person, without_requests

DEMO_MARK = "（演示数据）"  # after each made-up text; a document has it once on each page
_BY_HAND = re.compile(r"（人工认定，至(.+?)）$")
TEXTS = ("progress", "problems", "next_steps", "confidence_reason")
_SENTENCE_ENDS = re.compile("(?<=[。！？])")
_CLAUSE = re.compile("(?:[^，（“]|（[^）]*）|“[^”]*”|[（“])+(?:，|$)")  # never cut inside brackets
_FIGURE = re.compile(r"\d(?![\d年月日])")  # no date


class Told(NamedTuple):
    """The reworded dataset, and what an editor must settle."""

    data: ProgressData
    requests: tuple[str, ...]  # 第（五）项“…”（市商务委）：请…
    asking: tuple[str, ...]  # the names of the measures with requests
    doubts: tuple[str, ...]  # 市科技局（第（一）项）“我处已办结”
    shortened: tuple[str, ...] = ()  # numbers of measures whose texts are too long for a paragraph


def as_told(data: ProgressData) -> Told:
    """Return the dataset without requests, with every text reworded for its coordinator."""
    teller = _Teller(data)
    said = _each_measure(data, teller.measure)
    asking = tuple(dict.fromkeys(teller.asking))
    return Told(said, tuple(teller.requests), asking, tuple(teller.doubts))


def shortened(told: Told, length: Length = LENGTHS[0]) -> Told:
    """Return it with one paragraph per measure; longer texts are shortened by `length`."""
    label, marks = told.data["period"]["label"], []

    def in_one_paragraph(measure: MeasureData) -> MeasureData:
        texts = [party["note"]["progress"] for party in measure["parties"] if party["note"]]
        if sum(map(len, texts)) <= length.paragraph:
            return measure
        marks.append(measure["mark"])
        return {**measure, "parties": [_shorter(one, label, length) for one in measure["parties"]]}

    said = _each_measure(told.data, in_one_paragraph)
    return told._replace(data=said, shortened=tuple(marks))


def in_voice_of(notice: NoticeData, text: str) -> str:
    """Return prose in which the notice's coordinator refers to itself as 我委."""
    return in_authors_voice(text, names=author_names(notice))


class _Teller:
    """Rewords texts one by one, and collects requests and doubts."""

    def __init__(self, data: ProgressData) -> None:
        self.notice = data["notice"]
        self.mark = DEMO_MARK if data["is_demo"] else ""
        self.requests: list[str] = []
        self.asking: list[str] = []
        self.doubts: list[str] = []

    def measure(self, measure: MeasureData) -> MeasureData:
        for item in measure.get("items", []):
            said = self._plain(item_words(item))
            self.asking.append(measure_name(measure))
            self.requests.append(f"{measure_name(measure)}（{item['asked_by']}）：{said}。")
        return {
            **measure,
            "sentence": self._reason(measure["sentence"]),
            "findings": [
                {**one, "sentence": self._reason(one["sentence"])} for one in measure["findings"]
            ],
            "parties": [self._party(measure, party) for party in measure["parties"]],
        }

    def _party(self, measure: MeasureData, party: PartyData) -> PartyData:
        note = party["note"]
        if note is None:
            return party
        where = f"{party['agency']}（第{measure['mark']}项）"
        # If a dataset has items, these are used instead of the notes' own requests.
        asked = [] if "items" in measure else [self._plain(note["help_needed"])]
        texts: dict[str, str] = {}
        for field in TEXTS:
            tells, asks = without_requests(self._plain(note[field]))  # type: ignore[literal-required]
            texts[field] = self._voiced(tells, party["agency"], where)
            asked.append(asks)
        said = "".join(dict.fromkeys(filter(None, asked)))
        if said:
            self.asking.append(measure_name(measure))
            self.requests.append(f"{measure_name(measure)}（{party['agency']}）：{said}")
        told: NoteData = {**note, **texts, "help_needed": ""}  # type: ignore[typeddict-item]
        return {**party, "note": told}

    def _voiced(self, text: str, agency: str, where: str) -> str:
        """Reword an agency's text; the author's own text is kept, as 我委 is right there."""
        if agency == self.notice["coordinator"]:
            return in_voice_of(self.notice, text)
        voiced = third_person(text, agency=agency)
        self.doubts += [f"{where}“{clause}”" for clause in voiced.doubts]
        return in_voice_of(self.notice, voiced.text)

    def _plain(self, text: str) -> str:
        return text.replace(self.mark, "") if self.mark else text

    def _reason(self, sentence: str) -> str:
        """Return the reason of a light; for one set by hand, by whom and until when."""
        plain = self._plain(sentence).replace("。（人工认定", "（人工认定")
        return _BY_HAND.sub(rf"（{self.notice['coordinator']}认定，至\1）", plain)


def _each_measure(data: ProgressData, change: Callable[[MeasureData], MeasureData]) -> ProgressData:
    sections: list[SectionData] = [
        {**section, "measures": [change(one) for one in section["measures"]]}
        for section in data["sections"]
    ]
    return {**data, "sections": sections}


def _shorter(party: PartyData, label: str, length: Length) -> PartyData:
    if party["note"] is None:
        return party
    text = party["note"]["progress"].removeprefix(f"{label}，")
    if party["role"] == ResponsibilityRole.LEAD:
        progress = _first_sentences(text, length.lead)
    else:
        progress = _first_clauses(_first_sentences(text, 0), length.others)
    return {**party, "note": {**party["note"], "progress": progress}}


def _first_sentences(text: str, most: int) -> str:
    """Return whole sentences up to `most` characters, but always the first one."""
    kept = ""
    for sentence in _SENTENCE_ENDS.split(text):
        if kept and len(kept) + len(sentence) > most:
            break
        kept += sentence
    return kept


def _first_clauses(sentence: str, most: int) -> str:
    """Return whole clauses up to `most` characters, but always up to the first with a figure."""
    kept = ""
    for clause in _CLAUSE.findall(sentence):
        if _FIGURE.search(kept) and len(kept) + len(clause) > most:
            return f"{kept.rstrip('，')}。"
        kept += clause
    return sentence
