"""Passwords: what is asked of them, and the one-time ones."""

import secrets
import string

from django.core.exceptions import ValidationError

from agencies import demonstration
from agencies.models import User

KINDS = (set(string.ascii_lowercase), set(string.ascii_uppercase), set(string.digits))
# No 0 O 1 l I: a one-time password is read from a screen or a slip of paper.
READABLE = "".join(c for c in string.ascii_letters + string.digits if c not in "0O1lI")


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
    """Neither the account's name inside the password, nor the one the demonstration publishes."""

    def validate(self, password: str, user: User | None = None) -> None:
        name = user.username.lower() if user else ""
        if (len(name) > 2 and name in password.lower()) or password == demonstration.PASSWORD:
            raise ValidationError(self.get_help_text(), code="names_the_account")

    def get_help_text(self) -> str:
        return "密码不能包含账号名，也不能用公开的演示密码。"


def one_time_password() -> str:
    """A random password that meets every rule above, e.g. `kR7m-Wq4x-Tn9s`."""
    while True:
        parts = ["".join(secrets.choice(READABLE) for _ in range(4)) for _ in range(3)]
        password = "-".join(parts)
        if all(any(c in kind for c in password) for kind in KINDS):
            return password
