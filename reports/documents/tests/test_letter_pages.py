"""How many pages letters have in our PDF and in LibreOffice's layout of the Word file."""

from pathlib import Path
from typing import Any

import pytest

from dev.pytest_programs import turn_into_pdf
from lib.official.document import Document
from lib.official.docx import write_docx
from lib.official.pdf import write_pdf
from lib.official.tests.office import font_settings
from lib.official.tests.reading import pages_of
from measures.models import Filing, Period
from reports.documents.agency_report import document_of as report_of
from reports.documents.letter import document_of as letter_of
from reports.documents.tests.test_agency_report import MADE_ON, of
from reports.documents.tests.test_letter import to, unfile

pytestmark = pytest.mark.django_db
CONTACT = {"name": "张三丰", "phone": "023-67890001"}


def letter(filed: Period, count: int) -> Document:
    """Create a letter to 重庆海关, late with so many of its seven items."""
    own = Filing.objects.filter(agency__code="cqcustoms").order_by("-measure__ordinal")
    unfile("cqcustoms", *own.values_list("measure__ordinal", flat=True)[:count])
    data: Any = to(filed) | {"contact": CONTACT}
    assert len(data["late"]) == count
    return letter_of(data, made_on=MADE_ON, number="渝商务提示〔2026〕3号")


def long_report(filed: Period) -> Document:
    """Create a report of 重庆海关 with text on each of seven items."""
    data: Any = of(filed, "cqcustoms") | {"contact": CONTACT}
    for section in data["sections"]:
        for measure in section["measures"]:
            measure["parties"][0]["note"] = {
                "progress": "监管进口消费品20.9亿元，检验检疫进口食品986批次，并优化查验流程。",
                "problems": "",
                "next_steps": "四季度加强节日期间进口消费品监管，保障快速验放。",
                "help_needed": "",
                "stage": "推进中",
                "percent": None,
                "confidence": "正常",
                "confidence_reason": "",
            }
    return report_of(data, made_on=MADE_ON)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_up_to_five_items_fit_on_one_page_of_pdf(filed: Period, count: int) -> None:
    assert len(pages_of(write_pdf(letter(filed, count)))) == 1


def test_an_agencys_own_letter_of_seven_items_has_three_pages(filed: Period) -> None:
    assert len(pages_of(write_pdf(long_report(filed)))) <= 3


@pytest.mark.office
def test_word_needs_as_many_pages_for_each(filed: Period, tmp_path: Path) -> None:
    """LibreOffice is started once, as that takes longer than all three files."""
    documents = {"report": long_report(filed), "one": letter(filed, 1), "five": letter(filed, 5)}
    counts = office_pages(documents, tmp_path)
    assert counts["report"] <= 3
    assert (counts["one"], counts["five"]) == (1, 1)


def office_pages(documents: dict[str, Document], folder: Path) -> dict[str, int]:
    files = {name: folder / f"{name}.docx" for name in documents}
    for name, document in documents.items():
        files[name].write_bytes(write_docx(document))
    settings = folder / "fonts.conf"
    settings.write_text(font_settings(folder))
    turn_into_pdf(list(files.values()), folder, font_settings=settings)
    return {name: len(pages_of((folder / f"{name}.pdf").read_bytes())) for name in documents}
