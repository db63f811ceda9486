from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from agencies.choices import MailChoice
from agencies.models import OutboxItem
from agencies.outbound.tests.factories import KIND, make_item, make_reader
from agencies.tests.factories import NOW, TODAY, make_message

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen", "mail_on")]
TOMORROW = TODAY + timedelta(days=1)


def said(name: str, **options) -> str:
    out = StringIO()
    call_command(name, stdout=out, **options)
    return out.getvalue()


def test_a_rehearsal_lists_receivers_and_reasons_and_sends_nothing(mailoutbox):
    person = make_reader(username="zhangsan", name="张三")
    make_item(user=person)
    make_item(user=person, next_try_at=NOW + timedelta(days=1))
    make_item(user=make_reader(username="lisi", name="李四", email=""))
    lines = said("deliver", dry_run=True).splitlines()
    assert lines == [
        "邮件 消息邮件（账号） → zhangsan 张三：11-23 10:00产生，第1次发送",
        "邮件 消息邮件（账号） → lisi 李四：不再发送：收件人没有填邮箱",
        "2026-11-23会发送2件。",
    ]
    assert said("deliver", on=TOMORROW, dry_run=True).splitlines()[-1] == "2026-11-24会发送3件。"
    assert said("deliver", on=TODAY - timedelta(days=1), dry_run=True) == "2026-11-22会发送0件。\n"
    assert (OutboxItem.objects.unsent().count(), mailoutbox) == (3, [])


def test_delivery_runs_only_for_today(mailoutbox):
    make_item()
    assert said("deliver") == "已发送1件。\n"
    assert said("deliver") == "没有到时间的。\n"
    with pytest.raises(CommandError, match="--dry-run"):
        said("deliver", on=TOMORROW)


def test_a_rehearsal_lists_digests_and_queues_nothing():
    person = make_reader(MailChoice.DIGEST, username="zhangsan", name="张三")
    for _ in range(2):
        make_message(person, kind=KIND)
    expected = "zhangsan 张三：2条未读\n2026-11-23会发1封摘要。\n"
    assert said("send_digests", dry_run=True) == expected
    assert not OutboxItem.objects.exists()
    sunday = TODAY - timedelta(days=1)
    assert said("send_digests", on=sunday, dry_run=True) == "2026-11-22不是工作日，不发摘要。\n"


def test_digests_run_only_for_today():
    make_message(make_reader(MailChoice.DIGEST), kind=KIND)
    assert said("send_digests") == "已生成1封摘要。\n"
    assert said("send_digests") == "已生成0封摘要。\n"
    assert said("send_digests", dry_run=True) == "2026-11-23会发0封摘要。\n"
    with pytest.raises(CommandError, match="--dry-run"):
        said("send_digests", on=TOMORROW)


def test_both_commands_say_if_the_channels_are_off(settings):
    settings.EMAIL_IS_ON = False
    assert "没有启用" in said("deliver", dry_run=True)
    assert "没有启用" in said("send_digests", dry_run=True)
