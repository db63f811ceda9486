"""Problems (存在的问题) and next steps (下一步工作打算) of a report, by section. Pure.

A point is one sentence with the responsible agencies in brackets. Each section has at most a fixed
number of points; the others are in an annex.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from lib.chinese import chinese_number, listed
from measures.choices import Cause, Light
from measures.rules.facts import Finding
from measures.rules.remedies import ACTS, acts_of
from reports.datasets.schema import MeasureData, ProgressData, SectionData, measures_of
from reports.documents.names import measure_name, row_title
from reports.documents.parts.measures import figure_clause, is_fresh, section_title
from reports.documents.wording import as_sentence

_SEVERITY = {Light.RED.value: 0, Light.YELLOW.value: 1}
_MILD = 2
# Causes of a light about the work itself; missing filings are under 报送情况.
_OVERDUE = (Cause.OVERDUE, Cause.MILESTONE_OVERDUE, Cause.MILESTONE_LATE)
_SLOW = (Cause.FAR_BEHIND, Cause.BEHIND, Cause.DUE_SOON, Cause.DATE_MOVED, Cause.UNMOVED)
_MISSED = (Cause.INDICATOR_MISSED,)
_TOLD_LABELS = {str(one.label) for one in (*_OVERDUE, *_SLOW, *_MISSED, Cause.INDICATOR_WORSE)}
_DOUBT_LABELS = {str(one.label) for one in (Cause.CONFIDENCE_RED, Cause.CONFIDENCE_YELLOW)}
CAUSE_UNKNOWN = "查明原因、制定整改措施"
_ASIDE = re.compile("（[^（）]*）$")  # （按原时限…）: removed, as a bracket with agencies follows
_CLAUSE_ENDS = re.compile("[，；。]")
_STOPS_INSIDE = re.compile("[。；](?=[^）”])")  # a point is one sentence
NO_DOUBT = "正常"  # an agency's own estimate without doubts


class SectionPoint(NamedTuple):
    ordinal: int  # of its measure
    title: str
    agencies: tuple[str, ...]
    text: str  # without final punctuation
    severity: int
    names_who: bool = False  # the text itself names the agencies

    @property
    def sentence(self) -> str:
        who = f"（{listed(self.agencies)}）" if self.agencies and not self.names_who else ""
        return f"{self.text}{who}"


class SectionList(NamedTuple):
    """The points of one section: those in the text and those in the annex."""

    title: str
    told: tuple[SectionPoint, ...]
    left: tuple[SectionPoint, ...]

    @property
    def paragraph(self) -> str:
        """优化进口结构方面，一是…；二是…。; a single point is not numbered."""
        sentences = [point.sentence for point in self.told]
        if len(sentences) == 1:
            return f"{self.title}方面，{sentences[0]}。"
        counted = [f"{chinese_number(n)}是{one}" for n, one in enumerate(sentences, start=1)]
        return f"{self.title}方面，{'；'.join(counted)}。"


def problem_lists(data: ProgressData, most: int) -> tuple[SectionList, ...]:
    """Return the agencies' own problems, then those from lights: overdue, slow, off target."""
    on = data["as_of"]
    return _lists(data["sections"], lambda measure: _problems(measure, on=on), most)


def next_step_lists(data: ProgressData, most: int) -> tuple[SectionList, ...]:
    return _lists(data["sections"], _next_steps, most)


def paragraphs_of(lists: Iterable[SectionList]) -> tuple[str, ...]:
    return tuple(one.paragraph for one in lists if one.told)


def _lists(
    sections: Iterable[SectionData],
    points_of: Callable[[MeasureData], Iterator[SectionPoint]],
    most: int,
) -> tuple[SectionList, ...]:
    made = []
    for section in sections:
        points = _merged(point for measure in section["measures"] for point in points_of(measure))
        points.sort(key=lambda point: point.severity)
        told, left = tuple(points[:most]), tuple(points[most:])
        made.append(SectionList(section_title(section), told, left))
    return tuple(made)


def _merged(points: Iterable[SectionPoint]) -> list[SectionPoint]:
    """Merge equal texts into one point with all their agencies."""
    found: dict[str, SectionPoint] = {}
    for point in points:
        first = found.setdefault(point.text, point)
        agencies = tuple(dict.fromkeys((*first.agencies, *point.agencies)))
        severity = min(first.severity, point.severity)
        found[point.text] = first._replace(agencies=agencies, severity=severity)
    return list(found.values())


def yellow_elsewhere(data: ProgressData) -> str:
    """Return the yellow lights that only the annex explains; empty if there are none."""
    marks = [
        f"第{measure['mark']}项"
        for measure in measures_of(data)
        if measure["light"] == Light.YELLOW and not _tells_cause(measure)
    ]
    return f"另有{listed(marks)}出现预警，原因见附件1。" if marks else ""


def red_steps(data: ProgressData) -> str:
    """Return the actions needed for each red light in one sentence; empty without one.

    They come from the rule of the measure's page, because agencies' plans do not mention debts.
    """
    red = [measure for measure in measures_of(data) if measure["light"] == Light.RED]
    # Their names are in the first part.
    said = "；".join(f"第{one['mark']}项，{listed(_acts(one))}" for one in red)
    return f"对进展滞后的措施，逐项跟踪督办：{said}。" if red else ""


def _acts(measure: MeasureData) -> tuple[str, ...]:
    causes = {str(cause.label): cause for cause in Cause}
    found = [
        Finding(cause.light, cause, one["sentence"], agencies=tuple(one["agencies"]))
        for one in measure["findings"]
        if one["light"] == Light.RED and (cause := causes.get(one["label"])) in ACTS
    ]
    return acts_of(found) or (CAUSE_UNKNOWN,)


def _problems(measure: MeasureData, *, on: str) -> Iterator[SectionPoint]:
    yield from _cause_untold(measure)
    yield from _hindrances(measure)
    yield from _known(measure, _OVERDUE)
    yield from _known(measure, _SLOW)
    yield from _known(measure, _MISSED)
    for one in measure["figures"]:
        if one["is_worse"] and is_fresh(one, on=on):
            who = (one["reporter"],) if one["reporter"] else ()
            yield _point(measure, who, figure_clause(one, on=on))


def _next_steps(measure: MeasureData) -> Iterator[SectionPoint]:
    for party in measure["parties"]:
        text = party["note"]["next_steps"] if party["note"] else ""
        if text:
            yield _point(measure, (party["agency"],), text)


def _cause_untold(measure: MeasureData) -> Iterator[SectionPoint]:
    """Yield the cause of a red light if no other point names it: a debt, a light set by hand."""
    if measure["light"] != Light.RED or _tells_cause(measure):
        return
    text = f"第{measure['mark']}项进展滞后，{measure['sentence']}"  # the first part has its name
    agencies = tuple(measure["waits_for"])
    point = _point(measure, agencies, text)
    is_named = all(name in text for name in agencies)
    # Never two brackets in a row: a light set by hand has one with its last day.
    yield point._replace(names_who=is_named or text.endswith("）"))


def _tells_cause(measure: MeasureData) -> bool:
    """Whether another point names the cause of its light."""
    if not measure["findings"]:
        return any(party["note"] and party["note"]["problems"] for party in measure["parties"])
    first = measure["findings"][0]
    if not measure["sentence"].startswith(first["sentence"]):  # a person set the light
        return False
    if first["label"] in _TOLD_LABELS:
        return True
    if first["label"] not in _DOUBT_LABELS:
        return False
    notes = [(party["agency"], party["note"]) for party in measure["parties"]]
    return any(
        note and name in first["agencies"] and note["confidence"] != NO_DOUBT
        for name, note in notes
    )


def _hindrances(measure: MeasureData) -> Iterator[SectionPoint]:
    """Yield an agency's problem and the reason of its doubts, as one point.

    Agencies write nearly the same in both fields, so two points would repeat it.
    """
    for party in measure["parties"]:
        note = party["note"]
        if note:
            doubt = "" if note["confidence"] == NO_DOUBT else note["confidence_reason"]
            text = _with_doubt(note["problems"], doubt)
            if text:
                yield _point(measure, (party["agency"],), text)


def _with_doubt(problem: str, doubt: str) -> str:
    if not (problem and doubt):
        return problem or doubt
    clauses = _CLAUSE_ENDS.split(as_sentence(doubt, end=""))
    more = [clause for clause in clauses if not _is_said(clause, problem)]
    return "，".join((as_sentence(problem, end=""), *more))


def _is_said(clause: str, text: str) -> bool:
    """Whether a text contains all characters of a clause in order, possibly with others between."""
    signs = iter(text)
    return all(sign in signs for sign in clause)


def _known(measure: MeasureData, causes: Sequence[Cause]) -> Iterator[SectionPoint]:
    labels = {str(cause.label) for cause in causes}
    for one in measure["findings"]:
        if one["label"] in labels:
            sentence = _ASIDE.sub("", one["sentence"])
            yield _point(measure, tuple(one["agencies"]), f"{measure_name(measure)}{sentence}")


def _point(measure: MeasureData, agencies: tuple[str, ...], text: str) -> SectionPoint:
    severity = _SEVERITY.get(measure["light"], _MILD)
    sentence = _STOPS_INSIDE.sub("，", as_sentence(text, end=""))
    return SectionPoint(measure["ordinal"], row_title(measure), agencies, sentence, severity)
