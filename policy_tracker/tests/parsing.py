"""A page as a browser takes its white space: what templates break over lines reads as one."""

import re

from lxml import html

# Around these, and at their edges, white space is not shown (CSS 2.2, 16.6.1).
INLINE = frozenset(
    {"a", "abbr", "b", "button", "code", "del", "em", "i", "img", "input", "ins", "label"}
    | {"select", "small", "span", "strong", "sub", "sup", "svg", "textarea", "time"}
)
KEPT = frozenset({"pre", "textarea", "script", "style"})
_RUN = re.compile(r"[ \t\n\r\f]+")


def parse(content: str) -> html.HtmlElement:
    """The document with its runs of white space made one, and none at the edges of blocks."""
    page = html.fromstring(content)
    for element in page.iter():
        if isinstance(element.tag, str) and element.tag not in KEPT and _is_shown_plain(element):
            _collapse(element)
    return page


def _is_shown_plain(element: html.HtmlElement) -> bool:
    return "prose" not in (element.get("class") or "").split()


def _collapse(element: html.HtmlElement) -> None:
    is_block = element.tag not in INLINE
    children = list(element)
    if element.text:
        element.text = _RUN.sub(" ", element.text)
        if is_block:
            element.text = element.text.lstrip(" ")
        if not children and is_block or children and _is_block(children[0]):
            element.text = element.text.rstrip(" ")
    for at, child in enumerate(children):
        if not child.tail:
            continue
        tail = _RUN.sub(" ", child.tail)
        if _is_block(child):
            tail = tail.lstrip(" ")
        is_last = at == len(children) - 1
        if is_last and is_block or not is_last and _is_block(children[at + 1]):
            tail = tail.rstrip(" ")
        child.tail = tail


def _is_block(element: html.HtmlElement) -> bool:
    return isinstance(element.tag, str) and element.tag not in INLINE
