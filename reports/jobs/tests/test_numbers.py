"""Every number in the Word file and the PDF is in the dataset, counted again here."""

import json
import re
from collections import Counter
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document

from lib.numbers import share
from lib.official.docx import write_docx
from lib.official.pdf import write_pdf
from lib.official.tests.reading import docx_text, pages_of, pdf_text
from reports.choices import ReportKind
from reports.datasets.schema import ProgressData, measures_of
from reports.kinds import making_of

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 3)
_SHARE = re.compile(r"(已完成|基本完成|正在推进|尚未启动)(?:（[^）]*）)?(\d+)项、占([\d.]+)%")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
STAGES = {
    "已完成": "done",
    "基本完成": "nearly_done",
    "正在推进": "under_way",
    "尚未启动": "not_started",
}


@pytest.fixture
def docx(data: ProgressData) -> bytes:
    return write_docx(making_of(ReportKind.PROGRESS, data, made_on=MADE_ON).document)


def test_stages_are_counted_as_in_the_dataset_and_shares_rounded_half_up(
    docx: bytes, data: ProgressData
) -> None:
    counted = Counter(measure["stage"] for measure in measures_of(data))
    told = _SHARE.findall(docx_text(docx))[: len(counted)]
    assert {STAGES[word]: int(number) for word, number, _ in told} == dict(counted)
    for _, number, told_share in told:
        assert Decimal(told_share) == share(int(number), len(measures_of(data)))


def test_the_table_of_filings_equals_that_of_the_dataset(docx: bytes, data: ProgressData) -> None:
    *_, table, _ = Document(BytesIO(docx)).tables  # 版记 is the last table
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    fields = ("owed", "accepted", "waiting", "mending", "unfiled", "waived", "in_time", "late")
    numbers = [[agency[field] for field in fields] for agency in data["agencies"]]  # type: ignore[literal-required]
    assert rows[1:] == [
        *(
            [str(n), agency["agency"], *map(str, own)]
            for n, (agency, own) in enumerate(zip(data["agencies"], numbers, strict=True), start=1)
        ),
        ["", "合计", *(str(sum(column)) for column in zip(*numbers, strict=True))],
    ]


def test_every_number_comes_from_the_dataset(docx: bytes, data: ProgressData) -> None:
    """Numbers are in the dataset, or counts of its rows, shares of two, or places in lists."""
    written = json.dumps(data, ensure_ascii=False)
    known = set(_NUMBER.findall(written)) | {str(int(n)) for n in re.findall(r"\d+", written)}
    most = max(len(measures_of(data)), sum(agency["owed"] for agency in data["agencies"]))
    known |= {str(n) for n in range(most + 1)}
    known |= {str(share(a, b)) for b in range(1, most + 1) for a in range(b + 1)}
    known |= {str(part) for part in (MADE_ON.year, MADE_ON.month, MADE_ON.day)}
    assert set(_NUMBER.findall(docx_text(docx))) <= known


def test_the_pdf_has_the_same_numbers(docx: bytes, data: ProgressData) -> None:
    document = making_of(ReportKind.PROGRESS, data, made_on=MADE_ON).document
    assert pdf_text(pages_of(write_pdf(document))) == docx_text(docx)
