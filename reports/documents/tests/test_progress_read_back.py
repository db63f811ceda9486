"""The demonstration's 进展情况报告 of each period, read back from its files like a clerk."""

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest
import time_machine
from django.db import transaction
from django.utils.timezone import localdate
from docx import Document as open_docx
from pytest_django import DjangoDbBlocker

from dev.pytest_programs import turn_into_pdf
from lib.official.document import Document, every_part
from lib.official.docx import write_docx
from lib.official.pdf import write_pdf
from lib.official.tests.reading import pages_of
from measures.models import Period
from measures.tests.factories import NOW, TODAY
from reports.datasets.schema import MeasureData, ProgressData, measures_of
from reports.documents.parts.measures import is_fresh
from reports.documents.progress import document_of
from reports.tests.world import gather_progress

pytestmark = pytest.mark.django_db


class Paper(NamedTuple):
    data: ProgressData
    document: Document
    docx: bytes
    text: str  # all text of the Word file, including tables

    @property
    def prose(self) -> list[str]:
        parts = every_part(self.document.parts)
        return [self.document.opening, *(text for part in parts for text in part.paragraphs)]


@pytest.fixture(scope="module")
def papers(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    play_demonstration: Callable[..., None],
) -> list[Paper]:
    """Return one of each period, of a fixed day: the length depends on it. Tests only read them."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        play_demonstration(on=TODAY, at=NOW)
        written = list(_papers())
        transaction.set_rollback(True)
    return written


def _papers() -> Iterator[Paper]:
    for pk in Period.objects.opened().main().newest_first().values_list("pk", flat=True):
        data = gather_progress(pk, on=localdate())
        document = document_of(data, made_on=localdate())._replace(editor_notes=())
        docx = write_docx(document)
        yield Paper(data, document, docx, _words_of(docx))


def _words_of(docx: bytes) -> str:
    opened = open_docx(BytesIO(docx))
    cells = [cell.text for t in opened.tables for row in t.rows for cell in row.cells]
    return "\n".join([*(p.text for p in opened.paragraphs), *cells])


FORBIDDEN = [
    r"我(?:局|关|行|厅|办|部|处|司|院|区|县|公司|集团|单位|们)",
    r"(?<![基根日成])本(?:局|关|厅|委|公司|集团|单位)",
    "贵(?:局|关|委|行|厅)",
    "采用|未纳入|下达|尚未布置|预警：|进度：|待核|人工认定|填报尚未|填报期关闭|牵头单位：",
    r"〔(?!\d{4}〕)|缺失",
    r"\d{4}-\d{2}-\d{2}",
    "(?<![申邀聘报商])请|恳|希望|建议由",
    r"演示数据）.",  # the mark of invented texts; the document has it below its title
]


def test_three_periods_are_read(papers: list[Paper]) -> None:
    assert len(papers) == 3


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_it_contains_no_first_person_of_agencies_and_no_system_words(
    papers: list[Paper], pattern: str
) -> None:
    for paper in papers:
        assert not re.findall(pattern, paper.text)


def test_a_measure_has_its_full_name_wherever_prose_mentions_it(papers: list[Paper]) -> None:
    for paper in papers:
        assert not [t for t in paper.prose if re.search("(?<!第)（[一二三四五六七八九十]+）", t)]


def test_all_data_are_of_one_day_which_prose_names_once(papers: list[Paper]) -> None:
    for paper in papers:
        assert "".join(paper.prose).count("截至") == 1
        assert len(set(re.findall("截至：?([^）　\n]+日)", paper.text))) == 1


def test_lights_are_named_in_the_overview_and_the_annex_only(papers: list[Paper]) -> None:
    for paper in papers:
        overview, *rest = paper.document.parts
        assert re.search("[红黄绿灰]灯", overview.paragraphs[0])
        below = "".join(text for part in every_part(rest) for text in part.paragraphs)
        assert not re.search("[红黄绿灰]灯", below)


def numbers(text: str) -> set[float]:
    return {float(found) for found in re.findall(r"\d+(?:\.\d+)?", text)}


def paragraph_of(paper: Paper, measure: MeasureData) -> str:
    key = f"measure-{measure['ordinal']}"
    found = next(part for part in every_part(paper.document.parts) if part.key == key)
    assert len(found.paragraphs) == 1
    return found.paragraphs[0]


def test_each_figure_is_that_of_the_dataset(papers: list[Paper]) -> None:
    for paper in papers:
        for measure in measures_of(paper.data):
            told = paragraph_of(paper, measure)
            assert numbers(told) <= numbers(json.dumps(measure, ensure_ascii=False))
            for one in measure["figures"]:
                if is_fresh(one, on=paper.data["as_of"]):
                    assert one["value"] in told
                    assert one["change"] in told


def test_it_has_twelve_to_fifteen_pages(papers: list[Paper]) -> None:
    """The newest of the demonstration's three periods; the others, fully filed, are longer."""
    counts = [len(pages_of(write_pdf(paper.document))) for paper in papers]
    newest, *others = counts
    assert 12 <= newest <= 15
    assert all(12 <= pages <= 16 for pages in others), counts


@pytest.mark.office
def test_the_word_file_has_as_many_pages_in_the_office(papers: list[Paper], tmp_path: Path) -> None:
    paper = papers[0]
    (tmp_path / "paper.docx").write_bytes(paper.docx)
    fonts = tmp_path / "fonts.conf"
    fonts.write_text(
        "<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig>"
        "<dir>/usr/share/fonts</dir></fontconfig>"
    )
    turn_into_pdf([tmp_path / "paper.docx"], tmp_path, font_settings=fonts)
    assert 12 <= len(pages_of((tmp_path / "paper.pdf").read_bytes())) <= 15
