"""Writes docs/map.md: every package and file with the first line of its docstring.

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

Where to look for a line of Python. A package is one feature; a file is named by its work or by a
noun of the [glossary](glossary.md). Written by `python -m dev.package_map`, compared by a test.

- Tests stand in `tests/` beside the code. Checks over the whole product stand in
  `policy_tracker/tests/`: `page_table.py` says who may open which page, `test_query_goals.py` how
  many queries a page may make.
- Templates stand in `templates/` at the same path; parts that many pages share in
  `templates/components/`.
- Stylesheets are the eight of `static/css/`. `print.css` lays out the printed sheet; how one part
  changes on paper stands with that part. Scripts are in `static/js/`.
- What a message or the audit trail says stands in the action that writes it. Two kinds of messages
  have a place of their own: what calls the next reviewer is in `measures/filings/locking.py`,
  reminders in `measures/chasing/job.py`.
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
