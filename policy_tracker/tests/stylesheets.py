"""Our stylesheets as a test reads them: which rules a page uses, and which it links."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path, PurePosixPath

from django.conf import settings
from lxml import html

FOLDER = settings.BASE_DIR / "static/css"
MOST_LINKS = 8
# Not looked for on a page: paper is every framed page's, 大屏 has classes of its own.
ALWAYS_RIGHT = {"print.css", "screen.css"}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_PRELUDE = re.compile(r"([^{}]+)\{")
_NEGATED = re.compile(r":not\([^)]*\)")
_CLASS = re.compile(r"\.([A-Za-z][\w-]*)")


def linked(page: html.HtmlElement) -> list[str]:
    """The addresses of the stylesheets of a page."""
    return [str(href) for href in page.xpath("//link[@rel='stylesheet']/@href")]


def style_faults(page: html.HtmlElement) -> Iterator[str]:
    """Too many links, and rules that would apply but stand in a file the page does not link."""
    links = linked(page)
    if len(links) > MOST_LINKS:
        yield f"links {len(links)} stylesheets"
    names = {PurePosixPath(link).name for link in links}
    classes = {name for words in page.xpath("//@class") for name in str(words).split()}
    for sheet in sheets():
        if sheet.name in names | ALWAYS_RIGHT:
            continue
        # The rules of a page's own files all name a class, so classes are enough to tell.
        used = [rule for rule, asks in _asking(sheet) if asks <= classes]
        if used:
            yield f"uses {used[:3]} of {sheet.name}, which it does not link"


@cache
def sheets() -> tuple[Path, ...]:
    return tuple(sorted(FOLDER.rglob("*.css")))


@cache
def _asking(sheet: Path) -> tuple[tuple[str, frozenset[str]], ...]:
    """The selectors that name classes, with these."""
    return tuple((rule, asks) for rule in selectors(sheet) if (asks := classes_of(rule)))


@cache
def selectors(sheet: Path) -> tuple[str, ...]:
    """Each selector of a file, those in media queries too."""
    preludes = _PRELUDE.findall(without_comments(sheet))
    rules = (rule for rule in preludes if not rule.strip().startswith("@"))
    return tuple(" ".join(one.split()) for rule in rules for one in rule.split(","))


@cache
def without_comments(sheet: Path) -> str:
    return _COMMENT.sub("", sheet.read_text(encoding="utf-8"))


@cache
def classes_of(selector: str) -> frozenset[str]:
    """The classes that something must have, or stand in, for the selector to match."""
    return frozenset(_CLASS.findall(_NEGATED.sub("", selector)))
