"""Rules for a new password besides Django's: kinds of characters, no name, no 拼音 of a name.

Separate from `passwords` because the readings of all characters take 60 MB: only a process in
which somebody sets a password loads them.
"""

import re
from collections.abc import Iterator

from django.core.exceptions import ValidationError
from pypinyin import Style, pinyin

from agencies import demonstration
from agencies.accounts.passwords import KINDS
from agencies.models import User

LONG_ENOUGH = 3  # letters: too many words contain a shorter name


class ThreeKindsOfCharacters:
    """Require three of: lower case, upper case, digits, others (as assessors usually read it)."""

    def validate(self, password: str, user: object = None) -> None:
        kinds = sum(any(c in kind for c in password) for kind in KINDS)
        kinds += any(not c.isalnum() or not c.isascii() for c in password)
        if kinds < 3:
            raise ValidationError(f"密码{self.get_help_text()}", code="too_few_kinds")

    def get_help_text(self) -> str:
        return "须含小写字母、大写字母、数字、其他字符中的至少三类。"


class NotTheAccountsName:
    """Refuse a password that contains a name, in characters or pinyin, or the demonstration's.

    Names are the username, the person's name and the short names of their agencies.
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
    """Return whether a name is in a password, as written or in pinyin without tones.

    Every reading of a character counts: 单 is dan or shan.
    """
    readings = pinyin(name, style=Style.NORMAL, heteronym=True)
    spoken = "".join(f"(?:{'|'.join(map(re.escape, one))})" for one in readings)
    found = re.search(f"{re.escape(name)}|{spoken}", password, re.IGNORECASE)
    return found is not None and len(found[0]) >= LONG_ENOUGH
