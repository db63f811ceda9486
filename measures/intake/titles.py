"""Finds the end of a title, and recognises unnumbered headings. Pure."""

import re

from measures.intake.brackets import outer_groups
from measures.intake.heading import is_day
from measures.intake.list_words import LABEL_AT_START, NAME_LABEL
from measures.intake.name_forms import is_sure_body
from measures.intake.numbering import LIST_MOST, RANK, marker_of
from measures.intake.paragraphs import Paragraph
from measures.intake.passage import SourcePassage

TITLE_MOST = 60
BARE_MOST = 30
_TITLE_END = re.compile(r"[。！？；：]|(?<=[\u4e00-\u9fff])\.(?=[\u4e00-\u9fff]|$)")
_LABEL = r"(?:责任|牵头|负责|指导|配合)(?:单位|部门)："
# The beginning of a list on the line of the title: （责任单位：A）, ——责任单位：A.
_LIST_BEHIND = re.compile(rf"[（〔](?={_LABEL})|(?:\s*——?|\s+)(?={_LABEL})")
_CLOSED = tuple("。！？；）〕】])")
_BODY_FIRST = re.compile(
    r"([^，。；：（）\d]{3,30})(?:：|。(?=负责|牵头|配合|协助|承担|组织))(?=\S)"
)
_NO_TITLE = re.compile(r"^(?:附件|附表|注)：|^[（〔].*[）〕]$")


def is_bare_heading(paragraph: Paragraph, after: str, *, is_numbered: bool) -> bool:
    """Whether a line is an unnumbered heading: bold, of a heading style, or a short phrase."""
    text = paragraph.text
    if len(text) > BARE_MOST or _TITLE_END.search(text) or _NO_TITLE.match(text):
        return False
    if marker_of(after) or len(after) <= len(text) or is_day(after):
        return False
    return paragraph.is_heading or not is_numbered


def bold_heading(paragraph: Paragraph) -> int:
    """Return the length of a bold heading on the same line as its text: 改造坡道。对陡坡…"""
    words = paragraph.text[: paragraph.bold_to].rstrip("。：")
    is_title = 1 < len(words) <= BARE_MOST and not _TITLE_END.search(words)
    return paragraph.bold_to if is_title and not _NO_TITLE.match(words) else 0


def heads_a_numbering(before: str, paragraph: Paragraph, after: str) -> bool:
    """Whether a short line begins a new part: the next line begins with 1. again."""
    text, marker = paragraph.text.rstrip("："), marker_of(after)
    if marker is None or marker.ordinal != 1 or RANK[marker.kind] < RANK["ar"]:
        return False
    if len(text) > BARE_MOST or re.search("[，。；：！？、]", text) or _NO_TITLE.match(text):
        return False
    if before.endswith(_CLOSED) or LABEL_AT_START.match(before) is not None:
        return True
    return is_sure_body(text)


def name_label(text: str) -> int:
    """Return the length of a label before an item's name: 项目名称：; 0 without one."""
    found = NAME_LABEL.match(text)
    return found.end() if found else 0


def begins_with_body(text: str) -> bool:
    """Whether a paragraph states the duty of a body: 县林业局：负责巡护."""
    found = _BODY_FIRST.match(text)
    return found is not None and all(map(is_sure_body, found[1].split("、")))


def split_title(passage: SourcePassage) -> tuple[SourcePassage, SourcePassage | None]:
    """Split off the title: up to the first stop if that is near, or a line without one."""
    text = passage.text
    found = _end_of_title(text)
    behind = _LIST_BEHIND.search(text)
    if behind and (found is None or behind.start() < found.start()):
        start = behind.start() if behind[0] in "（〔" else behind.end()
        return passage.part(0, behind.start()).stripped(), passage.part(start)
    if found is None:
        is_title = len(text) <= TITLE_MOST
        return (passage.stripped(), None) if is_title else (passage.part(0, 0), passage)
    rest = passage.part(found.end())
    is_whole = not rest.text.strip() or rest.text.lstrip()[0] in "（〔["
    if found.start() > TITLE_MOST or (is_whole and found.start() > BARE_MOST):
        return passage.part(0, 0), passage
    if found[0] in "：" and found.start() > BARE_MOST:
        return passage.part(0, 0), passage
    return passage.part(0, found.start()).stripped(), rest


def _end_of_title(text: str) -> re.Match[str] | None:
    """Return the first stop outside brackets."""
    start = 0
    for group in outer_groups(text[:LIST_MOST]):
        if group.is_closed:
            found = _TITLE_END.search(text, start, group.start)
            if found:
                return found
            start = group.end
    return _TITLE_END.search(text, start)
