"""Rules for a new password beside Django's: kinds of characters, no name, no 拼音 of one.

Apart from `passwords`, so that only a process in which somebody sets a password loads the readings
of all characters: they take 60 MB.
"""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from pypinyin import Style, pinyin

from agencies import demonstration
from agencies.accounts.passwords import KINDS
from agencies.models import User

LONG_ENOUGH = 3  # letters: a shorter name stands in too many words


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
        is_named = any(_stands_in(name, password) for name in _names_of(user))
        if is_named or password == demonstration.PASSWORD:
            raise ValidationError(self.get_help_text(), code="names_the_account")

    def get_help_text(self) -> str:
        return "密码不能包含账号名、姓名、单位简称或它们的拼音，也不能用公开的演示密码。"


def _names_of(user: User | None) -> Iterator[str]:
    if user is None:
        return
    yield from (user.username, user.name)
    for membership in user.current_memberships if user.pk else []:
        yield from {membership.agency.short_name, membership.agency.short_name.removeprefix("市")}


def _stands_in(name: str, password: str) -> bool:
    """As it is written or in pinyin without tones; 单 is dan or shan, and either counts."""
    readings = pinyin(name, style=Style.NORMAL, heteronym=True)
    spoken = "".join(f"(?:{'|'.join(map(re.escape, one))})" for one in readings)
    found = re.search(f"{re.escape(name)}|{spoken}", password, re.IGNORECASE)
    return found is not None and len(found[0]) >= LONG_ENOUGH
