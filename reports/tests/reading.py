"""Reading a page as tests need it."""

from django.http import HttpResponse
from lxml import html

from policy_tracker.tests.parsing import parse


def read(response: HttpResponse) -> html.HtmlElement:
    """The page, parsed; it must be a good one."""
    assert response.status_code == 200
    return parse(response.content.decode())


def words(element: html.HtmlElement) -> str:
    """The text of an element, blanks made one."""
    return " ".join(element.text_content().split())


def figures(page: html.HtmlElement) -> dict[str, tuple[int, str]]:
    """Each figure that opens a list: its label, number and address."""
    found = {}
    for link in page.xpath("//li[contains(@class, 'figure')]/a"):
        number, label = link.xpath("b")[0], link.xpath("span")[0]
        found[words(label).lstrip("▲●■○ ")] = (int(words(number)), link.get("href"))
    return found


def counted(page: html.HtmlElement) -> dict[str, tuple[int, str]]:
    """Each number in a sentence of 总览 that opens a list: the words round it, number, address."""
    found = {}
    for link in page.xpath("//main//a[contains(@class, 'counted')]"):
        number = words(link.xpath("b")[0])
        label = words(link).replace(number, "", 1).lstrip("▲●■▨○")
        found[label] = (int(number), link.get("href"))
    return found


def measures(page: html.HtmlElement) -> list[str]:
    """The rows of the ledger, by title."""
    path = "//table[contains(@class, 'ledger')]//th[contains(@class, 'ledger-title')][@scope='row']"
    return [words(head) for head in page.xpath(path)]


def row_of(page: html.HtmlElement, title: str) -> str:
    """The row of a measure, in words."""
    return words(page.xpath(f"//tr[th[@scope='row']/a[contains(., '{title}')]]")[0])


def marks(page: html.HtmlElement) -> list[html.HtmlElement]:
    """The marks of the matrix; the totals at its edges are none."""
    path = "//table[contains(@class, 'matrix')]/tbody//td[not(contains(@class, 'matrix-sum'))]/a"
    return page.xpath(path)
