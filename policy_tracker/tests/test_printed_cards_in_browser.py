"""本期应报 on paper: the head of a card is on the sheet on which its fields begin."""

from datetime import timedelta
from io import BytesIO

import pdfplumber
import pytest
from playwright.sync_api import Browser

from agencies.permissions import Role
from measures.choices import FilingState
from measures.tests.factories import (
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_milestone,
    make_note,
    make_user,
)
from policy_tracker.tests.browsing import signed_in

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
]
CARDS = 20
FOOT = 60  # points at a sheet's end with its number


@pytest.fixture
def printed(browser: Browser, live_server) -> bytes:
    agency = make_agency(name="重庆海关")
    make_user(Role.LIAISON, agency, username="liaison")
    for number in range(CARDS):
        measure = make_measure(lead=agency)
        make_milestone(measure, title="节点", due_on=TODAY - timedelta(days=20), agency=agency)
        filing = make_filing(measure=measure, state=FilingState.DRAFT)
        make_note(filing, progress="推进一件事。" * 20 * (number % 7 + 1))
    page = signed_in(browser, live_server.url, "liaison")
    page.goto("/filings/?whole=1")
    return page.pdf(prefer_css_page_size=True)


def test_no_heading_is_alone_at_the_end_of_a_sheet(printed: bytes) -> None:
    with pdfplumber.open(BytesIO(printed)) as sheets:
        ends = []
        for sheet in sheets.pages:
            lines = sheet.extract_text_lines()
            ends += [line["text"] for line in lines if line["bottom"] < sheet.height - FOOT][-1:]
    assert len(ends) > 3
    assert not [line for line in ends if "牵头单位" in line or "节点逾期" in line]
