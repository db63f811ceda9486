"""专题简报: one page for a leader, with the figures of 总览. Pure.

The words are chosen so that they fit one page, by counting lines and not by laying out: page, Word
and PDF must say the same, although each breaks lines in its own way.
"""

from collections.abc import Iterable
from datetime import date
from math import ceil
from typing import NamedTuple

from lib.chinese import listed
from lib.official.document import Bar, BarFigure, Document, Form, Part
from lib.official.title_lines import width
from measures.choices import Light, Stage
from reports.choices import FileFormat, FilingPart, Timeliness
from reports.datasets.schema import CountData, MeasureData, ProgressData, measures_of
from reports.documents.parts.filings import missing_agencies
from reports.documents.parts.measures import lead_agencies, light_name
from reports.documents.parts.overall import changes_since_previous, stage_clauses
from reports.documents.parts.points import PointField, ReportedPoint, points_of
from reports.documents.tables import lagging_measures
from reports.documents.titles import demo_line, file_prefix, subject_of
from reports.documents.wording import (
    as_sentence,
    day_words,
    numbered,
    reason_words,
    with_numbers,
)


class Brevity(NamedTuple):
    """How much is told: lagging measures, problems, requests, characters of a point."""

    lagging: int
    problems: int
    help_needed: int
    signs: int


class Room(NamedTuple):
    """The lines that one page holds beside title and figures, with some room for Word."""

    lines: int
    signs: int  # characters of a line


WHOLE = 120  # characters of a point that is told as it is
SIGNS = (WHOLE, 80, 60, 40, 32)
LARGE = Room(23, 31)  # 4号, for what fits whole
USUAL = Room(30, 35)  # 小四
STAGE_TONES = {stage.value: stage.tone for stage in Stage}
# Tone and sign of each part; no sign is one of a light.
FILING_LOOKS: dict[str, tuple[str, str]] = {
    FilingPart.ACCEPTED: ("green", "◆"),
    FilingPart.WAITING: ("blue", "◇"),
    FilingPart.MENDING: ("yellow", "△"),
    FilingPart.UNFILED: ("red", "□"),
}
FILING_TONES: dict[str, str] = {  # of a dataset from before filings were counted in parts
    Timeliness.IN_TIME: "green",
    Timeliness.LATE: "yellow",
    Timeliness.MISSING: "red",
    Timeliness.AWAITED: "grey",
}


def document_of(data: ProgressData, *, made_on: date, number: str = "") -> Document:
    """Return the whole brief. It bears no number."""
    return Document(
        title_lines=(f"{subject_of(data['notice'])}工作专题简报",),
        about=data["period"]["label"],
        addressee="",
        opening="",
        parts=with_numbers(_fitting_parts(data)),
        ending="",
        annexes=(),
        signature=data["notice"]["coordinator_full"],
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
        form=Form.BRIEF,
    )


def _fitting_parts(data: ProgressData) -> tuple[Part, ...]:
    """Everything in 4号 where that is one page, else as much as a page of 小四 holds."""
    brevities = _brevities(data)
    parts = _parts(data, brevities[0])
    if _is_one_page(parts, LARGE):
        return parts
    told = (_parts(data, brevity) for brevity in brevities)
    fitting = (parts for parts in told if _is_one_page(parts, USUAL))
    return next(fitting, _parts(data, brevities[-1]))


def _brevities(data: ProgressData) -> list[Brevity]:
    """From everything to little: points are cut, then left out; what lags is left out last."""
    measures = measures_of(data)
    points = max(len(points_of(measures, field)) for field in ("problems", "help_needed"))
    return [
        Brevity(lagging, most, max(most - fewer, 1), signs)
        for lagging in range(max(len(lagging_measures(data)), 1), 0, -1)
        for most in range(max(points, 1), 0, -1)
        for fewer in (0, 1)
        for signs in SIGNS
    ]


def _parts(data: ProgressData, brevity: Brevity) -> tuple[Part, ...]:
    problems = _points(data, "problems", "问题", brevity.problems, brevity.signs)
    help_needed = _points(data, "help_needed", "需协调事项", brevity.help_needed, brevity.signs)
    return (
        Part(
            "总体情况",
            (_overall(data), *missing_agencies(data)),
            figures=_figures(data),
            key="overall",
        ),
        Part("主要变化", (changes_since_previous(data),), key="changes"),
        Part("滞后和预警事项", _lagging(data, brevity.lagging), key="behind"),
        Part("主要问题", problems, key="problems"),
        Part("需协调事项", help_needed, key="help"),
    )


def _is_one_page(parts: Iterable[Part], room: Room) -> bool:
    """A heading is one line, a paragraph as many as its characters fill."""
    told = (1 + sum(_lines(words, room) for words in part.paragraphs) for part in parts)
    return sum(told) <= room.lines


def _lines(text: str, room: Room) -> int:
    return ceil((2 + width(text)) / room.signs)


def file_title(data: ProgressData, file_format: FileFormat) -> str:
    return f"{file_prefix(data)}工作专题简报"


def _overall(data: ProgressData) -> str:
    owed = sum(count["count"] for count in data["filings"] or data["timeliness"])
    filed = f"和本期应报{owed}件的报送情况" if owed else ""
    return (
        f"截至{day_words(data['judged_on'])}，{len(measures_of(data))}项政策措施中，"
        f"{stage_clauses(data)}。预警灯{filed}见图。"
    )


def _figures(data: ProgressData) -> tuple[BarFigure, ...]:
    lights = tuple(
        Bar(c["label"], c["count"], c["key"], Light(c["key"]).shape) for c in data["lights"]
    )
    owed = sum(count["count"] for count in data["filings"] or data["timeliness"])
    figures = [
        BarFigure("预警灯", lights),
        BarFigure("进度", _bars(data["stages"], STAGE_TONES)),
    ]
    if owed:
        figures.append(BarFigure("报送", _filing_bars(data), "件"))
    return tuple(figures)


def _filing_bars(data: ProgressData) -> tuple[Bar, ...]:
    if not data["filings"]:
        return _bars(data["timeliness"], FILING_TONES)
    return tuple(
        Bar(c["label"], c["count"], *FILING_LOOKS[c["key"]]) for c in data["filings"] if c["count"]
    )


def _bars(counts: list[CountData], tones: dict[str, str]) -> tuple[Bar, ...]:
    return tuple(Bar(c["label"], c["count"], tones[c["key"]]) for c in counts if c["count"])


def _lagging(data: ProgressData, most: int) -> tuple[str, ...]:
    found = lagging_measures(data)
    if not found:
        return ("没有滞后和预警事项。",)
    told = numbered([_lagging_words(measure) for measure in found[:most]])
    return _with_rest(told, len(found) - most, "项")


def _lagging_words(measure: MeasureData) -> str:
    """The sentence of its light, and who leads it where the sentence does not name them."""
    sentence = reason_words(measure, with_others=False)
    others = [name for name in lead_agencies(measure) if name not in sentence]
    lead = f"（{listed(others)}牵头）" if others else ""
    return f"{measure['mark']}{measure['title']}{lead}：{light_name(measure)}，{sentence}"


def _points(
    data: ProgressData, field: PointField, subject: str, most: int, signs: int
) -> tuple[str, ...]:
    """Those of red measures first, then of yellow ones, then the others."""
    order = {Light.RED.value: 0, Light.YELLOW.value: 1}
    measures = sorted(measures_of(data), key=lambda m: order.get(m["light"], 2))
    points = points_of(measures, field)
    if not points:
        return (f"本期未收到{subject}。",)
    told = numbered([_short(point, signs) for point in points[:most]])
    return _with_rest(told, len(points) - most, "条")


def _short(point: ReportedPoint, signs: int) -> str:
    """Cut after `signs` characters at most, where a clause ends if one does."""
    sentence = as_sentence(point.sentence, end="")
    if len(sentence) <= signs:
        return sentence
    ends = [n for n in range(signs // 3, signs) if sentence[n] in "，；。"]
    return f"{sentence[: ends[-1] if ends else signs - 1]}…"


def _with_rest(told: tuple[str, ...], rest: int, unit: str) -> tuple[str, ...]:
    if rest <= 0:
        return told
    return (*told[:-1], f"{told[-1]}另有{rest}{unit}见进展情况报告。")
