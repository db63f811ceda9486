"""Rules of structure that import-linter cannot check."""

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from django.conf import settings
from django.urls import URLResolver, get_resolver

APPS = ("lib", "agencies", "measures", "reports", "policy_tracker")
NAMED_ALIKE = re.compile(r".*\.Command$")
PRIVATE = re.compile(r".*[._](forms|views)")


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the product by its dotted name, without tests and migrations."""
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
    """Return the modules of the product that a module imports."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names & modules().keys()


def test_forms_and_views_stay_in_their_package():
    """Code shared by several packages is in a module with another name, such as measures.fields."""
    borrowed = [
        (name, other)
        for name, tree in modules().items()
        for other in imported(tree) - {"lib.forms"}  # it depends on no package
        if PRIVATE.fullmatch(other) and _package(other) != _package(name)
    ]
    assert not borrowed


def _package(name: str) -> str:
    return name.rpartition(".")[0]


# Pages that require no permission of the signed-in person, and why.
OPEN = {
    "home": "sends everybody on to a page of theirs",
    "help": "for everybody with an account",
    "help_page": "for everybody with an account",
    "agencies:login": "before anybody is signed in",
    "agencies:sign_in_again": "before anybody is signed in",
    "agencies:sign_in_code": "before anybody is signed in",
    "agencies:to_provider": "before anybody is signed in",
    "agencies:from_provider": "before anybody is signed in",
    "watch:healthz": "for machines: says that the process lives",
    "watch:readyz": "for machines: whether pages can be served",
    "watch:readyz_all": "for machines: whether a part stands still",
    "watch:metrics": "for machines: closed until a token or a network is set",
    "agencies:logout": "a person's own session",
    "agencies:password_change": "a person's own password",
    "agencies:profile": "a person's own account",
    "agencies:sessions_end": "a person's own sessions",
    "agencies:second_factor": "a person's own sign-in",
    "agencies:second_factor_off": "a person's own sign-in",
    "agencies:todo": "what waits for the person",
    "agencies:inbox": "a person's own messages",
    "agencies:message": "a person's own messages",
    "agencies:inbox_read_all": "a person's own messages",
    "agencies:inbox_mark": "a person's own messages",
    "agencies:inbox_mail": "a person's own messages",
}


def test_every_view_says_who_may_open_it():
    """Each has agencies.guards.allowed_to, or is in OPEN with the reason."""
    assert {name for name, view in named_views() if not getattr(view, "perms", ())} == OPEN.keys()


def named_views(patterns=None, prefix=""):
    for entry in patterns or get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else ""
            yield from named_views(entry.url_patterns, prefix + inner)
        elif not hasattr(entry.callback, "cls"):  # the API checks by method: measures.api
            yield f"{prefix}{entry.name}", entry.callback


def test_a_class_name_is_unique():
    """No two classes below reports have the same name, except commands, which Django names."""
    named = defaultdict(set)
    for name, tree in modules().items():
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and not NAMED_ALIKE.match(f"{name}.{node.name}"):
                named[node.name].add(name)
    assert {name: places for name, places in named.items() if len(places) > 1} == {}
