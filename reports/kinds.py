"""The table of kinds of documents: how each collects its dataset, and writes text and files.

The job, the page, the preview, the command and the comparison all use it.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, NamedTuple, cast

from django.utils.timezone import localdate

from lib.official.document import Document, Form, Head, Imprint, Tick
from lib.official.docx import write_docx
from lib.official.edits import DRAFT_LINE, current_texts, keys_without_place, with_edits
from lib.official.pdf import write_pdf
from lib.official.stored import document_from
from reports.choices import FileFormat, ReportKind
from reports.datasets import agency_report, brief, circular, ledger, letter, progress
from reports.datasets.frozen import digest_of, one_moment
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
from reports.models.edit import with_choices
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
    """Return the dataset as of one moment of a day. Not inside another transaction."""
    with one_moment():
        return gather(kind, scope, on=on)


def making_of(
    kind: ReportKind, data: Dataset, *, made_on: date, number: str = "", signer: str = ""
) -> Making:
    """Return a kind's document; `number` and `signer` are empty before it is signed.

    Only a document to a superior names 签发人. It has 发文机关标志, 发文字号, 签发人, and 版记 at
    its end (GB/T 9704-2012, 7.2).
    """
    document = KINDS[kind].document(as_current(data), made_on=made_on, number=number)
    if kind.is_issued and document.form is Form.PLAIN:
        # Which office of an agency prints its own document is not known here.
        office = document.signature if kind.is_own else f"{document.signature}办公室"
        document = document._replace(
            form=Form.OFFICIAL,
            head=Head(document.signature, number, signer),
            imprint=Imprint((), office, document.made_on),
        )
    return Making(kind, data, document, made_on)


def making_for(report: Report) -> Making:
    """Return the final document, or else the current one with edits; its issue must be fetched."""
    data = with_choices(report)
    if report.words is not None:
        document = document_from(report.words)
    else:
        # Only a report that was final before texts were stored has a number already.
        issue = getattr(report, "issue", None)
        number = issue.number if issue else ""
        generated = generated_for(report, made_on=issue and issue.issued_on, number=number)
        texts = current_texts(ReportEdit.objects.of(report.pk).said())
        notes = (*generated.editor_notes, *_notes_on_lost_edits(report, generated, texts))
        document = with_edits(
            generated._replace(editor_notes=notes),
            texts,
            is_final=report.is_final or bool(number),
        )
    return Making(report.kind_choice, data, document, document.made_on)


def _notes_on_lost_edits(
    report: Report, generated: Document, texts: Mapping[str, str]
) -> list[str]:
    """Return editor notes of edits in parts that this version of the product does not generate."""
    keys = keys_without_place(generated, texts)
    if not keys:
        return []
    edits = ReportEdit.objects.of(report.pk).filter(key__in=keys)
    headings = dict(edits.values_list("key", "heading"))
    return [
        f"对“{headings[key]}”修改过的文字，现在的文稿里没有相应的部分，没有写入；"
        "文字留存在“修改文字”页末，请核对后写入其他部分。"
        for key in keys
    ]


def final_words(
    report: Report, *, made_on: date | None = None, number: str = "", signer: str = ""
) -> Document:
    """Return the whole document as it becomes final now, with this day and number."""
    texts = current_texts(ReportEdit.objects.of(report.pk).said())
    generated = generated_for(report, made_on=made_on, number=number, signer=signer)
    return with_edits(generated, texts, is_final=True)


def digest_of_final(report: Report) -> str:
    """Return the SHA-256 over the dataset and the final text."""
    assert report.words is not None  # only called for reports with text
    return digest_of({"dataset": report.digest, "words": report.words})


def generated_for(
    report: Report, *, made_on: date | None = None, number: str = "", signer: str = ""
) -> Document:
    """Return the document without edits, of the day of its dataset or of `made_on`."""
    assert report.frozen_at is not None  # a constraint: it comes with the dataset
    made_on = made_on or localdate(report.frozen_at)
    data = with_choices(report)
    kind = report.kind_choice
    document = making_of(kind, data, made_on=made_on, number=number, signer=signer).document
    if not report.against_id:
        return document
    before = Report.objects.values_list("dataset", flat=True).get(pk=report.against_id)
    annex = comparison_annex(cast(Dataset, before), data, sub_line(cast(Any, data), made_on))
    return document._replace(annexes=(*document.annexes, annex))


def file_name(file_format: FileFormat, making: Making) -> str:
    """Return the file name for people: 2026年前三季度…工作进展情况报告.docx."""
    title = KINDS[making.kind].file_title(making.data, file_format)
    draft = f"（{DRAFT_LINE}）" if making.document.draft_line and file_format != "xlsx" else ""
    return f"{title}{draft}.{file_format.value}"


def as_of(report: Report) -> date | None:
    """Return the day of a report's data, as its text gives it; None without a frozen dataset.

    An agency's own document covers the months of its period; all others use the data day.
    """
    data = cast(dict[str, Any], report.dataset or {})
    names = ("as_of",) if report.kind_choice.is_own else ("told_on", "judged_on", "as_of")
    return next((date.fromisoformat(data[name]) for name in names if data.get(name)), None)
