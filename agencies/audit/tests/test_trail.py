"""How a sentence is stored, in the trail and in an inbox."""

import pytest

from agencies.audit import trail
from agencies.choices import AgencyMessage
from agencies.inbox.messages import tell
from agencies.models import Event, Message
from agencies.tests.factories import NOW, make_user

pytestmark = pytest.mark.django_db


def test_what_quotes_a_whole_sentence_ends_with_one_full_stop():
    sentence = "甲的“联络员”交由乙：岗位调整。。"
    trail.record("user.sign_in", None, by=None, at=NOW, sentence=sentence)
    tell([make_user()], kind=AgencyMessage.HANDED_OVER, sentence=sentence, at=NOW)
    assert Event.objects.get().sentence == Message.objects.get().sentence == sentence[:-1]
