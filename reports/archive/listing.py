"""The papers and reports that wait for one person: what three states of the list find."""

from agencies.models import User
from reports.archive.forms import TO_RETRY, TO_SIGN, TO_SUBMIT
from reports.models import Report
from reports.models.report import ReportQuerySet


def waiting_reports(user: User, state: str) -> ReportQuerySet:
    """Those that a person is to sign, to hand in, or to have made again."""
    shown = Report.objects.visible_to(user).shown()
    return {
        TO_SIGN: shown.awaiting_word_of,
        TO_SUBMIT: shown.awaiting_submission_by,
        TO_RETRY: shown.awaiting_retry_by,
    }[state](user)
