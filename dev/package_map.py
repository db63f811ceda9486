"""Writes docs/map.md: every package and file with the first sentence of its docstring.

Run `python -m dev.package_map` after a file is added, moved or renamed; a test compares the two.
"""

import ast
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAP = ROOT / "docs" / "map.md"
TOP = ("lib", "agencies", "measures", "reports", "policy_tracker", "bench", "dev")
LEFT_OUT = {"tests", "migrations"}
HEAD = """\
# Map of the packages

Where to look for a line. A package is one feature; a file is named by its work or by a noun of the
[glossary](glossary.md). Tests stand in `tests/` beside the code, templates in `templates/` at the
same path. Written by `python -m dev.package_map`, compared by a test.

What is not Python: how pages print is `static/css/print.css`, how they look the seven others beside
it, what scripts add `static/js/`; parts that many pages share are `templates/components/`. What a
message says stands in the action that sends it, and what the audit trail says in the same place.
"""


def map_text() -> str:
    parts = [HEAD]
    for package, files in groupby(_modules(), key=lambda path: path.parent):
        parts.append(_section(package, list(files)))
    return "\n".join(parts)


def _modules() -> Iterator[Path]:
    for top in TOP:
        found = [path.relative_to(ROOT) for path in (ROOT / top).rglob("*.py")]
        kept = [path for path in found if not LEFT_OUT & set(path.parts)]
        yield from sorted(kept, key=lambda path: (path.parent.parts, path.name))


def _section(package: Path, files: list[Path]) -> str:
    depth = "##" if len(package.parts) == 1 else "###"
    words = _first_sentence(package / "__init__.py")
    rows = [
        f"| `{path.name}` | {_first_sentence(path)} |"
        for path in files
        if path.name != "__init__.py" and _first_sentence(path)
    ]
    lines = [f"{depth} {package.as_posix()}", "", *([words, ""] if words else [])]
    if rows:
        lines += ["| file | what it holds |", "|---|---|", *rows, ""]
    return "\n".join(lines)


def _first_sentence(path: Path) -> str:
    if not (ROOT / path).exists():
        return ""
    words = ast.get_docstring(ast.parse((ROOT / path).read_text(encoding="utf-8"))) or ""
    return words.partition("\n")[0].replace("|", "\\|")


if __name__ == "__main__":
    MAP.write_text(map_text(), encoding="utf-8")
