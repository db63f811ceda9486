"""Expected readings of notices, written by a person before the reader had seen them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from measures.intake.reading import read_notice
from measures.intake.source import read_file
from measures.intake.values import BodyRole, DoubtKind, NamedBody, NoticeReading, RoleBasis

FOLDER = Path(__file__).parent / "notices" / "by_hand"
_LETTERS = {
    BodyRole.RESPONSIBLE: "R",
    BodyRole.SUPPORT: "S",
    BodyRole.GUIDE: "G",
    BodyRole.JOIN: "J",
}
# What a doubt may be about without being told in the table.
_OF_THE_WHOLE = (DoubtKind.NO_TITLE,)


def _tables() -> Iterator[tuple[str, list[str], list[str]]]:
    words = (FOLDER / "expected.txt").read_text(encoding="utf-8")
    for block in words.split("\n\n"):
        name, *lines = [line for line in block.splitlines() if line and line[0] != "#"] or [""]
        if name:
            doubts = sorted(line[1:] for line in lines if line[0] == "!")
            yield name, [line for line in lines if line[0] != "!"], doubts


def _reading(name: str) -> NoticeReading:
    data = (FOLDER / name).read_bytes()
    if ".gb18030." in name:
        data = data.decode().encode("gb18030")
    return read_notice(read_file(name, data))


def letter_of(body: NamedBody, expected: str) -> str:
    """The sign of a role; what is expected tells where order alone may say who leads."""
    by_order = body.role is BodyRole.LEAD and body.basis is RoleBasis.FIRST_NAMED
    if expected == "O" and (by_order or body.role is BodyRole.RESPONSIBLE):
        return "O"
    return "F" if by_order else _LETTERS.get(body.role, "L")


@pytest.mark.parametrize(("name", "items", "doubts"), [*_tables()])
def test_the_reader_finds_what_a_person_found(
    name: str, items: list[str], doubts: list[str]
) -> None:
    reading = _reading(name)
    found = []
    for item, line in zip(reading.items, items, strict=True):
        wanted = [one.split(":") for one in line.split("|")[2].split()]
        letters = [letter.rstrip("?") for _, letter in wanted]
        letters += [""] * (len(item.bodies) - len(letters))
        bodies = " ".join(
            f"{body.name}:{letter_of(body, letter)}{'' if body.certain else '?'}"
            for body, letter in zip(item.bodies, letters, strict=False)
        )
        found.append(f"{item.label}|{item.title}|{bodies}")
    assert found == items
    assert sorted(one.kind for one in reading.doubts if one.kind not in _OF_THE_WHOLE) == doubts
