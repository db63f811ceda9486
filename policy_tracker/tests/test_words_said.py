"""Our own texts contain no retired word: templates, help, Python, scripts, documents.

The results, with texts of people and of stored rows, are checked where they are loaded
anyway: pages in test_crawl.py, documents in reports/tests/test_papers.py.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

from policy_tracker.tests.retired_words import GLOSSARY, HEADING, retired_in, retired_words

ROOT = settings.BASE_DIR
CODE = ("agencies", "dev", "lib", "measures", "policy_tracker", "reports")
NOT_SHOWN = {"tests", "migrations"}
# Files that read data stored with the earlier word, or use it for something else.
STAYS = {
    "reports/datasets/older.py": {"采用"},
    "reports/documents/tables.py": {"未到期"},
    # A verb at the beginning of agencies' own texts.
    "reports/documents/parts/measures.py": {"下达"},
    # Used for a milestone.
    "measures/measure_page/folds.py": {"未到期"},
    "measures/measure_page/timeline.py": {"未到期"},
    "templates/help/pages.html": {"未到期"},
    "templates/measures/indicators/_milestone_state.html": {"未到期"},
    "templates/reports/dates/page.html": {"未到期"},
}
_COMMENT = re.compile(r"{% comment .*?{% endcomment %}|{#.*?#}", re.DOTALL)
_VALUE = re.compile(r"{{.*?}}", re.DOTALL)
_TAG = re.compile(r"{%.*?%}", re.DOTALL)
_QUOTED = re.compile(r'"([^"]*)"')


def _python_words(source: str) -> str:
    """Yield every literal except docstrings; 0 replaces a value in an f-string."""
    nodes = list(ast.walk(ast.parse(source)))
    alone = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    return "\n".join(
        _literal(node)
        for node in nodes
        if not (isinstance(node, ast.Constant) and id(node) in alone)
    )


def _literal(node: ast.AST) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_literal(part) or "0" for part in node.values)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _template_words(source: str) -> str:
    """Yield the texts of a template and of its tags; 0 replaces a value."""
    shown = _VALUE.sub("0", _COMMENT.sub("", source))
    handed_on = (word for tag in _TAG.findall(shown) for word in _QUOTED.findall(tag))
    return "\n".join((_TAG.sub("", shown), *handed_on))


def _document_words(source: str) -> str:
    """Return a document without the glossary's table of retired words."""
    return source.partition(HEADING)[0]


# The files with texts for readers, and how to extract these.
WRITTEN: list[tuple[str, Callable[[str], str]]] = [
    *((f"{app}/**/*.py", _python_words) for app in CODE),
    ("templates/**/*.html", _template_words),
    ("static/css/*.css", str),
    ("static/js/*.js", str),
    ("README.md", _document_words),
    ("docs/*.md", _document_words),
    ("*/GLOSSARY.md", _document_words),
]


def _written() -> Iterator[tuple[Path, str]]:
    """Yield every file with texts for readers, and these texts."""
    for pattern, words_of in WRITTEN:
        for path in ROOT.glob(pattern):
            if not NOT_SHOWN & set(path.parts):
                yield path, words_of(path.read_text(encoding="utf-8"))


def test_our_texts_contain_no_retired_word() -> None:
    found = {
        str(path.relative_to(ROOT)): words
        for path, text in _written()
        if (words := {one.word for one in retired_words() if one.is_in(text)})
    }
    assert found == STAYS


TEXTS = [
    ("责任单位待核，尚未下达", ["待核", "下达"]),
    ("原文待核对；首个填报期尚未到期；采用买断销售", []),
    ("写入填报表（第7号）", ["第16号"]),
    ("编号16，2026年度", []),
    ("节点未到期3个", []),
]


@pytest.mark.parametrize(("text", "found"), TEXTS)
def test_a_retired_word_is_found_but_not_within_a_longer_one(text: str, found: list[str]) -> None:
    assert retired_in(text) == found


def test_values_inside_a_text_do_not_hide_a_retired_word() -> None:
    assert retired_in(_python_words('f"写入{sheet}（第{sheet.pk}号）"')) == ["第16号"]
    assert retired_in(_template_words("第{{ report.pk }}号")) == ["第16号"]
    assert retired_in(_template_words('{% include "a.html" with title="待核" %}')) == ["待核"]
    assert retired_in(_python_words('def a():\n    """Not 采用."""')) == []


def test_the_whole_table_of_words_is_read() -> None:
    table = GLOSSARY.read_text(encoding="utf-8").partition(HEADING)[2]
    rows = [line for line in table.splitlines() if line.startswith("|")][2:]
    assert len({one.word for one in retired_words()}) == sum(
        len(row.split("|")[1].split(", ")) for row in rows
    )
