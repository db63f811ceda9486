"""Changes to a notice that make no other body responsible: words, lines or cells are wrong or lost.

Each invented notice is changed at one place of each kind. Only bodies that the notice itself names
for the item may be certain, in a role that it gives them.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from measures.intake.reading import read_notice
from measures.intake.source import read_file
from measures.intake.values import BodyRole, NoticeReading, RoleBasis

FOLDER = Path(__file__).parent / "notices"
_BODY_END, _LEVEL = "[局委厅办会院府]", "[市省区县州国]"
# What is found, and what it becomes.
CHANGES = {
    "an unknown word in a list": (rf"(?<={_BODY_END})、(?={_LEVEL})", "、示范样本、"),
    "an act in a list": (rf"(?<={_BODY_END})、(?={_LEVEL})", "、督促"),
    "an act before a list": (rf"(?<=。)[（〔](?={_LEVEL}[^（）]{{3}})", r"\g<0>支持"),
    "an unknown act before a list": (
        r"(?<=。)[（〔](?=[市省区县州](?!场)[^（）]+、)",
        r"\g<0>助推",
    ),
    "an object behind a verb": (rf"(?<={_BODY_END})(?:牵头|配合)", r"\g<0>，报送省审计局"),
    "a verb that is none": (rf"(?<={_BODY_END})(?:牵头|负责|配合)(?=[，；）])", "审核"),
    "an unknown label": ("(?:责任|牵头|配合)单位(?=：)", "考核对象"),
    "a label of former bodies": ("(?:责任|牵头|配合)单位(?=：)", r"原\g<0>"),
    "a lost cell": (r"(?<=\n)\d+\t[^\t\n]+\t", "1\t"),
    "an emptied cell": (r"(?<=\t)[^\t\n]+(?=\n)", ""),
    "another cell": (r"(?<=\n\d\t)", "附注\t"),
}


def _texts() -> Iterator[tuple[str, str]]:
    for path in sorted([*FOLDER.glob("*.txt"), *FOLDER.glob("by_hand/*")]):
        if path.name != "expected.txt":
            yield path.name, path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.glob("by_form/*.txt")):
        for block in path.read_text(encoding="utf-8").split("=== ")[1:]:
            name, words = block.split("\n", 1)
            yield f"{path.stem}: {name}", words.split("\n---\n")[0]


TEXTS = [(name, text) for name, text in _texts() if len(text) < 1200]


@cache
def _read(text: str) -> NoticeReading:
    name = "notice.html" if text.lstrip().startswith("<") else "notice.txt"
    return read_notice(read_file(name, text.encode()))


def _named(reading: NoticeReading) -> Iterator[tuple[str, str, str, bool]]:
    """Yield the bodies of each item; who leads by order alone is only responsible."""
    for item in reading.items:
        for body in item.bodies:
            by_order = body.basis is not RoleBasis.TEXT and body.role is BodyRole.LEAD
            role = BodyRole.RESPONSIBLE if by_order else body.role
            yield item.title or item.text[:12], body.name, role, body.certain


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_notice_names_nobody_else(change: str) -> None:
    pattern, words = CHANGES[change]
    wrong = []
    for name, text in TEXTS:
        changed = re.sub(pattern, words, text, count=1)
        if changed == text:
            continue
        named = {one[:3] for one in _named(_read(text))}
        items = {title for title, _, _ in named}
        # Without the verb that tells who leads, those without one are only responsible.
        plain = {(title, body, BodyRole.RESPONSIBLE) for title, body, role in named}
        certain = {one[:3] for one in _named(_read(changed)) if one[3] and one[0] in items}
        more = certain - named - plain
        wrong += [(name, one) for one in more]
    assert wrong == []
