import re
from datetime import timedelta

import pytest
from django.utils.timezone import localdate, now

from agencies.choices import AgencyKind
from agencies.models import Agency, Membership, User
from agencies.permissions import Perm, Role
from agencies.tests.factories import commission, join, make_agency, make_user, sign_in
from policy_tracker.tests.parsing import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user(name="王五", username="wangwu", phone="13800005678")


def page_of(client, person: User) -> str:
    return client.get(f"/accounts/{person.pk}/").content.decode()


BUTTONS = {
    Role.SYSTEM_ADMIN: {"reset", "active", "email"},
    Role.SECURITY_ADMIN: {"unlock", "memberships", "end"},
}


@pytest.mark.parametrize("role", BUTTONS)
def test_each_administrator_sees_only_their_own_buttons(client, person, role):
    User.objects.update(locked_until=now() + timedelta(minutes=5))
    join(person, Role.LEADER)
    sign_in(client, role)
    actions = re.findall(r'action="/accounts/[^"]*?(\w+)/"', page_of(client, person))
    assert set(actions) == BUTTONS[role]


@pytest.mark.parametrize("role", BUTTONS)
def test_nobody_sees_buttons_on_their_own_account(client, role):
    page = page_of(client, sign_in(client, role))
    assert "这是您自己的账号" in page
    assert 'action="/accounts/' not in page


@pytest.mark.parametrize("role", BUTTONS)
def test_the_phone_is_masked(client, person, role):
    sign_in(client, role)
    page = page_of(client, person)
    assert "138****5678" in page
    assert "13800005678" not in page


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.SECURITY_ADMIN, "reset/"),
        (Role.SECURITY_ADMIN, "active/"),
        (Role.SYSTEM_ADMIN, "unlock/"),
        (Role.SYSTEM_ADMIN, "memberships/"),
        (Role.COORDINATOR, "reset/"),
        (Role.COORDINATOR, "memberships/"),
        (Role.AUDITOR, "unlock/"),
    ],
)
def test_an_action_of_the_other_administrator_is_refused(client, person, role, path):
    sign_in(client, role)
    assert client.post(f"/accounts/{person.pk}/{path}").status_code == 403


def test_an_account_that_does_not_exist(client):
    sign_in(client, Role.SYSTEM_ADMIN)
    assert client.get("/accounts/999999/").status_code == 404


def test_resetting_shows_a_new_password_and_asks_first(client, person):
    sign_in(client, Role.SYSTEM_ADMIN)
    assert 'data-confirm="为王五生成一次性密码？' in page_of(client, person)
    response = client.post(f"/accounts/{person.pk}/reset/")
    (password,) = re.findall(r'figure-number">([\w-]{14})<', response.content.decode())
    person.refresh_from_db()
    assert person.check_password(password)
    assert response["Cache-Control"] == "no-store"


def test_switching_off_ends_the_persons_session_at_once(client, person):
    client.force_login(person)
    admin = type(client)()
    sign_in(admin, Role.SYSTEM_ADMIN)
    url = f"/accounts/{person.pk}/active/"
    assert admin.post(url, {"active": "0"}).url == f"/accounts/{person.pk}/"
    assert client.get("/inbox/").url.startswith("/login/")
    admin.post(url, {"active": "1"})
    person.refresh_from_db()
    assert person.is_active


def test_unlocking(client, person):
    User.objects.filter(pk=person.pk).update(locked_until=now() + timedelta(minutes=5))
    sign_in(client, Role.SECURITY_ADMIN)
    response = client.post(f"/accounts/{person.pk}/unlock/", follow=True)
    assert "账号“wangwu”已解除锁定。" in response.content.decode()


class TestGranting:
    def grant(self, client, person, **fields):
        typed = {
            "agency": commission().pk,
            "role": Role.COORDINATOR,
            "valid_from": localdate().isoformat(),
        }
        return client.post(f"/accounts/{person.pk}/memberships/", typed | fields)

    def test_a_granted_role_is_effective_at_once(self, client, person):
        sign_in(client, Role.SECURITY_ADMIN)
        assert self.grant(client, person).url == f"/accounts/{person.pk}/"
        assert User.objects.get(pk=person.pk).can(Perm.REVIEW)

    @pytest.mark.parametrize(
        ("held", "fields", "sentence"),
        [
            (Role.AUDITOR, {}, "系统、安全、审计三类管理员互斥，也不能兼任业务角色。"),
            (Role.COORDINATOR, {}, "该人员此期间已有这一角色。"),
            (None, {"valid_to": "2018-01-01"}, "“止”不能早于“起”。"),
            (None, {"role": "king"}, "king"),
            (None, {"agency": 999999}, "请重新选择。"),
            (None, {"valid_from": ""}, "请填写这一项"),
            (None, {"valid_from": "0001-01-01"}, "日期不能早于2018-01-01。"),
            (None, {"valid_to": "9999-12-31"}, "日期不能晚于2099-12-31。"),
        ],
    )
    def test_a_refusal_is_shown_at_the_form(self, client, person, held, fields, sentence):
        if held:
            join(person, held)
        sign_in(client, Role.SECURITY_ADMIN)
        before = person.memberships.count()
        response = self.grant(client, person, **fields)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert person.memberships.count() == before

    @pytest.mark.parametrize(
        ("days", "named"),
        [
            ({}, "{0}的A岗现为王五。"),
            ({"valid_to": 0}, "{0}的A岗现为王五，任至{1}。"),
            ({"valid_to": -1}, ""),
            ({"valid_from": 0}, "{0}的A岗现为王五。"),
            ({"valid_from": 1}, ""),
        ],
    )
    def test_who_holds_the_post_is_named_before_it_is_asked_for(self, client, days, named):
        agency, on = make_agency(), localdate()
        held = {name: on + timedelta(days=number) for name, number in days.items()}
        join(make_user(name="王五"), Role.LIAISON, agency, is_deputy=False, **held)
        join(make_user(name="赵六"), Role.LIAISON, agency)
        sign_in(client, Role.SECURITY_ADMIN)
        page = parse(page_of(client, make_user()))
        post = f"div[@data-shown-when='is_deputy!=on']/p[@data-shown-when='agency={agency.pk}']"
        found = page.xpath(f"//div[@data-shown-when='role=liaison']/{post}")
        words = [one.text_content().split("由")[0] for one in found]
        assert words == ([named.format(agency, on)] if named else [])

    def test_a_second_primary_liaison_is_refused_at_the_form(self, client, person):
        agency = make_agency()
        join(make_user(), Role.LIAISON, agency, is_deputy=False)
        sign_in(client, Role.SECURITY_ADMIN)
        fields = {"agency": agency.pk, "role": Role.LIAISON}
        response = self.grant(client, person, **fields)
        assert response.status_code == 422
        page = response.content.decode()
        assert "该单位此期间已有A岗联络员，请设为B岗。" in page
        held = Membership.objects.get(agency=agency)
        handover = f"/accounts/{held.user_id}/handover/?membership={held.pk}"
        assert f'href="{handover}&amp;successor={person.pk}"' in page
        chosen = client.get(f"{handover}&successor={person.pk}").content.decode()
        assert f'value="{person.pk}" selected' in chosen
        assert self.grant(client, person, is_deputy="on", **fields).status_code == 302

    def test_a_broken_rule_is_a_409(self, client, person):
        admin = sign_in(client, Role.SECURITY_ADMIN)
        response = self.grant(client, person, agency=make_agency().pk)
        assert response.status_code == 409
        page = parse(response.content.decode())
        assert "统筹岗只能设在市商务委。" in page.text_content()
        assert page.xpath("//select[@name='role']//option[@selected]/@value") == [Role.COORDINATOR]
        assert self.grant(client, admin).status_code in (409, 422)

    def test_nobody_grants_to_themselves(self, client):
        admin = sign_in(client, Role.SECURITY_ADMIN)
        response = self.grant(client, admin, role=Role.SECURITY_ADMIN, agency=make_agency().pk)
        assert response.status_code == 409
        assert "不能给自己授予角色。" in response.content.decode()

    def test_agencies_are_grouped_by_kind_in_protocol_order(self, client, person):
        make_agency(name="丙县", kind=AgencyKind.DISTRICT, order=3)
        make_agency(name="乙局", order=2)
        make_agency(name="重庆海关", kind=AgencyKind.CENTRAL, order=4)
        make_agency(name="已撤局", order=5, ended_on=localdate())
        sign_in(client, Role.SECURITY_ADMIN)
        page = page_of(client, person)
        select = page[page.index('name="agency"') : page.index('name="role"')]
        shown = re.findall(r'(?:label="|>)([^<>"\n]+)(?:"|</option>)', select)
        assert [word for word in shown if word.strip()][-7:] == [
            "市级部门", "市商务委", "乙局", "中央垂直管理", "重庆海关", "区县政府", "丙县",
        ]  # fmt: skip
        assert Agency.objects.filter(short_name="已撤局").exists()


class TestEnding:
    def test_it_asks_first_and_takes_effect_at_once(self, client, person):
        membership = join(person, Role.LEADER)
        sign_in(client, Role.SECURITY_ADMIN)
        assert 'data-confirm="终止王五的“市商务委 市领导”？' in page_of(client, person)
        client.post(f"/accounts/{person.pk}/memberships/{membership.pk}/end/")
        assert not User.objects.get(pk=person.pk).can(Perm.READ)
        assert "已终止" in page_of(client, person)

    def test_a_membership_of_another_person_is_not_found(self, client, person):
        membership = join(make_user(), Role.LEADER)
        sign_in(client, Role.SECURITY_ADMIN)
        url = f"/accounts/{person.pk}/memberships/{membership.pk}/end/"
        assert client.post(url).status_code == 404

    def test_nobody_ends_their_own(self, client):
        admin = sign_in(client, Role.SECURITY_ADMIN)
        url = f"/accounts/{admin.pk}/memberships/{admin.memberships.get().pk}/end/"
        assert client.post(url).status_code == 409
