"""Query conditions for filings owed and filings that count as filed, as in rules.workflow."""

from datetime import date

from django.db.models import Q

from measures.choices import FilingState
from measures.rules.workflow import INSIDE


def owed_q(prefix: str = "") -> Q:
    """Return a condition for owed filings (rules.workflow); `prefix`: lookup path to the filing."""
    return ~Q(**{f"{prefix}state": FilingState.WAIVED})


def missing_q() -> Q:
    """Return a condition for filings that are owed and not filed."""
    return owed_q() & ~arrived_q()


def debt_q(*, on: date) -> Q:
    """Return a condition for debts on a day, the same as Filing.is_debt."""
    return missing_q() & Q(due_on__lt=on, written_off_at__isnull=True)


def mending_q() -> Q:
    """Return a condition for PublicStatus.MENDING: filed, returned, and never accepted."""
    elsewhere = Q(state__in=(FilingState.SUBMITTED, FilingState.WAIVED))
    return Q(accepted_note__isnull=True) & arrived_q() & ~elsewhere


def arrived_q(prefix: str = "") -> Q:
    """Return a condition for filings that count as filed; `prefix` as in owed_q()."""
    withdrawn = Q(
        **{
            f"{prefix}state__in": INSIDE,
            f"{prefix}mend_by__isnull": True,
            f"{prefix}accepted_note__isnull": True,
        }
    )
    return Q(**{f"{prefix}first_submitted_at__isnull": False}) & ~withdrawn
