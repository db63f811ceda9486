"""Who may ask for which kind of report, and for what part. Pure; ReportQuerySet holds the twin."""

from typing import TYPE_CHECKING

from agencies.permissions import Perm
from reports.choices import ReportKind

if TYPE_CHECKING:
    from agencies.models import User

# What each kind asks for; who files for an agency may also ask for that agency's own report.
PERM_FOR = {
    ReportKind.PROGRESS: Perm.ASK_REPORT,
    ReportKind.CIRCULAR: Perm.DRAFT_DOCUMENT,
    ReportKind.LEDGER: Perm.ASK_REPORT,
    ReportKind.AGENCY: Perm.DRAFT_DOCUMENT,
    ReportKind.LETTER: Perm.DRAFT_DOCUMENT,
    ReportKind.BRIEF: Perm.ASK_REPORT,
}

# Who has a page of reports at all.
READERS = (Perm.ASK_REPORT, Perm.FILE, Perm.APPROVE_IN_AGENCY)


def may_ask(user: "User", kind: ReportKind, agency_id: int | None) -> bool:
    """Whether a person may ask for a report of a kind about one agency, or about none."""
    if user.can(PERM_FOR[kind]):
        return True
    return kind == ReportKind.AGENCY and user.acts_for(agency_id)


def kinds_open_to(user: "User") -> list[ReportKind]:
    """The kinds a person may ask for, about whatever agency."""
    own = user.own_agencies()
    return [
        kind
        for kind in ReportKind
        if user.can(PERM_FOR[kind]) or (kind == ReportKind.AGENCY and own)
    ]
