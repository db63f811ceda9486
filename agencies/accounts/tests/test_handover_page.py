"""交接, on the account page of the security administrator."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from agencies.models import Membership, User
from agencies.permissions import Role
from agencies.tests.factories import commission, join, make_agency, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    return sign_in(client, Role.SECURITY_ADMIN)


def url(person):
    return f"/accounts/{person.pk}/handover/"


def typed(holder, heir, **fields):
    return {
        "membership": holder.memberships.first().pk,
        "successor": heir.pk,
        "from_on": localdate().isoformat(),
        "reason": "岗位调整。",
    } | fields


def test_the_account_page_links_to_it_for_effective_business_posts(client, admin, holder):
    page = client.get(f"/accounts/{holder.pk}/").content.decode()
    assert f'href="{url(holder)}?membership={holder.memberships.get().pk}"' in page
    auditor = make_user(Role.AUDITOR)
    page = client.get(f"/accounts/{auditor.pk}/").content.decode()
    assert f'"{url(auditor)}?membership' not in page


def test_only_possible_successors_are_listed(client, admin, holder, agency):
    deputy = make_user(Role.LIAISON, agency, name="乙副")
    make_user(Role.AGENCY_HEAD, agency, name="甲长")
    make_user(name="新人", username="xinren")
    make_user(Role.AUDITOR, name="审计")
    make_user(Role.LIAISON, make_agency(), name="外单位")
    User.objects.filter(pk=make_user(name="停用").pk).update(is_active=False)
    page = client.get(url(holder)).content.decode()
    select = page[page.index('name="successor"') : page.index('name="from_on"')]
    shown = re.findall(r'(?:label="|<option[^>]*>)([^<>"\n]+)', select)
    assert shown == [
        "请选择", "本单位人员", "乙副（重庆海关 联络员（B岗））", "甲长（重庆海关 分管领导）",
        "尚无角色的账号", "新人（xinren）",
    ]  # fmt: skip
    assert deputy.is_active


def test_a_handover_is_effective_at_the_next_request(client, admin, holder):
    """Nobody is signed out: permissions are read from the memberships at each request."""
    heir = make_user()
    old, new = Client(), Client()
    old.force_login(holder)
    new.force_login(heir)
    assert (old.get("/filings/").status_code, new.get("/filings/").status_code) == (200, 403)
    assert client.post(url(holder), typed(holder, heir)).url == f"/accounts/{holder.pk}/"
    assert (old.get("/filings/").status_code, new.get("/filings/").status_code) == (403, 200)
    assert "由您接手" in new.get("/inbox/").content.decode()
    assert "接手。" in old.get("/inbox/").content.decode()


def test_the_message_says_who_stays_as_deputy(client, admin, holder):
    old, heir = Client(), make_user()
    old.force_login(holder)
    sent = typed(holder, heir, stays_as_deputy="on")
    page = client.post(url(holder), sent, follow=True).content.decode()
    assert f"交由{heir.name}，张三转任B岗，双方将收到通知。" in page
    assert f"由{heir.name}接手，您转任B岗" in old.get("/inbox/").content.decode()


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"reason": " "}, "请写明交接理由"),
        ({"successor": ""}, "请填写这一项"),
        ({"from_on": "2018-01-01"}, "交接日期不能早于今天。"),
        ({"until": "2018-01-01"}, "代理截止不能早于交接日期。"),
        ({"until": "9999-12-31"}, "日期不能晚于2099-12-31。"),
        ({"membership": 999999}, "请重新选择。"),
    ],
)
def test_a_refusal_is_shown_at_the_form_and_typed_text_is_kept(
    client, admin, holder, fields, sentence
):
    heir = make_user()
    response = client.post(url(holder), typed(holder, heir, **fields))
    assert response.status_code == 422
    page = response.content.decode()
    assert sentence in page
    assert f'value="{heir.pk}" selected' in page or "successor" in fields
    assert not heir.memberships.exists()


def test_a_constraints_sentence_is_shown_at_the_form(client, admin, holder, agency):
    """The successor's own post begins next week and overlaps with the holder's."""
    heir = make_user(name="李四")
    join(
        heir, Role.LIAISON, agency, valid_from=localdate() + timedelta(days=7)
    )  # B岗 from next week
    response = client.post(url(holder), typed(holder, heir))
    assert response.status_code == 422
    assert "该人员此期间已有这一角色。" in response.content.decode()
    assert Membership.objects.filter(user=holder, valid_to=None).exists()


def test_a_person_of_another_agency_cannot_be_sent_as_successor(client, admin, holder):
    stranger = make_user(Role.LIAISON, make_agency())
    response = client.post(url(holder), typed(holder, stranger))
    assert response.status_code == 422
    assert "请重新选择。" in response.content.decode()


def test_the_post_in_the_url_is_selected(client, admin, holder):
    head = join(holder, Role.AGENCY_HEAD, commission())
    page = client.get(url(holder), {"membership": head.pk}).content.decode()
    assert f'<option value="{head.pk}" selected>市商务委 分管领导</option>' in page


def test_the_page_says_if_there_is_nothing_to_hand_over(client, admin):
    page = client.get(url(make_user(Role.AUDITOR))).content.decode()
    assert "没有可以交接的角色" in page


@pytest.mark.parametrize("role", [Role.SYSTEM_ADMIN, Role.AUDITOR, Role.COORDINATOR])
def test_the_page_is_closed_to_other_roles(client, holder, role):
    client.force_login(make_user(role))
    assert client.get(url(holder)).status_code == 403
    assert client.post(url(holder)).status_code == 403


def test_the_confirmation_explains_each_choice(client, holder, admin):
    client.force_login(admin)
    page = " ".join(client.get(f"/accounts/{holder.pk}/handover/").content.decode().split())
    assert "不再持有所选角色" not in page
    assert f'"stays_as_deputy!=on">{holder.name}自交接日期起不再担任<' in page
    assert f'"stays_as_deputy=on">{holder.name}自交接日期起改任B岗<' in page
    assert '"until!=">代理截止的次日，双方各自恢复原岗<' in page


def test_the_page_says_who_can_be_chosen(client, holder, admin):
    page = client.get(url(holder)).content.decode()
    assert "尚无角色的账号；没有合适的，请系统管理员先新建账号。" in page
