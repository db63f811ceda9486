"""Invented notices, each with the reading that a person agreed to.

`python -m measures.intake.tests.test_fixtures` writes the readings anew; look at the difference.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from measures.intake.reading import read_notice
from measures.intake.source import read_file
from measures.intake.values import NoticeItem, NoticeReading

FOLDER = Path(__file__).parent / "notices"
NOTICES = sorted(path.name for path in FOLDER.glob("*.txt"))


def reading_of(name: str) -> NoticeReading:
    return read_notice(read_file(name, (FOLDER / name).read_bytes()))


def agreed_words(reading: NoticeReading) -> dict[str, Any]:
    day = reading.issued_on.isoformat() if reading.issued_on else ""
    return {
        "head": [reading.number, reading.title, reading.issuer, day],
        "items": [_words(item) for item in reading.items],
        "doubts": [f"{one.kind} {one.lines} {one.sentence}" for one in reading.doubts],
    }


def _words(item: NoticeItem) -> list[str]:
    bodies = [
        f"{body.name} {body.role} {body.basis}{'' if body.certain else ' ?'}"
        for body in item.bodies
    ]
    figures = [f"{one.name}={one.value}{one.unit} {one.comparison}" for one in item.commitments]
    deadline = f"{item.deadline.text}→{item.deadline.on}" if item.deadline else ""
    head = f"{item.lines.first}-{item.lines.last} {item.label} {'/'.join(item.path)}"
    return [head, item.title, item.text, "、".join(bodies), deadline, "；".join(figures)]


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_reads_as_a_person_read_it(name: str) -> None:
    agreed = json.loads((FOLDER / name).with_suffix(".json").read_text(encoding="utf-8"))
    assert agreed_words(reading_of(name)) == agreed


@pytest.mark.parametrize("name", NOTICES)
def test_a_notice_with_narrow_marks_reads_the_same(name: str) -> None:
    narrow = str.maketrans("，；：（）", ",;:()")
    text = (FOLDER / name).read_text(encoding="utf-8").translate(narrow)
    read = agreed_words(read_notice(read_file(name, text.encode())))
    own = (json.dumps(one, ensure_ascii=False) for one in (read, agreed_words(reading_of(name))))
    assert len({words.translate(narrow) for words in own}) == 1


def test_there_are_twelve_kinds_of_notices_at_least() -> None:
    assert len(NOTICES) >= 12


def write_agreed() -> None:
    for name in NOTICES:
        words = json.dumps(agreed_words(reading_of(name)), ensure_ascii=False, indent=1)
        (FOLDER / name).with_suffix(".json").write_text(words + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_agreed()
