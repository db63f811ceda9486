"""Short invented notices, one for each way in which notices name responsible agencies.

A block begins with === and what it shows; behind --- stands what a person reads, as in
notices/by_hand/expected.txt, then the doubts where the block is about them.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from measures.intake.reading import read_notice
from measures.intake.source import read_file
from measures.intake.tests.test_by_hand import letter_of

FOLDER = Path(__file__).parent / "notices" / "by_form"


def _blocks() -> Iterator[tuple[str, str, list[str]]]:
    for path in sorted(FOLDER.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("=== ")[1:]:
            name, words = block.split("\n", 1)
            text, expected = words.split("\n---\n")
            yield f"{path.stem}: {name}", text, expected.split("\n")


@pytest.mark.parametrize(
    ("text", "expected"), [pytest.param(*words, id=name) for name, *words in _blocks()]
)
def test_a_form_reads_as_a_person_reads_it(text: str, expected: list[str]) -> None:
    name = "notice.html" if text.startswith("<") else "notice.txt"
    reading = read_notice(read_file(name, text.encode()))
    items = [line for line in expected if line and line[0] != "!"]
    doubts = sorted(line[1:] for line in expected if line and line[0] == "!")
    found = []
    for item, line in zip(reading.items, items, strict=True):
        letters = [one.split(":")[-1].rstrip("?") for one in line.split("|")[2].split()]
        letters += [""] * (len(item.bodies) - len(letters))
        bodies = " ".join(
            f"{body.name}:{letter_of(body, letter)}{'' if body.certain else '?'}"
            for body, letter in zip(item.bodies, letters, strict=False)
        )
        found.append(f"{item.label}|{item.title}|{bodies}")
    assert found == items
    if doubts:
        assert sorted(one.kind for one in reading.doubts if one.kind != "no_title") == doubts
