"""What keeps every line findable at the first guess, where import-linter cannot say it."""

import ast
import re
from functools import cache
from pathlib import Path

from django.conf import settings

APPS = ("lib", "agencies", "measures", "reports", "policy_tracker")
PRIVATE = re.compile(r".*[._](forms|views)")


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the product by its dotted name, without tests and migrations."""
    found = {}
    for app in APPS:
        for path in sorted((settings.BASE_DIR / app).rglob("*.py")):
            inside = path.relative_to(settings.BASE_DIR)
            if not {"tests", "migrations"} & set(inside.parts):
                found[_dotted(inside)] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def imported(tree: ast.Module) -> set[str]:
    """The modules of the product that a module imports."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names & modules().keys()


def test_forms_and_views_stay_in_their_package():
    """What several packages use is in a module of another name, as measures.fields is."""
    borrowed = [
        (name, other)
        for name, tree in modules().items()
        for other in imported(tree) - {"lib.forms"}  # it knows no package
        if PRIVATE.fullmatch(other) and _package(other) != _package(name)
    ]
    assert not borrowed


def _package(name: str) -> str:
    return name.rpartition(".")[0]
