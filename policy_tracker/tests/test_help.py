"""帮助 and 界面元件: a page for each topic, the person's own first."""

import re

import pytest

from agencies.permissions import Role
from agencies.tests.factories import make_user
from policy_tracker.help import ALL, FIRST_STEPS

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("slug", ALL)
def test_every_topic_has_its_page(client, slug):
    client.force_login(make_user(Role.COORDINATOR))
    page = client.get(f"/help/{slug}/")
    assert page.status_code == 200
    assert f"<h1>{ALL[slug].title}</h1>" in page.content.decode()


def test_every_role_has_first_steps():
    assert {role for topic in FIRST_STEPS for role in topic.roles} == set(Role)


@pytest.mark.parametrize("role", Role)
def test_ones_own_first_steps_come_first(client, role):
    client.force_login(make_user(role))
    own = client.get("/help/").context["own"]
    assert [topic for topic in own if role in topic.roles] == own
    assert len(own) == 1


def test_an_unknown_topic_is_404(client):
    client.force_login(make_user(Role.LEADER))
    assert client.get("/help/nothing/").status_code == 404


@pytest.mark.parametrize("path", ["/help/", "/help/lights/", "/help/components/"])
def test_help_pages_accept_only_reading_methods(client, path):
    client.force_login(make_user(Role.COORDINATOR))
    assert client.post(path).status_code == 405


def test_the_components_page_shows_each_icon_of_the_sprite(client):
    client.force_login(make_user(Role.COORDINATOR))
    page = client.get("/help/components/")
    assert len(page.context["icons"]) > 15
    for name in page.context["icons"]:
        assert f"#{name}" in page.content.decode()


@pytest.mark.parametrize("topic", [topic.slug for topic in ALL.values()])
def test_no_page_names_how_many_measures_a_notice_has(client, topic):
    client.force_login(make_user(Role.COORDINATOR))
    page = client.get(f"/help/{topic}/").content.decode()
    assert not re.search(r"(\d|十七)+项措施|十七项", page)
