"""Each sample written once a run: as Word, as PDF, and as LibreOffice turns the Word file."""

import fcntl
import os
from pathlib import Path

import pytest
from pdfplumber.page import Page

from dev.pytest_programs import turn_into_pdf
from lib.official.docx import write_docx
from lib.official.pdf import write_pdf
from lib.official.tests.office import font_settings
from lib.official.tests.reading import pages_of
from lib.official.tests.samples import DOCUMENTS


@pytest.fixture(scope="session")
def docx_files() -> dict[str, bytes]:
    """Every sample as Word."""
    return {name: write_docx(words) for name, words in DOCUMENTS.items()}


@pytest.fixture(scope="session")
def pdf_files() -> dict[str, bytes]:
    """Every sample as PDF."""
    return {name: write_pdf(words) for name, words in DOCUMENTS.items()}


@pytest.fixture(scope="session")
def our_pages(pdf_files: dict[str, bytes]) -> dict[str, list[Page]]:
    """The pages of our PDFs."""
    return {name: pages_of(content) for name, content in pdf_files.items()}


@pytest.fixture(scope="session")
def office_pages(
    docx_files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, list[Page]]:
    """The pages that LibreOffice makes of the Word files, one run for all workers of the suite."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder = shared / "office"
    with (shared / "office.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _turn_all(docx_files, folder)
    return {name: pages_of((folder / f"{name}.pdf").read_bytes()) for name in docx_files}


def _turn_all(docx_files: dict[str, bytes], folder: Path) -> None:
    folder.mkdir()
    for name, content in docx_files.items():
        (folder / f"{name}.docx").write_bytes(content)
    settings = folder / "fonts.conf"
    settings.write_text(font_settings(folder))
    files = [folder / f"{name}.docx" for name in docx_files]
    turn_into_pdf(files, folder, font_settings=settings)
