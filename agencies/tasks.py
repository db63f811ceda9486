"""Celery tasks of this app."""

from importlib import import_module

from celery import shared_task
from django.conf import settings


@shared_task
def clear_sessions() -> None:
    """Each night: remove sessions that have ended, so that none lies about (剩余信息保护)."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
