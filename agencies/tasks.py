"""Celery tasks of this app."""

from importlib import import_module

from celery import shared_task
from django.conf import settings
from django.utils.timezone import now

from agencies.accounts import unused
from agencies.audit import refusals, seals, verification
from agencies.choices import OutboxState
from agencies.outbound import actions, delivery, digests


@shared_task
def clear_sessions() -> None:
    """Each night: delete sessions that have ended (剩余信息保护)."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@shared_task
def switch_off_unused() -> int:
    """Each night: switch off accounts unused for a long time; return how many."""
    return len(unused.switch_off_unused(at=now()))


@shared_task
def record_refusals() -> int:
    """Each minute: record frequent refusals as one event per person, address and minute."""
    return refusals.record_refusals(at=now())


@shared_task
def seal_events() -> int:
    """Every five minutes: seal the events before which no further event can be committed."""
    return seals.seal_events(at=now())


# Ten million events take minutes.
@shared_task(soft_time_limit=2 * 3600, time_limit=2 * 3600 + 60)
def verify_audit() -> bool:
    """Each night: compare the audit trail with its seals and record the result as an event."""
    return verification.record_verification(at=now()).fault is None


@shared_task(soft_time_limit=delivery.TASK_SECONDS, time_limit=delivery.TASK_SECONDS + 30)
def deliver_outbox() -> int:
    """Each minute: send e-mails and 待办 that are due; return how many were accepted."""
    return delivery.deliver_due(at=now())[OutboxState.SENT]


@shared_task
def remove_old_outbox() -> int:
    """Each night: delete records of deliveries that need not be kept any longer."""
    return actions.remove_old_items(days=settings.OUTBOX_DAYS, at=now())


@shared_task
def send_digests() -> int:
    """Every ten minutes within working hours: queue each person's digest of the day, once."""
    return digests.send_digests(at=now())
