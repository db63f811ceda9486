"""An empty 审核 shows the first coordinator the steps to the first period."""

import re

import pytest
from django.utils.timezone import localdate, now

from agencies.accounts.people import create_admins
from agencies.models import Agency, User
from agencies.permissions import Role
from measures.models import Filing, Period
from measures.periods import actions as periods
from measures.reviews.first_day import first_steps
from measures.tests.factories import make_period, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(real_notice, client) -> User:
    """Create the first one after `start.py --empty`, with the notice and three administrators."""
    create_admins(at=now())
    return sign_in(client, Role.COORDINATOR, Agency.objects.get(code="sww"))


def done(viewer: User) -> list[bool]:
    return [step.is_done for step in first_steps(viewer, on=localdate())]


def test_the_empty_queue_leads_through_all_steps(client, coordinator):
    page = client.get("/reviews/").content.decode()
    for words in ("首次使用", "系统管理员", "安全管理员", "联络员", "新建第一个填报期"):
        assert words in page
    assert '<a href="/periods/">填报期</a>' in page
    assert 'href="/accounts/"' not in page  # they may not open it: the page names the place instead
    assert re.search(r">\s*账号\s*</td>", page)
    assert "没有待审核的填报" not in page


def test_who_may_open_a_place_gets_its_link(coordinator):
    admin = User.objects.get(username="sysadmin")
    urls = [step.url for step in first_steps(admin, on=localdate())]
    assert urls == ["/accounts/", "/accounts/", "/accounts/", "", ""]


def test_each_step_is_ticked_off_once_it_is_done(coordinator):
    assert done(coordinator) == [False] * 5
    make_user(Role.CHIEF, Agency.objects.get(code="sww"))
    assert done(coordinator) == [True, True, False, False, False]
    for agency in Agency.objects.filter(responsibilities__isnull=False).distinct():
        make_user(Role.LIAISON, agency)
    assert done(coordinator) == [True, True, True, False, False]
    make_period(state="draft")
    assert done(coordinator) == [True, True, True, True, False]


def test_the_agencies_without_a_liaison_are_named(coordinator):
    wanted = Agency.objects.filter(responsibilities__isnull=False).distinct().order_by("order")
    step = first_steps(coordinator, on=localdate())[2]
    assert step.state.startswith(
        f"{len(wanted)}个单位中还缺{len(wanted)}个：{wanted[0].short_name}、"
    )
    assert step.state.endswith("等")


def test_with_the_first_period_open_it_stays_until_all_is_done(client, coordinator):
    period = make_period(state="draft")
    periods.open_period(period, by=coordinator, at=now())
    assert Filing.objects.exists()
    assert done(coordinator) == [False, False, False, True, True]
    for address in ("/reviews/", "/todo/"):
        assert "首次使用" in client.get(address).content.decode()
    make_user(Role.CHIEF, Agency.objects.get(code="sww"))
    for agency in Agency.objects.filter(responsibilities__isnull=False).distinct():
        make_user(Role.LIAISON, agency)
    assert first_steps(coordinator, on=localdate()) == []
    page = client.get("/reviews/").content.decode()
    assert "没有待审核的填报" in page
    for address in ("/reviews/", "/todo/"):
        assert "首次使用" not in client.get(address).content.decode()
    assert Period.objects.count() == 1


def test_a_platform_in_use_is_never_told_of_its_first_days(coordinator):
    make_period(state="closed")
    assert first_steps(coordinator, on=localdate()) == []


def test_the_steps_that_are_left_stand_beside_the_to_dos(client, coordinator):
    page = client.get("/todo/")
    (block,) = page.context["found"].beside
    assert (block.title, block.lines[0].number) == ("首次使用", 5)
    assert [fact.words for fact in block.facts][-2:] == ["新建第一个填报期", "开始填报"]
    listed = client.get(block.lines[0].url).content.decode()
    assert listed.count('data-label="步骤"') == 5


def test_starting_names_who_would_hear_nothing_of_it(client, coordinator):
    period = make_period(state="draft")
    wanted = Agency.objects.filter(responsibilities__isnull=False).distinct().order_by("order")
    first, *others = wanted
    make_user(Role.LIAISON, first)
    words = f"{len(others)}个单位还没有联络员，没有人收到通知："
    for address in ("/periods/", f"/periods/{period.pk}/"):
        page = client.get(address).content.decode()
        assert words in page
        assert "、".join(one.short_name for one in others) in page
    page = client.post(f"/periods/{period.pk}/open/", follow=True).content.decode()
    assert "还没有联络员，没有人收到通知，请联系安全管理员授予角色。" in page
