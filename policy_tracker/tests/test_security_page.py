"""docs/security.md has every line of the checklist, and names existing tests and files."""

import re
from functools import cache

import pytest
from django.conf import settings

PAGE = (settings.BASE_DIR / "docs" / "security.md").read_text(encoding="utf-8")
LINES = {"A": 6, "B": 4, "C": 4, "D": 6, "E": 3, "F": 3, "G": 3, "H": 1, "I": 4}
FOLDERS = ("agencies", "bench", "dev", "lib", "measures", "policy_tracker", "reports")
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)))


def test_every_line_of_the_checklist_is_there_in_order_with_how_it_stands():
    found = re.findall(r"^- \*\*([A-I]\d)★? [^*]+\*\* — (?:met|partly|not yet|not by)", PAGE, re.M)
    assert found == [
        f"{part}{number + 1}" for part, most in LINES.items() for number in range(most)
    ]


@cache
def names_of_tests() -> dict[str, set[str]]:
    """Return the names of all tests of the product, by the name of their file."""
    found: dict[str, set[str]] = {}
    for folder in FOLDERS:
        for path in (settings.BASE_DIR / folder).rglob("test_*.py"):
            names = re.findall(r"\bdef (test_\w+)\(", path.read_text(encoding="utf-8"))
            found.setdefault(path.name, set()).update(names)
    return found


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_it_names_exists(file: str, name: str):
    assert name in names_of_tests()[file]


def test_a_file_that_it_names_exists():
    for name in re.findall(r"`((?:\w+/)+[\w.-]+\.\w+)`", PAGE):
        assert (settings.BASE_DIR / name).exists(), name
