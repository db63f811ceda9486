"""A second paper on the same period: what the first one said, and the tick that it needs."""

from typing import NamedTuple

from lib.chinese import long_date
from lib.errors import DomainError
from lib.official.stored import document_from
from reports.choices import ReportKind
from reports.models import Report
from reports.models.report import Scope

SAID_MOST = 160  # characters of the first that the warning quotes


class First(NamedTuple):
    report: Report  # with its issue
    said: str  # its first sentences; empty where no words were kept

    @property
    def sentence(self) -> str:
        issue = self.report.issue
        day = long_date(issue.issued_on) if issue.issued_on else ""
        return f"{self.report}已于{day}签发{issue.number}。"


def first_of(kind: ReportKind, scope: Scope, *, but: int | None) -> First | None:
    """Return the one of this kind and part that was issued on the same period last.

    `but`: the report itself. One that was withdrawn is none.
    """
    if not kind.is_issued:
        return None
    found = Report.objects.issued().filter(kind=kind).about(scope).exclude(pk=but or 0)
    newest = found.select_related("period", "issue").order_by("-issue__issued_at").first()
    return First(newest, _first_sentences(newest)) if newest else None


def first_to_know_of(kind: ReportKind, scope: Scope, *, but: int | None = None) -> First | None:
    """The first one, where a tick is needed before signing already."""
    return first_of(kind, scope, but=but) if kind.warns_of_second else None


def demand_ticked(first: First | None, again: bool) -> None:
    """Raises DomainError where there is a first one and nobody said that they know of it."""
    if first is not None and not again:
        raise DomainError(f"{first.sentence}确需再发一份时，请看过前一份并勾选“仍要再发一份”。")


def _first_sentences(report: Report) -> str:
    if report.words is None:
        return ""
    document = document_from(report.words)
    first = next((part.paragraphs[0] for part in document.parts if part.paragraphs), "")
    said = document.opening + first
    return said if len(said) <= SAID_MOST else f"{said[:SAID_MOST]}……"
