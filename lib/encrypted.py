"""Short texts that are stored encrypted in the database, such as telephone numbers.

The keys are settings.DATA_KEYS, outside the database: the first encrypts, all of them decrypt.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db.models import CharField, Lookup
from django.db.models.query_utils import DeferredAttribute

# Every token begins so: Fernet's version, then the zeros of its time stamp until the year 4147.
_TOKEN = "gAAAAA"  # noqa: S105 - no password


class Sealed(str):
    """A text as the database holds it."""


class Unreadable(str):
    """Placeholder for a text that no key decrypts.

    Forms and validators see an empty text, but it is truthy: a second factor that cannot be read is
    still set up. Saving it leaves the stored value unchanged, in case the key is restored.
    """

    stored: str

    def __new__(cls, stored: str) -> "Unreadable":
        made = super().__new__(cls, "")
        made.stored = stored
        return made

    def __bool__(self) -> bool:
        return True


def is_encrypted(stored: str) -> bool:
    return stored.startswith(_TOKEN)


def decrypted(stored: str) -> str:
    """Return the text; a value that an older version stored unencrypted is returned unchanged."""
    if not is_encrypted(stored):
        return str(stored)
    try:
        return ring(tuple(settings.DATA_KEYS)).decrypt(stored).decode()
    except (ImproperlyConfigured, InvalidToken):
        return Unreadable(stored)


def encrypted(text: str) -> str:
    """Return the value to store; empty stays empty. Raises ImproperlyConfigured for a bad key."""
    if isinstance(text, Unreadable):
        return text.stored
    if not text or isinstance(text, Sealed):
        return str(text)
    return ring(tuple(settings.DATA_KEYS)).encrypt(text.encode()).decode()


@lru_cache(maxsize=2)
def ring(keys: Sequence[str]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except ValueError as error:  # no key, or an invalid one
        raise ImproperlyConfigured(f"DATA_KEYS: {error}") from None


class _DecryptedOnce(DeferredAttribute):
    """Decrypts on first access: most pages that load a person show no telephone number."""

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if isinstance(value, Sealed):
            value = instance.__dict__[self.field.attname] = decrypted(value)
        return value

    def __set__(self, instance: Any, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedCharField(CharField):
    """Encrypted by each save, with a new token each time, so it has no lookups.

    `values()` returns the stored token; pass it to decrypted().
    """

    descriptor_class = _DecryptedOnce

    def get_internal_type(self) -> str:
        return "TextField"  # max_length is the text's, not the token's

    def from_db_value(self, value: str, *_: object) -> Sealed:
        return Sealed(value)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        value = encrypted(value) if isinstance(value, str) else value
        return super().get_db_prep_save(value, connection)

    def get_lookup(self, lookup_name: str) -> type[Lookup] | None:
        return None
