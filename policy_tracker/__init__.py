"""The Django project: settings, URLs, middleware, the Celery application."""

from policy_tracker.celery import app as celery_app

__all__ = ["celery_app"]
