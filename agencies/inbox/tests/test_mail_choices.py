"""邮件提醒: which kinds of message a person wants by e-mail."""

from datetime import timedelta

import pytest

from agencies.choices import AgencyMessage, MailChoice
from agencies.inbox.actions import set_mail_choices
from agencies.models import Event, MailSetting, User
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_user, sign_in
from measures.choices import MeasureMessage
from policy_tracker.tests.parsing import parse
from reports.choices import ReportMessage

pytestmark = pytest.mark.django_db
RETURNED, ACCOUNT = MeasureMessage.RETURNED, AgencyMessage.ACCOUNT


@pytest.fixture
def person(client) -> User:
    return sign_in(client, Role.COORDINATOR, email="zhang@office.example")


def chosen(person: User) -> dict[str, str]:
    return dict(person.mail_settings.values_list("kind", "choice"))


def test_choices_are_stored_by_kind_and_recorded():
    person = make_user()
    choices = {RETURNED: MailChoice.AT_ONCE, ACCOUNT: MailChoice.NONE}
    assert set_mail_choices(choices, by=person, at=NOW)
    assert chosen(person) == {RETURNED: MailChoice.AT_ONCE}
    event = Event.objects.get(action="user.mail_choices")
    assert event.sentence == "修改了本人的邮件提醒：已退回即时发送。"


def test_the_same_choice_again_changes_nothing():
    person = make_user()
    for expected in (True, False):
        changed = set_mail_choices({RETURNED: MailChoice.DIGEST}, by=person, at=NOW)
        assert changed is expected
    assert Event.objects.filter(action="user.mail_choices").count() == 1


def test_a_change_counts_from_then_on_and_other_kinds_stay():
    person, later = make_user(), NOW + timedelta(days=1)
    first = {RETURNED: MailChoice.DIGEST, ACCOUNT: MailChoice.DIGEST}
    set_mail_choices(first, by=person, at=NOW)
    set_mail_choices({RETURNED: MailChoice.AT_ONCE}, by=person, at=later)
    since = dict(MailSetting.objects.values_list("kind", "since"))
    assert since == {RETURNED: later, ACCOUNT: NOW}


def test_none_removes_a_choice():
    person = make_user()
    set_mail_choices({RETURNED: MailChoice.DIGEST}, by=person, at=NOW)
    set_mail_choices({RETURNED: MailChoice.NONE}, by=person, at=NOW)
    assert chosen(person) == {}


def test_a_default_kind_can_be_declined_and_chosen_again():
    person, kind = make_user(), MeasureMessage.COORDINATION
    set_mail_choices({kind: MailChoice.NONE}, by=person, at=NOW)
    assert chosen(person) == {kind: MailChoice.NONE}
    set_mail_choices({kind: MailChoice.DIGEST}, by=person, at=NOW)
    assert chosen(person) == {}


def test_a_kind_that_no_app_has_is_an_error():
    with pytest.raises(LookupError):
        set_mail_choices({"nonsense": MailChoice.DIGEST}, by=make_user(), at=NOW)


def every_kind(choice: str = "none") -> dict[str, str]:
    """Return form data for every kind that a person with a business role may get."""
    kinds = (*AgencyMessage, *MeasureMessage, *ReportMessage)
    return {kind.value: choice for kind in kinds if not kind.is_of_system}


def test_the_page_saves_the_choices(client, person):
    typed = every_kind() | {RETURNED.value: "at_once"}
    page = client.post("/inbox/mail/", typed, follow=True)
    assert "邮件提醒已保存。" in page.content.decode()
    declined = {MeasureMessage.COORDINATION: MailChoice.NONE}
    assert chosen(person) == {RETURNED: MailChoice.AT_ONCE} | declined


def test_one_choice_can_be_set_for_all_kinds(client, person):
    client.post("/inbox/mail/", every_kind() | {"all": "digest"})
    assert set(chosen(person).values()) == {MailChoice.DIGEST}
    by_default = {MeasureMessage.COORDINATION}  # sent by e-mail by default
    assert set(chosen(person)) == set(every_kind()) - by_default


def test_the_single_kinds_are_shown_only_while_no_choice_is_made_for_all(client, person):
    page = parse(client.get("/inbox/mail/").content.decode())
    names = page.xpath("//*[@data-shown-when='all=']//select/@name")
    assert set(names) == set(every_kind())
    assert page.xpath("//select[@name='all']/option[@selected]/@value") in ([], [""])


def test_a_kind_that_is_not_sent_does_not_change(client, person):
    set_mail_choices({RETURNED: MailChoice.DIGEST}, by=person, at=NOW)
    client.post("/inbox/mail/", {ACCOUNT.value: "at_once"})
    assert chosen(person) == {RETURNED: MailChoice.DIGEST, ACCOUNT: MailChoice.AT_ONCE}


def test_an_invalid_choice_is_refused(client, person):
    response = client.post("/inbox/mail/", every_kind("hourly"))
    assert response.status_code == 422
    assert chosen(person) == {}


def test_the_page_says_if_email_is_off(client, person):
    assert "目前没有启用邮件" in client.get("/inbox/mail/").content.decode()


def test_without_an_address_the_page_says_where_to_enter_one(client, settings):
    settings.EMAIL_IS_ON = True
    client.force_login(make_user())
    page = client.get("/inbox/mail/").content.decode()
    assert "您还没有填写电子邮箱" in page
    assert "没有启用邮件" not in page


def test_an_administrator_sees_the_kinds_for_administrators(client):
    client.force_login(make_user(Role.AUDITOR))
    form = client.get("/inbox/mail/").context["form"]
    assert [bound.name for bound in form.kinds] == ["handed_over", "account"]
