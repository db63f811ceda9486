"""Parses pages with the white space of a browser: template line breaks are not shown."""

import re

from lxml import html

# White space around these elements and at their edges is not shown (CSS 2.2, 16.6.1).
INLINE = frozenset(
    {"a", "abbr", "b", "button", "code", "del", "em", "i", "img", "input", "ins", "label"}
    | {"select", "small", "span", "strong", "sub", "sup", "svg", "textarea", "time"}
)
KEPT = frozenset({"pre", "textarea", "script", "style"})
_RUN = re.compile(r"[ \t\n\r\f]+")


def parse(content: str) -> html.HtmlElement:
    """Return the document with single blanks, and none at the edges of its lines."""
    page = html.fromstring(content)
    for element in page.iter():
        if isinstance(element.tag, str) and element.tag not in KEPT and _is_shown_plain(element):
            _collapse(element)
    return page


def _is_shown_plain(element: html.HtmlElement) -> bool:
    return "prose" not in (element.get("class") or "").split()


def _collapse(element: html.HtmlElement) -> None:
    """Keep a blank between blocks, so that their words are not joined."""
    children = list(element)
    is_leaf = _is_block(element) and not any(_is_block(child) for child in children)
    texts = [element.text or "", *(child.tail or "" for child in children)]
    texts = [_RUN.sub(" ", text) for text in texts]
    if is_leaf:
        texts[0] = texts[0].lstrip(" ")
        texts[-1] = texts[-1].rstrip(" ")
    element.text = texts[0]
    for child, tail in zip(children, texts[1:], strict=True):
        child.tail = tail


def _is_block(element: html.HtmlElement) -> bool:
    return isinstance(element.tag, str) and element.tag not in INLINE
