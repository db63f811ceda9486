"""Helpers for tests that read a page."""

from django.http import HttpResponse
from lxml import html

from policy_tracker.tests.parsing import parse


def read(response: HttpResponse) -> html.HtmlElement:
    """Return the parsed page; its status must be 200."""
    assert response.status_code == 200
    return parse(response.content.decode())


def words(element: html.HtmlElement) -> str:
    """Return the text of an element, with runs of spaces as one."""
    return " ".join(element.text_content().split())


def figures(page: html.HtmlElement) -> dict[str, tuple[int, str]]:
    """Return each figure that opens a list: its label, number and URL."""
    found = {}
    for link in page.xpath("//li[contains(@class, 'figure')]/a"):
        number, label = link.xpath("b")[0], link.xpath("span")[0]
        found[words(label).lstrip("▲●■○ ")] = (int(words(number)), link.get("href"))
    return found


def counted(page: html.HtmlElement) -> dict[str, tuple[int, str]]:
    """Return each number in sentences of 总览 that opens a list: its context, number, URL."""
    found = {}
    for link in page.xpath("//main//a[contains(@class, 'counted')]"):
        number = words(link.xpath("b")[0])
        label = words(link).replace(number, "", 1).lstrip("▲●■▨○")
        found[label] = (int(number), link.get("href"))
    return found


def measures(page: html.HtmlElement) -> list[str]:
    """Return the rows of the ledger, by title."""
    path = "//table[contains(@class, 'ledger')]//th[contains(@class, 'ledger-title')][@scope='row']"
    return [words(head) for head in page.xpath(path)]


def row_of(page: html.HtmlElement, title: str) -> str:
    """Return the text of a measure's row."""
    return words(page.xpath(f"//tr[th[@scope='row']/a[contains(., '{title}')]]")[0])


def marks(page: html.HtmlElement) -> list[html.HtmlElement]:
    """Return the marks of the matrix, without the totals at its edges."""
    path = "//table[contains(@class, 'matrix')]/tbody//td[not(contains(@class, 'matrix-sum'))]/a"
    return page.xpath(path)
