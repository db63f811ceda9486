"""A second report on the same period: a warning with the first one, and its confirmation."""

from typing import NamedTuple

from lib.chinese import long_date
from lib.errors import DomainError
from lib.official.stored import document_from
from reports.choices import ReportKind
from reports.models import Report
from reports.models.report import Scope

SAID_MOST = 160  # characters of the first one that the warning quotes


class First(NamedTuple):
    report: Report  # with its issue
    said: str  # its first sentences; empty if its text was not stored

    @property
    def sentence(self) -> str:
        issue = self.report.issue
        day = long_date(issue.issued_on) if issue.issued_on else ""
        return f"{self.report}已于{day}签发{issue.number}。"


def first_of(kind: ReportKind, scope: Scope, *, but: int | None) -> First | None:
    """Return the last issued report of this kind and part on the same period.

    `but`: the report itself, to exclude it. Withdrawn reports do not count.
    """
    if not kind.is_issued:
        return None
    found = Report.objects.issued().filter(kind=kind).about(scope).exclude(pk=but or 0)
    newest = found.select_related("period", "issue").order_by("-issue__issued_at").first()
    return First(newest, _first_sentences(newest)) if newest else None


def first_to_know_of(kind: ReportKind, scope: Scope, *, but: int | None = None) -> First | None:
    """Return first_of() for kinds whose drafter must confirm it too; None for other kinds."""
    return first_of(kind, scope, but=but) if kind.warns_of_second else None


def demand_ticked(first: First | None, again: bool) -> None:
    """Raise DomainError if there is a first one and the person has not confirmed it."""
    if first is not None and not again:
        raise DomainError(f"{first.sentence}确需再发一份时，请看过前一份并勾选“仍要再发一份”。")


def _first_sentences(report: Report) -> str:
    if report.words is None:
        return ""
    document = document_from(report.words)
    first = next((part.paragraphs[0] for part in document.parts if part.paragraphs), "")
    said = document.opening + first
    return said if len(said) <= SAID_MOST else f"{said[:SAID_MOST]}……"
