"""Finds lists of responsible bodies, in all usual forms. Pure.

（A、B、C负责） · （A牵头，B、C配合） · （责任单位：A；配合单位：B） · （A会同B负责） · bare names
in brackets at the end of a paragraph · a separate line 责任单位：A、B. A rule for the lead and a
clause for all later items may be part of a list or of a sentence.
"""

import re
from dataclasses import replace

from measures.intake.body_list import BodyList
from measures.intake.brackets import CLOSING, OPENING, BracketGroup, outer_groups
from measures.intake.directory import AgencyDirectory
from measures.intake.list_words import (
    COLON_LABEL,
    EVENT_LABEL,
    LABEL_AT_START,
    LABEL_BEHIND,
    RUN_ON_LABEL,
)
from measures.intake.name_forms import ends_like_body, is_collective
from measures.intake.named import Named
from measures.intake.names import ETC
from measures.intake.numbering import LIST_MOST
from measures.intake.passage import SourcePassage
from measures.intake.word_reader import STOPS, BarePlace, WordReader

_DASH = re.compile(r"(?:^|(?<=[^\s—－-]))\s*(?:——?|－－?)\s*(?=[^\s—－-]+$)")
DASH_MOST = 120  # characters of a line that ends with its bodies
LONG_LEAST = 3  # bodies in a sentence that is a list even with 等
NEAR = 8  # characters that are checked before a bracket

_SENTENCE_END = "。；！？"
_ENDED = _SENTENCE_END + CLOSING + "”」"
_SENTENCE_VERB = re.compile(
    r"(?:牵头|负责|配合|协助|参与|协办)(?:落实|实施)?$|(?:牵头|责任|配合)(?:单位|部门)$"
)


def lists_in(passage: SourcePassage, directory: AgencyDirectory | None = None) -> list[BodyList]:
    """Return the lists of a paragraph in their order."""
    text = passage.text
    if COLON_LABEL.match(text) and len(text) <= LIST_MOST:
        # Brackets in a line 责任单位：A（B配合） are parts of its list.
        line = _line_of_labels(passage, directory)
        if line is not None:
            return [line]
    found = []
    for group in outer_groups(text):
        if group.end - group.start <= LIST_MOST:
            one = _list_of(passage, group, directory)
            if one is not None:
                found.append(one)
    if not found and len(text) <= LIST_MOST:
        line = (
            _line_of_labels(passage, directory)
            or _behind_dash(passage, directory)
            or _last_sentence(passage, directory)
        )
        found += [line] if line else []
    return _without_overlap(found)


def list_in_front(
    passage: SourcePassage, directory: AgencyDirectory | None = None
) -> BodyList | None:
    """Return the list in a bracket at the beginning of a heading: 【甲局牵头】检查工地."""
    text = passage.text
    group = next(iter(outer_groups(text[:LIST_MOST])), None) if text[:1] in OPENING else None
    if group is None or not group.is_closed or not text[group.end : group.end + 1].strip(STOPS):
        return None
    found = _list_of(passage.part(0, group.end), group, directory)
    if found is not None and found.is_bare:  # it may name a place of work
        return replace(found, names=_unsure(found.names)) if len(found.names) > 1 else None
    return found


def named_in(words: str, directory: AgencyDirectory) -> tuple[Named, ...]:
    """Return the bodies named by a list or by a sentence with verbs or labels."""
    found = WordReader(SourcePassage.of(words, 1), 0, words, directory).read()
    return found.names if found else ()


def _without_overlap(lists: list[BodyList]) -> list[BodyList]:
    kept: list[BodyList] = []
    for one in lists:
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def _list_of(
    passage: SourcePassage, group: BracketGroup, directory: AgencyDirectory | None
) -> BodyList | None:
    inside = group.inside
    words = passage.text[inside]
    lines = passage.lines(group.start, group.end)
    if not group.is_closed and "。" in words and not LABEL_AT_START.match(words):
        return None
    place = _bare_place(passage.text, group)
    reader = WordReader(passage, inside.start, words, directory, in_brackets=True)
    body = reader.read(bare=place)
    if body is None:
        return None
    is_event = EVENT_LABEL.match(words) is not None
    is_named = LABEL_AT_START.match(words) and not is_event
    is_inside = is_event or _is_inside(passage.text, group)
    if not group.is_closed:  # 各市〔州〕、县〔市、区: the ending of the names may be lost
        kept = (name if ends_like_body(name.name) else _unsure((name,))[0] for name in body.names)
        body = replace(body, names=tuple(kept))
    if place is BarePlace.NO and is_inside and not is_named:
        body = replace(body, names=_unsure(body.names), is_inside=True)
    return replace(
        body, start=group.start, end=group.end, lines=lines, is_closed=group.is_closed, words=words
    )


def _line_of_labels(passage: SourcePassage, directory: AgencyDirectory | None) -> BodyList | None:
    """Return the list in a line 责任单位：A、B, or in such words at the end of a paragraph."""
    start = label = 0
    is_run_on = not LABEL_AT_START.match(passage.text) and RUN_ON_LABEL.match(passage.text)
    if not is_run_on and not LABEL_AT_START.match(passage.text):
        behind = LABEL_BEHIND.search(passage.text)
        if behind is None:
            return None
        start, label = behind.start(), behind.start("label")
    body = WordReader(passage, label, passage.text[label:], directory).read()
    if body is None or not (body.names or body.same_as):
        return None
    if is_run_on and not all(name.is_certain for name in body.names):  # 责任单位各负其责
        return None
    lines = passage.lines(start)
    words = passage.text[label:]
    return replace(body, start=start, end=len(passage.text), lines=lines, words=words)


def _behind_dash(passage: SourcePassage, directory: AgencyDirectory | None) -> BodyList | None:
    """Return names alone after a dash at the end of a short line: 优化线路——市交通局."""
    dash = _DASH.search(passage.text) if len(passage.text) <= DASH_MOST else None
    if dash is None:
        return None
    words = passage.text[dash.end() :]
    body = WordReader(passage, dash.end(), words, directory).read(bare=BarePlace.YES)
    if body is None or not all(name.is_certain for name in body.names):
        return None
    lines = passage.lines(dash.start())
    return replace(
        body,
        start=dash.start(),
        end=len(passage.text),
        names=_unsure(body.names),  # 火车站——市政府
        lines=lines,
        words=words,
    )


def _last_sentence(passage: SourcePassage, directory: AgencyDirectory | None) -> BodyList | None:
    """Return the list in a last sentence 由A牵头，B、C配合。 with whole names only."""
    text = passage.text.rstrip(STOPS)
    start = max(text.rfind(stop) for stop in _SENTENCE_END) + 1
    words = text[start:]
    if not start or not _SENTENCE_VERB.search(words):
        return None
    reader = WordReader(passage, start, words, directory)
    body = reader.read()
    if body is None or not all(name.is_certain for name in body.names):
        return None
    is_long = sum(not is_collective(name.name) for name in body.names) >= LONG_LEAST
    if not is_long and any(ETC in name.open_by for name in body.names):
        return None
    is_list = is_long and "职责" in words  # A、B、C按职责分工负责
    return replace(
        body,
        start=start,
        end=len(passage.text),
        names=body.names if is_list else _unsure(body.names),
        lines=passage.lines(start),
        words=words,
        is_sentence=True,
    )


def _unsure(names: tuple[Named, ...]) -> tuple[Named, ...]:
    return tuple(replace(name, is_certain=False) for name in names)


def _bare_place(text: str, group: BracketGroup) -> BarePlace:
    after = text[group.end : group.end + NEAR]
    if after.strip(STOPS) or len(after) == NEAR:
        return BarePlace.NO
    before = text[max(0, group.start - NEAR) : group.start].rstrip()
    is_behind = not before or before[-1] in _ENDED
    return BarePlace.YES if is_behind else BarePlace.POSSIBLY


def _is_inside(text: str, group: BracketGroup) -> bool:
    """Whether brackets are inside a sentence, where they may be a remark."""
    before = text[max(0, group.start - NEAR) : group.start].rstrip()
    return bool(before) and before[-1] not in _ENDED
