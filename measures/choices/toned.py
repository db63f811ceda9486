"""The base of closed lists whose members have a colour."""

from typing import Self

from django.db.models import TextChoices


class TonedChoices(TextChoices):
    """Each member is written as value, tone, label; `tone` is the colour of its badge."""

    tone: str

    # The default is for mypy, which reads this as the signature of a look-up: State("open").
    def __new__(cls, value: str, tone: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.tone = tone
        return member
