"""Questions on a filing that do not return it."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState
from measures.models import Filing, Remark
from measures.reviews.remarks import add_remark
from measures.tests.asking import only_event, told
from measures.tests.factories import NOW, make_filing, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def submitted(measure, people):
    """Create a note submitted by the liaison."""
    return make_filing(measure=measure, state=FilingState.SUBMITTED, author=people.liaison)


def say(filing, by, text="签约金额含税吗？"):
    return add_remark(filing, by=by, text=text, at=NOW)


def test_a_question_moves_nothing_and_the_liaison_is_told(submitted, people):
    before = Filing.objects.values().get()
    remark = say(submitted, people.coordinator)
    assert Filing.objects.values().get() == before
    assert (remark.post, remark.text) == ("市商务委统筹岗", "签约金额含税吗？")
    assert told("签约金额含税吗？") == {people.liaison}
    assert only_event().action == "filing.remark"


def test_the_answer_goes_to_who_asked(submitted, people):
    make_user(Role.COORDINATOR)
    say(submitted, people.coordinator)
    say(submitted, people.liaison, "不含税。")
    assert told("不含税。") == {people.coordinator}


def test_what_nobody_asked_goes_to_all_coordinators(submitted, people):
    second = make_user(Role.COORDINATOR)
    say(submitted, people.head, "附件稍后补上。")
    assert told("附件稍后补上。") == {people.coordinator, second}


@pytest.mark.parametrize("who", ["other_liaison", "other_head", "chief", "leader", "auditor"])
def test_only_the_two_sides_speak(submitted, people, who):
    with pytest.raises(PermissionDenied):
        say(submitted, getattr(people, who))


def test_before_anything_was_filed_there_is_nothing_to_ask(measure, people):
    with pytest.raises(DomainError, match="尚未报送"):
        say(make_filing(measure=measure), people.coordinator)


def test_a_double_click_is_one_remark_and_the_same_words_after_an_answer_are_two(submitted, people):
    assert say(submitted, people.coordinator) == say(submitted, people.coordinator)
    assert only_event().action == "filing.remark"
    say(submitted, people.liaison, "不含税。")
    say(submitted, people.coordinator)
    assert Remark.objects.count() == 3


def test_it_says_something(submitted, people):
    with pytest.raises(ValidationError, match="。"):
        say(submitted, people.coordinator, " ")
    assert not Remark.objects.exists()
