"""docs/security.md has every line of the checklist, and names tests and files that exist."""

import re

import pytest
from django.conf import settings

PAGE = (settings.BASE_DIR / "docs" / "security.md").read_text(encoding="utf-8")
LINES = {"A": 6, "B": 4, "C": 4, "D": 6, "E": 3, "F": 3, "G": 3, "H": 1, "I": 4}
NAMED = sorted(set(re.findall(r"`(test_\w+\.py)::(test_\w+)`", PAGE)))


def test_every_line_of_the_checklist_is_there_in_order_with_how_it_stands():
    found = re.findall(r"^- \*\*([A-I]\d)★? [^*]+\*\* — (?:met|partly|not yet|not by)", PAGE, re.M)
    assert found == [
        f"{part}{number + 1}" for part, most in LINES.items() for number in range(most)
    ]


@pytest.mark.parametrize(("file", "name"), NAMED, ids=[name for _, name in NAMED])
def test_a_test_that_it_names_exists(file: str, name: str):
    found = [path for path in settings.BASE_DIR.glob(f"*/**/{file}") if ".venv" not in path.parts]
    assert any(re.search(rf"\bdef {name}\(", path.read_text(encoding="utf-8")) for path in found)


def test_a_file_that_it_names_exists():
    for name in re.findall(r"`((?:\w+/)+[\w.-]+\.\w+)`", PAGE):
        assert (settings.BASE_DIR / name).exists(), name
