"""工作台账 as its page shows it; its file is the workbook (xlsx.py). Pure."""

from datetime import date

from lib.official.document import Document
from reports.choices import FileFormat
from reports.datasets.schema import ProgressData, measures_of
from reports.documents.annexes import agencies_annex, ledger_annex
from reports.documents.names import demo_line, ledger_title
from reports.documents.tables import ledger_row_count, sub_line


def document_of(data: ProgressData, *, made_on: date, number: str = "") -> Document:
    """Return the ledger, with the filings of each agency. It has no number."""
    line = sub_line(data, made_on)
    return Document(
        title_lines=(ledger_title(data),),
        addressee="",
        opening=f"共{len(measures_of(data))}项措施、{ledger_row_count(data)}行。",
        parts=(),
        ending="",
        annexes=(ledger_annex(data, line), agencies_annex(data, line)),
        signature=data["notice"]["coordinator_full"],
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
    )


def file_title(data: ProgressData, file_format: FileFormat) -> str:
    demo = "（演示数据）" if data["is_demo"] else ""
    return f"{demo}{ledger_title(data)}"
