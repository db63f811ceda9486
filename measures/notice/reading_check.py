"""Compares readings of a folder of notices with its table of expected contents."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

from lib.errors import DomainError
from measures.intake.reading import read_notice
from measures.intake.source import read_file
from measures.intake.values import NoticeItem, NoticeReading

MANIFEST = "MANIFEST.tsv"
FIRST = 5  # the number of first items, or lists, whose links the table counts


class Checked(NamedTuple):
    """The table's numbers for a notice, and the numbers found."""

    file: str
    items: tuple[int, int]  # expected, found
    lists: tuple[int, int]
    links: tuple[int, int]
    unsure: int  # bodies that are not certain
    doubts: int
    seconds: float
    fault: str = ""


def check_folder(folder: Path) -> Iterator[Checked]:
    """Yield each notice of the table. Raises DomainError if the folder has no table."""
    table = folder / MANIFEST
    if not table.is_file():
        raise DomainError(f"“{folder}”中没有{MANIFEST}，请指定含有对照表的文件夹。")
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    for row in rows:
        yield _check(folder, row)


def _check(folder: Path, row: dict[str, str]) -> Checked:
    started = perf_counter()
    items, lists, links = (_number(row[name]) for name in ("items", "lists", "links_first5"))
    try:
        reading = read_notice(read_file(row["file"], (folder / row["file"]).read_bytes()))
    except (DomainError, OSError) as error:
        seconds = perf_counter() - started
        return Checked(row["file"], (items, 0), (lists, 0), (links, 0), 0, 0, seconds, str(error))
    by_lists = "lists" in row["links_first5"]
    return Checked(
        row["file"],
        (items, len(reading.items)),
        (lists, reading.lists),
        (links, _links(reading, by_lists=by_lists)),
        sum(not body.certain for item in reading.items for body in item.bodies),
        len(reading.doubts),
        perf_counter() - started,
    )


def _number(words: str) -> int:
    found = re.match(r"\d+", words)
    return int(found[0]) if found else 0


def _links(reading: NoticeReading, *, by_lists: bool) -> int:
    """Return the number of bodies of the first items with a list, or of the first lists."""
    counts = [_by_list(item) for item in reading.items if item.lists]
    if by_lists:
        return sum([count for item in counts for count in item][:FIRST])
    return sum(sum(item) for item in counts[:FIRST])


def _by_list(item: NoticeItem) -> list[int]:
    numbers = [body.list_number for body in item.bodies if body.list_number is not None]
    return [numbers.count(number) for number in sorted(set(numbers))]


def share(pairs: Iterable[tuple[int, int]]) -> tuple[int, int, float]:
    """Sum up found and expected numbers; extra ones of a notice do not offset missing ones."""
    rows = list(pairs)
    expected = sum(one for one, _ in rows)
    found = sum(min(pair) for pair in rows)
    return found, expected, 100 * found / expected if expected else 100.0
