"""The app's Celery tasks."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from agencies.models import UserSession
from agencies.tasks import clear_sessions

pytestmark = pytest.mark.django_db


def test_ended_sessions_are_removed_and_others_stay():
    for key, left in (("ended", -1), ("running", 1)):
        expires = now() + timedelta(minutes=left)
        UserSession.objects.create(session_key=key, session_data="", expire_date=expires)
    clear_sessions()
    assert [session.session_key for session in UserSession.objects.all()] == ["running"]
