"""外发记录 and 重发."""

import pytest
from django.core.exceptions import PermissionDenied

from agencies.choices import OutboxAction, OutboxState
from agencies.models import Event, OutboxItem
from agencies.outbound.actions import resend
from agencies.outbound.delivery import deliver_due
from agencies.outbound.tests.factories import make_item, make_reader
from agencies.permissions import Role
from agencies.tests.factories import NOW, make_user, sign_in
from lib.errors import DomainError

pytestmark = pytest.mark.django_db
DEAD = {"state": OutboxState.DEAD, "error": "收件地址被拒收（550）", "attempts": 2, "failures": 2}


@pytest.fixture
def admin(client):
    return sign_in(client, Role.SYSTEM_ADMIN)


def test_the_page_shows_receiver_and_reason_but_no_text(client, admin):
    make_item(user=make_reader(name="张三"), **DEAD)
    page = client.get("/outbox/").content.decode()
    for shown in ("张三", "r***@office.example", "消息邮件", "账号", "收件地址被拒收（550）"):
        assert shown in page
    for hidden in ("密码已重置", "详情", "reader@office.example"):
        assert hidden not in page


def test_an_empty_page_says_what_it_will_contain_and_that_it_is_off(client, admin):
    page = client.get("/outbox/").content.decode()
    assert "没有这样的外发记录" in page
    assert page.count("未启用，由运维人员在服务器上配置") == 2


def test_the_page_is_filtered_by_state(client, admin):
    make_item(**DEAD)
    make_item()
    assert len(client.get("/outbox/").context["page"]) == 2
    assert len(client.get("/outbox/?state=dead").context["page"]) == 1
    assert len(client.get("/outbox/?state=nonsense").context["page"]) == 2


def test_a_dead_item_is_resent_with_its_old_number(client, admin, mail_on, mailoutbox):
    item, other = make_item(**DEAD), make_item(**DEAD)
    response = client.post("/outbox/resend/", {"item": [item.pk]}, follow=True)
    assert "已将1件重新排队" in response.content.decode()
    item.refresh_from_db()
    other.refresh_from_db()
    assert (item.state, item.failures, item.error) == (OutboxState.QUEUED, 0, "")
    assert other.state == OutboxState.DEAD
    deliver_due(at=item.next_try_at)
    assert mailoutbox[0].extra_headers["Message-ID"] == f"<{item.key}@office.example>"
    event = Event.objects.get(action="outbox.resend")
    assert event.sentence == f"重发给{item.user.name}的消息邮件。"


def test_all_at_once(client, admin):
    for _ in range(3):
        make_item(**DEAD)
    client.post("/outbox/resend/", {"all": "1"})
    assert not OutboxItem.objects.dead().exists()


def test_only_dead_items_are_resent(admin):
    sent = make_item(state=OutboxState.SENT, sent_at=NOW, attempts=1)
    for ids in ([], [sent.pk], [0]):
        with pytest.raises(DomainError, match="请选择要重发的记录"):
            resend(ids, by=admin, at=NOW)


def test_at_night_a_resent_item_waits_unless_it_ends_a_todo(admin):
    night = NOW.replace(hour=22)
    mail = make_item(**DEAD)
    begun = make_item(OutboxAction.CREATE, state=OutboxState.SENT, sent_at=NOW, attempts=1)
    end = make_item(
        OutboxAction.FINISH, user=begun.user, message=begun.message, begun=begun, **DEAD
    )
    assert resend([mail.pk, end.pk], by=admin, at=night) == 2
    mail.refresh_from_db()
    end.refresh_from_db()
    assert (mail.next_try_at, end.next_try_at) == (NOW.replace(day=24, hour=9), night)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM_ADMIN])
def test_only_the_system_administrator_resends(role):
    with pytest.raises(PermissionDenied):
        resend([make_item(**DEAD).pk], by=make_user(role), at=NOW)


def test_a_dead_item_is_a_todo_under_failed(client, admin):
    make_item(user=make_reader(name="张三"), **DEAD)
    page = " ".join(client.get("/todo/").content.decode().split())
    assert "给张三的消息邮件没有送达" in page


def test_cost_does_not_grow(client, admin, django_assert_max_num_queries):
    for _ in range(30):
        make_item(**DEAD)
    client.get("/outbox/")
    with django_assert_max_num_queries(9):
        client.get("/outbox/")
