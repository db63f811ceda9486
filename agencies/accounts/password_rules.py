"""What is asked of a password, beside Django's own rules (AUTH_PASSWORD_VALIDATORS).

Apart from `passwords`, so that only a process in which somebody sets a password loads the readings
of all characters: they take 60 MB.
"""

from collections.abc import Iterator
from itertools import product

from django.core.exceptions import ValidationError
from pypinyin import Style, pinyin

from agencies import demonstration
from agencies.accounts.passwords import KINDS
from agencies.models import User

MOST_CHARACTERS = 8  # of a name: each may have several readings


class ThreeKindsOfCharacters:
    """At least three of: small letters, capitals, digits, others (assessors' usual reading)."""

    def validate(self, password: str, user: object = None) -> None:
        kinds = sum(any(c in kind for c in password) for kind in KINDS)
        kinds += any(not c.isalnum() or not c.isascii() for c in password)
        if kinds < 3:
            raise ValidationError(f"密码{self.get_help_text()}", code="too_few_kinds")

    def get_help_text(self) -> str:
        return "须含小写字母、大写字母、数字、其他字符中的至少三类。"


class NotTheAccountsName:
    """No name inside the password, in characters or pinyin; nor the demonstration's public one.

    The account's, the person's, and the short names of the agencies they have a role in.
    """

    def validate(self, password: str, user: User | None = None) -> None:
        words = password.lower()
        if password == demonstration.PASSWORD or any(name in words for name in _names_of(user)):
            raise ValidationError(self.get_help_text(), code="names_the_account")

    def get_help_text(self) -> str:
        return "密码不能包含账号名、姓名、单位简称或它们的拼音，也不能用公开的演示密码。"


def _names_of(user: User | None) -> Iterator[str]:
    """In small letters; those of one or two letters stand in too many words."""
    if user is None:
        return
    agencies = [one.agency.short_name for one in user.current_memberships] if user.pk else []
    spoken = [user.name, *agencies, *(name.removeprefix("市") for name in agencies)]
    for name in (user.username, *spoken):
        for reading in {name, *_readings(name)}:
            if len(reading) > 2:
                yield reading.lower()


def _readings(name: str) -> Iterator[str]:
    """A name in pinyin without tones; 单 is dan or shan, so there may be several."""
    syllables = pinyin(name[:MOST_CHARACTERS], style=Style.NORMAL, heteronym=True)
    return map("".join, product(*syllables))
