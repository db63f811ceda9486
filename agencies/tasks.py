"""Celery tasks of this app."""

from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils.timezone import now

from agencies.audit import refusals
from agencies.choices import OutboxState
from agencies.outbound import delivery, digests, removal


@shared_task
def clear_sessions() -> None:
    """Each night: remove sessions that have ended, so that none lies about (剩余信息保护)."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task
def record_refusals() -> int:
    """Each minute: refusals that come in floods, as one event per person, address and minute."""
    return refusals.record_refusals(at=now())


@shared_task
def deliver_outbox() -> int:
    """Each minute: e-mails and 待办 that are due; returns how many were accepted."""
    return delivery.deliver_due(at=now())[OutboxState.SENT]


@shared_task
def remove_old_outbox() -> int:
    """Each night: what left longer ago than it is kept."""
    return removal.remove_old_items(days=settings.OUTBOX_DAYS, at=now())


@shared_task
def send_digests() -> int:
    """Every ten minutes, within working hours: each person's digest of the day, once."""
    return digests.send_digests(at=now())
