"""The export of who may do what, for the security administrator's review."""

import csv
from io import StringIO

import pytest

from agencies.models import Event
from agencies.permissions import Role
from agencies.tests.factories import NOW, join, make_agency, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def rows(client):
    client.force_login(make_user(Role.SECURITY_ADMIN, username="anquan", name="安全员"))

    def rows() -> list[list[str]]:
        answer = client.get("/accounts/review/")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        return [row for row in csv.reader(StringIO(text)) if row[1] != "anquan"]

    return rows


def test_each_role_of_each_person_is_a_row(rows):
    person = make_user(username="wangwu", name="王五")
    join(person, Role.LIAISON, make_agency(name="重庆海关"))
    join(person, Role.AGENCY_HEAD, make_agency(name="市科技局"))
    assert [row[:5] for row in rows()] == [
        ["姓名", "账号", "账号状态", "单位", "角色"],
        ["王五", "wangwu", "启用", "重庆海关", "联络员（B岗）"],
        ["王五", "wangwu", "启用", "市科技局", "分管领导"],
    ]


def test_people_without_a_role_or_switched_off_are_listed_too(rows):
    make_user(username="a", name="甲")
    make_user(username="b", name="乙", is_active=False)
    found = [(row[1], row[2], row[4], row[9]) for row in rows()[1:]]
    assert found == [
        ("a", "启用", "尚未授予角色", "从未登录"),
        ("b", "停用", "尚未授予角色", "从未登录"),
    ]


def test_a_name_that_looks_like_a_formula_is_written_as_text(rows):
    make_user(username="a", name="=1+1")
    assert rows()[1][0] == "'=1+1"


def test_taking_it_is_an_event(rows):
    make_user(username="a")
    rows()
    event = Event.objects.get(action="user.review_access")
    assert event.sentence == "导出账号与角色清单，共2个账号。"
    assert event.at == NOW


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.COORDINATOR, Role.LEADER, None])
def test_it_is_closed_to_others(client, role):
    client.force_login(make_user(role))
    assert client.get("/accounts/review/").status_code == 403
    assert not Event.objects.filter(action="user.review_access").exists()


def test_the_accounts_page_links_to_the_export(client, rows):
    assert "/accounts/review/" in client.get("/accounts/").content.decode()
    client.force_login(make_user(Role.SYSTEM_ADMIN))
    assert "/accounts/review/" in client.get("/accounts/").content.decode()


def test_the_export_needs_as_many_queries_for_more_people(client, rows, django_assert_num_queries):
    for number in range(8):
        join(make_user(username=f"u{number}"), Role.LIAISON, make_agency())
    with django_assert_num_queries(9):
        rows()
