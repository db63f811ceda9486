"""The stylesheets: few, without unused rules, and suitable for an old browser."""

import re
from functools import cache

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from lxml import html

from policy_tracker.tests.stylesheets import (
    classes_of,
    selectors,
    sheets,
    style_faults,
    without_comments,
)

MOST_FILES = 8
PACKAGES = ("agencies", "lib", "measures", "policy_tracker", "reports")
SOURCES = ("templates/**/*.html", "static/js/*.js", *(f"{name}/**/*.py" for name in PACKAGES))
# A browser ignores the whole rule of an unknown selector; these are newer than Chrome 86.
TOO_NEW = re.compile(r"@layer|@container|@scope|:is\(|:where\(|:has\(|&")


@cache
def words_in_use() -> frozenset[str]:
    """Return every word of templates, scripts and Python: a used class is in one of them."""
    files = {file for pattern in SOURCES for file in settings.BASE_DIR.glob(pattern)}
    texts = (file.read_text(encoding="utf-8") for file in files if "tests" not in file.parts)
    return frozenset(word for text in texts for word in re.findall(r"[A-Za-z][\w-]*", text))


def test_there_are_at_most_eight_files():
    assert len(sheets()) <= MOST_FILES


@pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.name)
def test_every_block_is_closed(sheet):
    # A browser treats everything after it as a part of the open block, and ignores it.
    rules = without_comments(sheet)
    assert rules.count("{") == rules.count("}")


@pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.name)
def test_every_class_is_used_by_a_template_or_script(sheet):
    named = {name for selector in selectors(sheet) for name in classes_of(selector)}
    # A template writes "is-" before the tone of a choice.
    unused = {name for name in named if not {name, name.removeprefix("is-")} & words_in_use()}
    assert not unused


@pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.name)
def test_no_selector_is_newer_than_the_oldest_browser(sheet):
    assert not TOO_NEW.findall(without_comments(sheet))


@pytest.mark.parametrize("sheet", sheets(), ids=lambda sheet: sheet.name)
def test_each_declaration_has_its_own_line(sheet):
    lines = without_comments(sheet).splitlines()
    assert not [line for line in lines if line.count(";") > 1 or len(line) > 119]


@pytest.mark.parametrize("template", ["400.html", "500.html"])
def test_a_bare_page_links_what_it_uses(template):
    assert not list(style_faults(html.fromstring(render_to_string(template))))
