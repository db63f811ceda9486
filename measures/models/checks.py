"""Limits of texts and constraints that many models share; saving without a query per constraint."""

from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.db.models import CheckConstraint, Q

from lib import inserting

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


class ChecksAtOnce(models.Model):
    """For rows that are saved often: only the database checks their constraints.

    Django first checks each one in a savepoint of its own: 21 statements for a note's seven.
    """

    class Meta:
        abstract = True

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Check the fields without a query; the database checks that referenced rows exist."""
        fields = self._meta.concrete_fields
        sure = {one.name for one in fields if one.is_relation and getattr(self, one.attname)}
        super().clean_fields(exclude=sure | set(exclude or ()))

    def save_checked(self, *, update_fields: Collection[str] | None = None) -> None:
        """Check the fields, then save; the database checks the constraints. One statement.

        Raises ValidationError with the message of the violated constraint; the transaction cannot
        be continued then.
        """
        self.clean_fields()
        self.clean()
        try:
            if update_fields is None:
                self.save()
            else:
                inserting.update_fields([self], update_fields)
        except IntegrityError as error:
            raise ValidationError(sentence_of(type(self), error)) from error


def sentence_of(model: type[models.Model], error: IntegrityError) -> str:
    """Return the message of the violated constraint; raises `error` again if it is not ours."""
    name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
    for constraint in model._meta.constraints:
        if constraint.name == name:
            return str(constraint.get_violation_error_message())
    raise error
