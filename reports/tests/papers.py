"""The demonstration's documents of every kind, written once per test run and read back.

All processes of a run share the files, as writing them takes longer than reading them.
"""

import fcntl
import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import time_machine
from django.db import transaction
from openpyxl import load_workbook
from pytest_django import DjangoDbBlocker

from agencies.models import Agency
from dev.pytest_programs import turn_into_pdf
from lib.official.tests.office import font_settings
from lib.official.tests.reading import docx_cells, docx_text, pages_of, pdf_text
from measures.models import Period
from measures.tests.factories import NOW
from reports.choices import FileFormat, ReportKind
from reports.documents.proposals import ALL, resolve_choices
from reports.kinds import WRITERS, Dataset, gather, making_of
from reports.models.report import Scope

DAY = date(2026, 11, 23)  # the day of the demonstration, the same as in its own tests
PERIODS = ("2026年一季度", "2026年上半年", "2026年前三季度")
NEWEST = PERIODS[-1]


class Wanted(NamedTuple):
    """A document of the demonstration: its kind, its period and whom it is about."""

    kind: ReportKind
    period: str = NEWEST
    agency: str = ""  # its code
    is_chosen: bool = False  # a circular that praises and names all those proposed


WANTED = {
    **{f"progress-{n}": Wanted(ReportKind.PROGRESS, p) for n, p in enumerate(PERIODS, start=1)},
    **{
        f"circular-{n}": Wanted(ReportKind.CIRCULAR, p, is_chosen=True)
        for n, p in enumerate(PERIODS, start=1)
    },
    "circular-undecided": Wanted(ReportKind.CIRCULAR),
    **{f"brief-{n}": Wanted(ReportKind.BRIEF, p) for n, p in enumerate(PERIODS, start=1)},
    "agency-one": Wanted(ReportKind.AGENCY, agency="kawlb"),
    "agency-seven": Wanted(ReportKind.AGENCY, agency="cqcustoms"),
    "letter-one": Wanted(ReportKind.LETTER, agency="nyncw"),
    "letter-many": Wanted(ReportKind.LETTER, agency="cqcustoms"),
    "ledger": Wanted(ReportKind.LEDGER),
}


class Papers:
    """The files written in a folder, by the names of WANTED."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def data(self, name: str) -> Any:
        """Return the frozen dataset, with the choices of a circular."""
        return json.loads((self.folder / f"{name}.json").read_text())

    def text(self, name: str) -> str:
        """Return the Word file's text outside its tables, without spaces."""
        return _docx_text(self.folder / f"{name}.docx")

    def words(self, name: str) -> str:
        """Return a document's whole text including tables; for a ledger its cells."""
        if WANTED[name].kind == ReportKind.LEDGER:
            return _sheet_words(self.folder / f"{name}.xlsx")
        path = self.folder / f"{name}.docx"
        return _docx_text(path) + "\n".join(docx_cells(path.read_bytes()))

    def pdf_text(self, name: str) -> str:
        """Return the same of the PDF; a letter's page header is within the text."""
        text = pdf_text(pages_of((self.folder / f"{name}.pdf").read_bytes()))
        return text.removeprefix("演示数据")

    def page_count(self, name: str, *, by_office: bool = False) -> int:
        folder = self.folder / "office" if by_office else self.folder
        return len(pages_of((folder / f"{name}.pdf").read_bytes()))


@cache
def _docx_text(path: Path) -> str:
    return docx_text(path.read_bytes())


@cache
def _sheet_words(path: Path) -> str:
    sheets = load_workbook(path, read_only=True).worksheets
    rows = (row for sheet in sheets for row in sheet.iter_rows(values_only=True))
    return "\n".join(str(value) for row in rows for value in row if value is not None)


@pytest.fixture(scope="session")
def papers(
    shared_folder: Path,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    play_demonstration: Callable[..., None],
) -> Papers:
    folder = shared_folder / "papers"
    for is_first in _once(folder):
        if is_first:
            with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW):
                play_demonstration(on=DAY, at=NOW)
                _write_all(folder)
                transaction.set_rollback(True)
    return Papers(folder)


@pytest.fixture(scope="session")
def office_papers(papers: Papers) -> Papers:
    """Return the same, plus the PDFs that LibreOffice makes of the Word files."""
    folder = papers.folder / "office"
    for is_first in _once(folder):
        if is_first:
            settings = folder / "fonts.conf"
            settings.write_text(font_settings(folder))
            turn_into_pdf(sorted(papers.folder.glob("*.docx")), folder, font_settings=settings)
    return papers


def _once(folder: Path) -> Iterator[bool]:
    """Return whether this process is the first here; the others wait until it is done."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield not (folder / "complete").exists()
        (folder / "complete").touch()


def _write_all(folder: Path) -> None:
    periods = {period.label: period.pk for period in Period.objects.all()}
    agencies = {agency.code: agency.pk for agency in Agency.objects.all()}
    for name, one in WANTED.items():
        scope = Scope(periods[one.period], None, agencies.get(one.agency))
        data = gather(one.kind, scope, on=DAY)
        _write(folder, name, _chosen(data) if one.is_chosen else data)


def _chosen(data: Any) -> Dataset:
    choices: Any = resolve_choices(data, praise=[ALL], name=[ALL], with_consent=True)
    return {**data, "choices": choices}


def _write(folder: Path, name: str, data: Dataset) -> None:
    kind = WANTED[name].kind
    (folder / f"{name}.json").write_text(json.dumps(data, ensure_ascii=False))
    making = making_of(kind, data, made_on=DAY)
    # As it is sent: the notes to its editor are removed.
    making = making._replace(document=making.document._replace(editor_notes=()))
    for file_format in kind.formats:
        if file_format != FileFormat.XLSX or kind == ReportKind.LEDGER:
            content = WRITERS[file_format](making)
            (folder / f"{name}.{file_format.value}").write_bytes(content)
