"""The kinds of documents: how each is gathered, said and filed. One table, read by everybody.

Making a report, the page, the preview, the command and the comparison all go through here.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple, cast

from django.utils.timezone import localdate

from lib.official.document import Document, Tick
from lib.official.docx import write_docx
from lib.official.edits import DRAFT_LINE, current_texts, with_edits
from lib.official.pdf import write_pdf
from reports.choices import FileFormat, ReportKind
from reports.datasets import agency_report, brief, circular, ledger, letter, progress
from reports.datasets.frozen import one_moment
from reports.datasets.older import as_current
from reports.documents import agency_report as agency_document
from reports.documents import brief as brief_document
from reports.documents import circular as circular_document
from reports.documents import ledger as ledger_document
from reports.documents import letter as letter_document
from reports.documents import progress as progress_document
from reports.documents.comparison import comparison_annex
from reports.documents.tables import sub_line
from reports.documents.xlsx import write_xlsx
from reports.models import Report, ReportEdit
from reports.models.report import Scope

Dataset = dict[str, Any]  # as one of the shapes in reports.data


class DocumentKind(NamedTuple):
    gather: Callable[..., Mapping[str, object]]  # (scope, *, on)
    document: Callable[..., Document]  # (data, *, made_on, number)
    file_title: Callable[..., str]  # (data, file_format)


def _kind(data: Any, words: Any) -> DocumentKind:
    return DocumentKind(data.gather, words.document_of, words.file_title)


KINDS = {
    ReportKind.PROGRESS: _kind(progress, progress_document),
    ReportKind.CIRCULAR: _kind(circular, circular_document),
    ReportKind.LEDGER: _kind(ledger, ledger_document),
    ReportKind.AGENCY: _kind(agency_report, agency_document),
    ReportKind.LETTER: _kind(letter, letter_document),
    ReportKind.BRIEF: _kind(brief, brief_document),
}


class Making(NamedTuple):
    kind: ReportKind
    data: Dataset
    document: Document
    made_on: date
    edits: int = 0  # how many times people had edited the words
    tick: Tick = lambda rows: None


WRITERS: dict[FileFormat, Callable[[Making], bytes]] = {
    FileFormat.DOCX: lambda making: write_docx(making.document, tick=making.tick),
    FileFormat.PDF: lambda making: write_pdf(making.document, tick=making.tick),
    FileFormat.XLSX: lambda making: write_xlsx(
        cast(Any, making.data), made_on=making.made_on, tick=making.tick
    ),
}


def gather(kind: ReportKind, scope: Scope, *, on: date) -> Dataset:
    return dict(KINDS[kind].gather(scope, on=on))


def freeze(kind: ReportKind, scope: Scope, *, on: date) -> Dataset:
    """The dataset as it is in one moment of a day. Not inside another transaction."""
    with one_moment():
        return gather(kind, scope, on=on)


def making_of(kind: ReportKind, data: Dataset, *, made_on: date, number: str = "") -> Making:
    document = KINDS[kind].document(as_current(data), made_on=made_on, number=number)
    return Making(kind, data, document, made_on)


def making_for(report: Report) -> Making:
    """Lay out the frozen dataset with edits, number and day; needs its issue fetched along."""
    assert report.frozen_at is not None  # a constraint: it comes with the dataset
    issue = getattr(report, "issue", None)
    made_on = (issue and issue.issued_on) or localdate(report.frozen_at)
    number = issue.number if issue else ""
    data = cast(Dataset, report.dataset)
    making = making_of(report.kind_choice, data, made_on=made_on, number=number)
    said = ReportEdit.objects.of(report.pk).said() if report.kind_choice.has_prose else []
    is_final = report.is_final or bool(number)
    document = with_edits(making.document, current_texts(said), is_final=is_final)
    if report.against_id:
        before = Report.objects.values_list("dataset", flat=True).get(pk=report.against_id)
        annex = comparison_annex(cast(Dataset, before), data, sub_line(cast(Any, data), made_on))
        document = document._replace(annexes=(*document.annexes, annex))
    return making._replace(document=document, edits=len(said))


def generated_for(report: Report) -> Document:
    assert report.frozen_at is not None  # a constraint: it comes with the dataset
    data = cast(Dataset, report.dataset)
    return making_of(report.kind_choice, data, made_on=localdate(report.frozen_at)).document


def file_name(file_format: FileFormat, making: Making) -> str:
    """What the file is called for people: 2026年前三季度…工作进展情况报告.docx."""
    title = KINDS[making.kind].file_title(making.data, file_format)
    draft = f"（{DRAFT_LINE}）" if making.document.draft_line and file_format != "xlsx" else ""
    return f"{title}{draft}.{file_format.value}"


def as_of(report: Report) -> str:
    """The day up to which a report's frozen dataset tells; empty while it has none."""
    data = cast(Dataset, report.dataset or {})
    return str(data.get("told_on") or data.get("as_of", ""))
