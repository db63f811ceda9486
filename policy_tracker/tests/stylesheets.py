"""Parses our stylesheets for tests: which rules a page uses, and which files it links."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from lxml import html

FOLDER = settings.BASE_DIR / "static/css"
MOST_LINKS = 8
# Not checked on a page: print.css is on every framed page, 大屏 has its own classes.
ALWAYS_RIGHT = {"print.css", "screen.css"}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PRELUDE = re.compile(r"([^{}]+)\{")
_NEGATED = re.compile(r":not\([^)]*\)")
_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")


def linked(page: html.HtmlElement) -> list[str]:
    """Return the addresses of the stylesheets of a page."""
    return [str(href) for href in page.xpath("//link[@rel='stylesheet']/@href")]


def style_faults(page: html.HtmlElement) -> Iterator[str]:
    """Return faults: too many links, and rules that would apply in files that are not linked."""
    links = linked(page)
    if len(links) > MOST_LINKS:
        yield f"links {len(links)} stylesheets"
    names = {PurePosixPath(link).name for link in links}
    classes = {name for words in page.xpath("//@class") for name in str(words).split()}
    for sheet in sheets():
        if sheet.name in names | ALWAYS_RIGHT:
            continue
        # All rules of these files name a class, so comparing classes is enough.
        used = [rule for rule, asks in _asking(sheet) if asks <= classes]
        if used:
            yield f"uses {used[:3]} of {sheet.name}, which it does not link"


@cache
def sheets() -> tuple[Path, ...]:
    return tuple(sorted(FOLDER.rglob("*.css")))


@cache
def _asking(sheet: Path) -> tuple[tuple[str, frozenset[str]], ...]:
    """Return the selectors that name classes, with these classes."""
    return tuple((rule, asks) for rule in selectors(sheet) if (asks := classes_of(rule)))


@cache
def selectors(sheet: Path) -> tuple[str, ...]:
    """Yield each selector of a file, also those in media queries."""
    preludes = _PRELUDE.findall(without_comments(sheet))
    rules = (rule for rule in preludes if not rule.strip().startswith("@"))
    return tuple(" ".join(one.split()) for rule in rules for one in rule.split(","))


@cache
def without_comments(sheet: Path) -> str:
    return _COMMENT.sub("", sheet.read_text(encoding="utf-8"))


@cache
def classes_of(selector: str) -> frozenset[str]:
    """Return the classes that an element or its parents must have for the selector to match."""
    return frozenset(_CLASS.findall(_NEGATED.sub("", selector)))
