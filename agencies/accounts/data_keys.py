"""Check that settings.DATA_KEYS can read every encrypted column, and rotate these keys."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured
from django.db import models, transaction

from agencies.audit import trail
from lib.encrypted import EncryptedCharField, Sealed, Unreadable, decrypted, is_encrypted, ring
from lib.errors import DomainError


def key_faults() -> list[str]:
    """Return a sentence for each kind of value that is not encrypted or that no key decrypts."""
    stored = [text for _, texts in _rows() for text in texts.values() if text]
    clear = sum(not is_encrypted(text) for text in stored)
    lost = sum(isinstance(decrypted(text), Unreadable) for text in stored)
    faults = []
    if clear:
        faults.append(f"有{clear}项电话等信息没有加密，请运行manage.py rotate_data_keys。")
    if lost:
        faults.append(
            f"有{lost}项电话等信息用DATA_KEYS中的密钥无法读取：请把备份时所用的密钥加在DATA_KEYS末尾；"
            "数据仍在，没有丢失。"
        )
    return faults


@transaction.atomic
def encrypt_anew(*, at: datetime) -> int:
    """Encrypt all values with the first key and return how many; other keys are then unused.

    Raises DomainError, and writes nothing, if a value cannot be decrypted.
    """
    count = 0
    for row, texts in _rows(lock=True):
        read = {name: decrypted(text) for name, text in texts.items() if text}
        if any(isinstance(text, Unreadable) for text in read.values()):
            raise DomainError("".join(key_faults()))
        count += len(read)
        if read:
            type(row)._base_manager.filter(pk=row.pk).update(**read)
    sentence = f"用新的密钥重新加密了{count}项电话等信息。"
    trail.record("user.encrypt_anew", None, by=None, at=at, sentence=sentence)
    return count


def check_keys(**_: object) -> list[CheckMessage]:
    try:
        ring(tuple(settings.DATA_KEYS))
    except ImproperlyConfigured as error:
        words = f"DATA_KEYS没有设置，或者不是密钥，电话号码无法加密和读取（{error}）。"
        return [Error(words, hint="见 docs/operations.md 的“Data keys”一节。", id="agencies.E007")]
    return []


def _rows(*, lock: bool = False) -> Iterator[tuple[models.Model, dict[str, Sealed]]]:
    """Yield each row with encrypted columns, and the stored values of these columns."""
    for model in apps.get_models():
        fields: list[Any] = model._meta.concrete_fields  # type: ignore[assignment]
        names = [one.attname for one in fields if isinstance(one, EncryptedCharField)]
        if names:
            rows = model._base_manager.order_by("pk").only(*names)
            for row in rows.select_for_update(no_key=True) if lock else rows.iterator():
                yield row, {name: row.__dict__[name] for name in names}
