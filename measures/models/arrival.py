"""Query conditions for filings owed and filings that count as filed, as in rules.workflow."""

from datetime import date

from django.db.models import Q

from measures.choices import FilingState
from measures.rules.workflow import INSIDE


def owed_q(prefix: str = "") -> Q:
    """Filings that are owed (rules.workflow.is_owed); `prefix` is the lookup path to the filing."""
    return ~Q(**{f"{prefix}state": FilingState.WAIVED})


def missing_q() -> Q:
    """Filings that are owed and not filed."""
    return owed_q() & ~arrived_q()


def debt_q(*, on: date) -> Q:
    """Debts on a day: the same condition as Filing.is_debt."""
    return missing_q() & Q(due_on__lt=on, written_off_at__isnull=True)


def mending_q() -> Q:
    """Filings with PublicStatus.MENDING: filed, returned, and never accepted."""
    elsewhere = Q(state__in=(FilingState.SUBMITTED, FilingState.WAIVED))
    return Q(accepted_note__isnull=True) & arrived_q() & ~elsewhere


def arrived_q(prefix: str = "") -> Q:
    """Filings that count as filed (rules.workflow); `prefix` is the lookup path to the filing."""
    withdrawn = Q(
        **{
            f"{prefix}state__in": INSIDE,
            f"{prefix}mend_by__isnull": True,
            f"{prefix}accepted_note__isnull": True,
        }
    )
    return Q(**{f"{prefix}first_submitted_at__isnull": False}) & ~withdrawn
