"""Who may request which kind of report, and for what part. Pure; ReportQuerySet has it in SQL."""

from typing import TYPE_CHECKING

from agencies.permissions import Perm
from reports.choices import ReportKind

if TYPE_CHECKING:
    from agencies.models import User

# The permission for each kind; people who act for an agency may also request its own report.
PERM_FOR = {
    ReportKind.PROGRESS: Perm.ASK_REPORT,
    ReportKind.CIRCULAR: Perm.DRAFT_DOCUMENT,
    ReportKind.LEDGER: Perm.ASK_REPORT,
    ReportKind.AGENCY: Perm.DRAFT_DOCUMENT,
    ReportKind.LETTER: Perm.DRAFT_DOCUMENT,
    ReportKind.BRIEF: Perm.ASK_REPORT,
}

# Who may open the page of reports.
READERS = (Perm.ASK_REPORT, Perm.FILE, Perm.APPROVE_IN_AGENCY)


def may_ask(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Return whether a person may request a report of a kind about one agency, or about none."""
    if user.can(PERM_FOR[kind]):
        return True
    return kind == ReportKind.AGENCY and user.acts_for(agency_id)


def kinds_open_to(user: "User") -> list[ReportKind]:
    """Return the kinds that a person may request, about any agency."""
    own = user.own_agencies()
    return [
        kind
        for kind in ReportKind
        if user.can(PERM_FOR[kind]) or (kind == ReportKind.AGENCY and own)
    ]
