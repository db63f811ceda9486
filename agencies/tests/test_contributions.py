"""Each app adds its own words; what no app adds is refused."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from agencies import audit
from agencies.contributions import (
    OTHER,
    Action,
    AuditWords,
    Contribution,
    action_choices,
    action_of,
    contribute,
    contributions,
)
from agencies.models import Event
from agencies.tests.factories import NOW

TAKEN = [
    Contribution(audit=AuditWords(actions={"账号": {"user.create": Action("另一个")}})),
]


@pytest.mark.parametrize("added", TAKEN)
def test_two_apps_cannot_contribute_the_same(added):
    before = dict(contributions())
    with pytest.raises(ImproperlyConfigured, match="agencies and another both contribute"):
        contribute("another", added)
    assert contributions() == before


def test_an_action_is_found_by_its_code_and_a_refusal_by_its_beginning():
    assert action_of("user.sign_in") == Action("登录", whole=True)
    assert action_of("refused agencies:audit") == Action("操作被拒")
    assert action_of("user.sign") is None


def test_the_filter_lists_every_action_once_and_the_rest_last():
    groups = action_choices()
    codes = [code for _, actions in groups for code, _ in actions]
    assert len(codes) == len(set(codes))
    assert [name for name, _ in groups][-1] == OTHER


@pytest.mark.django_db
def test_an_action_that_no_app_contributes_is_not_recorded():
    with pytest.raises(LookupError, match=r"nobody\.knows"):
        audit.record("nobody.knows", None, by=None, at=NOW, sentence="甲。")
    assert not Event.objects.exists()
