"""SQL conditions for what is owed and what counts as filed: the twin of rules.workflow."""

from datetime import date

from django.db.models import Q

from measures.choices import FilingState
from measures.rules.workflow import INSIDE


def owed_q(prefix: str = "") -> Q:
    """Counts among what was asked for (rules.workflow), seen from where `prefix` leads."""
    return ~Q(**{f"{prefix}state": FilingState.WAIVED})


def missing_q() -> Q:
    """Owed, and not filed."""
    return owed_q() & ~arrived_q()


def debt_q(*, on: date) -> Q:
    """What is owed on a day: the SQL spelling of Filing.is_debt."""
    return missing_q() & Q(due_on__lt=on, written_off_at__isnull=True)


def mending_q() -> Q:
    """The SQL spelling of PublicStatus.MENDING: it came back, and nothing of it was accepted."""
    elsewhere = Q(state__in=(FilingState.SUBMITTED, FilingState.WAIVED))
    return Q(accepted_note__isnull=True) & arrived_q() & ~elsewhere


def arrived_q(prefix: str = "") -> Q:
    """Counts as filed (rules.workflow), seen from where `prefix` leads."""
    withdrawn = Q(
        **{
            f"{prefix}state__in": INSIDE,
            f"{prefix}mend_by__isnull": True,
            f"{prefix}accepted_note__isnull": True,
        }
    )
    return Q(**{f"{prefix}first_submitted_at__isnull": False}) & ~withdrawn
