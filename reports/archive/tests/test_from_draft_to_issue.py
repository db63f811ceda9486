"""A circular and a letter from the request to the files sent, on pages and in files."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import connections
from django.test import Client
from docx import Document

from agencies.models import Agency, Event
from agencies.permissions import Role
from lib.official.tests.reading import docx_text, pages_of, pdf_text
from measures.models import Period
from measures.tests.factories import NOW
from reports.archive.tests.test_pages import signed_in
from reports.jobs.build import run_report
from reports.models import Report, ReportFile

pytestmark = pytest.mark.django_db(transaction=True)
NEXT_DAY = NOW + timedelta(days=1)
WORDS = "请于12月1日前补报，并说明原因。"


def asked(period: Period, kind: str, agency: str = "") -> Report:
    """Create a draft that a coordinator requested on the page, with its files."""
    chosen = {"agency": Agency.objects.get(code=agency).pk} if agency else {}
    client = signed_in(Role.COORDINATOR)
    client.post("/reports/new/", {"kind": kind, "period": period.pk, **chosen})
    report = Report.objects.get()
    assert run_report(report.pk, at=NOW)
    return report


def edited_and_issued(report: Report) -> None:
    """Submit it; the chief edits, reads and, a day later, issues it."""
    chief, page = signed_in(Role.CHIEF), f"/reports/{report.pk}/"
    drafter = signed_in(Role.COORDINATOR)
    sent = {"seen": seen_on(drafter, page), "notes_settled": "on"}
    assert drafter.post(f"{page}submit/", sent).status_code == 302
    chief.post(f"{page}edit/asked/", {"text": WORDS, "seen": 0})
    chief.post(f"{page}issue/", {"seen": seen_on(chief, page)})


def seen_on(client: Client, page: str) -> str:
    seen = re.search(r'name="seen" value="(\w+)"', client.get(page).content.decode())
    assert seen is not None
    return seen[1]


def written(report: Report) -> tuple[str, str]:
    """Return the text of the Word file and the PDF, without spaces."""
    said = {}
    for file in ReportFile.objects.filter(report=report):
        assert "送审稿" not in file.name
        with file.file.open() as content:
            said[file.format] = content.read()
    return docx_text(said["docx"]), pdf_text(pages_of(said["pdf"]))


CASES = [
    ("circular", "", "渝商务通报〔2026〕1号"),
    ("letter", "cqcustoms", "渝商务提示〔2026〕1号"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "agency", "number"), CASES)
def test_the_edited_text_is_issued_with_number_signer_and_day(
    filed: Period, kind: str, agency: str, number: str
) -> None:
    report = asked(filed, kind, agency)
    before = ReportFile.objects.filter(report=report).values_list("name", flat=True)
    assert all("送审稿" in name for name in before)
    with time_machine.travel(NEXT_DAY, tick=False):
        edited_and_issued(report)
        assert run_report(report.pk, at=NEXT_DAY)
    for text in written(report):
        assert WORDS in text
        assert number in text
        assert "送审稿" not in text
        # issuer and date are those of the issue, though it was drafted the day before
        assert "重庆市商务委员会2026年11月24日" in text
        assert "2026年11月23日印发" not in text


@pytest.mark.slow
def test_the_text_ends_with_signature_and_day(filed: Period) -> None:
    report = asked(filed, "letter", "cqcustoms")
    with ReportFile.objects.get(report=report, format="docx").file.open() as content:
        lines = [p.text for p in Document(BytesIO(content.read())).paragraphs if p.text]
    end = lines.index("特此函达，请予支持为盼。")
    assert lines[end + 1 : end + 3] == ["重庆市商务委员会", "2026年11月23日"]


@pytest.mark.slow
def test_a_hundred_concurrent_requests_create_one_report(filed: Period) -> None:
    clients = [signed_in(Role.COORDINATOR), signed_in(Role.CHIEF), signed_in(Role.LEADER)]
    cookies = [client.cookies["sessionid"].value for client in clients]

    def ask(number: int) -> tuple[int, str]:
        client = Client()
        client.cookies["sessionid"] = cookies[number % len(cookies)]
        try:
            answer = client.post("/reports/new/", {"kind": "progress", "period": filed.pk})
            return answer.status_code, answer["Location"]
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=20) as pool:
        answers = set(pool.map(ask, range(100)))
    report = Report.objects.get()
    assert answers == {(302, f"/reports/{report.pk}/")}
    assert Event.objects.filter(action="report.request").count() == 1
