"""Limits of the length of texts and of numbers, and constraints that many models share."""

from django.db.models import CheckConstraint, Q

TEXT_MOST = 4000  # a note's progress
SHORT_MOST = 1000  # its other texts, comments, answers
REASON_MOST = 300

MOST_DIGITS = 18  # of an indicator's value
MOST_DECIMALS = 4
WORDS_MOST = 200  # an indicator's texts


def written(name: str, field: str, message: str) -> CheckConstraint:
    """Return the constraint that a text is not empty."""
    condition = ~Q(**{field: ""})
    return CheckConstraint(name=name, condition=condition, violation_error_message=message)


def percentage(name: str, field: str, message: str) -> CheckConstraint:
    """Return the constraint that a number is empty or from 0 to 100."""
    condition = Q(**{f"{field}__isnull": True}) | Q(**{f"{field}__gte": 0, f"{field}__lte": 100})
    return CheckConstraint(name=name, condition=condition, violation_error_message=message)


def together(name: str, *fields: str, message: str | None = None) -> CheckConstraint:
    """Return the constraint that some fields are all empty or all filled in."""
    empty = Q(**{f"{field}__isnull": True for field in fields})
    filled = Q(**{f"{field}__isnull": False for field in fields})
    return CheckConstraint(name=name, condition=empty | filled, violation_error_message=message)
