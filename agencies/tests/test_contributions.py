"""Each app contributes its words, kinds and hooks; a kind that no app contributes is refused."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from agencies.audit import trail
from agencies.choices import AgencyMessage
from agencies.contributions import (
    OTHER,
    Action,
    AuditWords,
    Contribution,
    action_choices,
    action_of,
    contribute,
    contributions,
    message_kind,
)
from agencies.inbox.messages import tell
from agencies.models import Event, Message
from agencies.tests.factories import NOW, make_user

TAKEN = [
    Contribution(audit=AuditWords(actions={"账号": {"user.create": Action("另一个")}})),
    Contribution(messages=AgencyMessage),
]


@pytest.mark.parametrize("added", TAKEN)
def test_two_apps_cannot_contribute_the_same_code(added):
    before = dict(contributions())
    with pytest.raises(ImproperlyConfigured, match="agencies and another both contribute"):
        contribute("another", added)
    assert contributions() == before


def test_an_action_is_found_by_code_and_a_refusal_by_prefix():
    assert action_of("user.sign_in") == Action("登录", whole=True)
    assert action_of("refused agencies:audit") == Action("操作被拒")
    assert action_of("user.sign") is None


def test_the_filter_lists_every_action_once_and_others_last():
    groups = action_choices()
    codes = [code for _, actions in groups for code, _ in actions]
    assert len(codes) == len(set(codes))
    assert [name for name, _ in groups][-1] == OTHER


def test_every_kind_of_message_fits_its_column():
    kinds = [kind for added in contributions().values() for kind in added.messages or ()]
    longest = Message._meta.get_field("kind").max_length
    assert AgencyMessage.HANDED_OVER in kinds
    assert all(re.fullmatch(r"[a-z_]+", kind) and len(kind) <= longest for kind in kinds)
    assert all(message_kind(kind.value) is kind for kind in kinds)


@pytest.mark.django_db
def test_a_message_of_a_kind_that_no_app_contributes_is_refused():
    with pytest.raises(LookupError, match="nobody_knows"):
        tell([make_user()], kind="nobody_knows", sentence="甲。", at=NOW)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_an_action_that_no_app_contributes_is_not_recorded():
    with pytest.raises(LookupError, match=r"nobody\.knows"):
        trail.record("nobody.knows", None, by=None, at=NOW, sentence="甲。")
    assert not Event.objects.exists()
