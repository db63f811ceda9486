"""`prepare` updates everything that is out of date, and prints what a person must know."""

import os
from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils.timezone import localdate

from agencies.demonstration import ACCOUNTS, PASSWORD
from agencies.models import Agency, Event, Membership, User
from agencies.permissions import Role
from dev.console import SAID_WHY
from measures.demonstration.tests.test_seed import (
    demand_nothing_still_to_come,
    demand_the_whole_story,
    morning_of,
)
from measures.models import (
    Filing,
    Indicator,
    IndicatorTarget,
    Measure,
    Milestone,
    Notice,
    Workday,
)
from measures.tests.counted import make_indicator
from measures.tests.factories import make_user
from policy_tracker.management.commands import prepare

pytestmark = pytest.mark.django_db


def said(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue()


def test_without_options_it_loads_the_notice_and_no_people():
    assert "载入文件" in said("prepare")
    assert Notice.objects.get().measures.count() == 17
    assert Agency.objects.exists()
    assert Workday.objects.exists()
    assert not User.objects.exists()
    assert not Measure.objects.exclude(light_on=localdate()).exists()


def test_with_demo_it_shows_the_accounts_each_time_and_loads_once(django_assert_max_num_queries):
    """Set a day in a year without a published calendar."""
    day = date(2027, 1, 4)
    with time_machine.travel(morning_of(day), tick=False):
        first = said("prepare", "--demo")
        events = Event.objects.count()
        with django_assert_max_num_queries(6):
            second = said("prepare", "--demo")
    assert "载入演示数据" in first
    assert "载入" not in second
    for words in (first, second):
        assert PASSWORD in words
        assert all(username in words and who in words for username, who in ACCOUNTS)
    assert Event.objects.count() == events
    first, second = Notice.objects.order_by("pk")
    assert (first.periods.count(), second.periods.count()) == (3, 3)
    assert Filing.objects.filter(period__notice=first).count() == 3 * 53
    assert Filing.objects.filter(period__notice=second).count() == 3 * 11
    demand_the_whole_story(day)
    demand_nothing_still_to_come(day)


def test_with_demo_a_database_with_people_is_kept_without_a_message():
    said("prepare")
    person = make_user(Role.COORDINATOR)
    assert said("prepare", "--demo") == ""
    assert User.objects.get() == person
    assert Notice.objects.get().demonstrated_at is None


def test_lights_of_an_earlier_day_are_computed_again():
    said("prepare")
    Measure.objects.update(light_on="2026-01-01", light_sentence="")
    said("prepare")
    assert not Measure.objects.exclude(light_on=localdate()).exists()
    assert not Measure.objects.filter(light_sentence="").exists()


def test_with_empty_it_creates_the_administrators_and_shows_their_passwords_once():
    first = said("prepare", "--empty")
    people = list(User.objects.all())
    assert {m.role for m in Membership.objects.all()} == {
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
        Role.AUDITOR,
    }
    for user in people:
        line = next(line for line in first.splitlines() if line.strip().startswith(user.username))
        assert user.check_password(line.split()[1])
        assert user.must_change_password
    assert "sysadmin 登录后在“账号”新建人员" in first
    second = said("prepare", "--empty")
    assert "这里已有数据（3个账号）" in second
    assert "--fresh --empty" in second
    assert "一次性密码" not in second
    assert User.objects.count() == 3


def test_with_empty_over_the_demonstration_it_stops_and_says_what_to_do(play_demonstration):
    play_demonstration()
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("prepare", "--empty", stdout=out)
    assert ended.value.code == SAID_WHY
    assert "这里已有演示数据，--empty 没有启动" in out.getvalue()
    assert "python3 start.py --fresh --empty" in out.getvalue()
    assert PASSWORD not in out.getvalue()
    assert not User.objects.filter(username="sysadmin").exists()


def test_public_accounts_cause_a_warning_if_others_can_open_the_page(play_demonstration):
    play_demonstration()
    assert "密码是公开的" in said("prepare", "--demo", "--open-to-others")
    assert "密码是公开的" not in said("prepare", "--demo")


def test_the_role_of_the_application_gets_its_rights_each_time():
    role = f"app_of_test_{os.getpid()}"
    said("prepare", "--app-role", role)
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'agencies_event', 'DELETE')", [role])
        assert cursor.fetchone() == (False,)


def test_demo_and_empty_exclude_each_other():
    with pytest.raises((CommandError, SystemExit)):
        call_command("prepare", "--demo", "--empty")


def test_create_admins_asks_for_agencies_first():
    with pytest.raises(CommandError, match="prepare"):
        call_command("create_admins")


def test_create_admins_creates_only_missing_ones():
    said("prepare")
    assert "一次性密码" in said("create_admins")
    assert "没有新建" in said("create_admins")
    assert User.objects.count() == 3


def test_a_database_loaded_before_gets_the_notice_s_targets(monkeypatch):
    """（十五） gets its indicators and （十六） its milestone, beside rows that staff created."""
    said("prepare")
    for model in (IndicatorTarget, Indicator):
        model.objects.all().delete()
    Milestone.objects.all().delete()
    own = make_indicator(Measure.objects.get(ordinal=15), name="商务委自己的指标")
    monkeypatch.setattr(prepare.Command, "_migrate", lambda self: True)  # as for a newer version
    said("prepare")
    fifteenth, sixteenth = Measure.objects.filter(ordinal__in=(15, 16)).order_by("ordinal")
    assert fifteenth.indicators.exclude(pk=own.pk).exclude(wording="").count() == 2
    assert [one.due_on for one in sixteenth.milestones.all()] == [date(2020, 12, 31)]
    assert Event.objects.latest("pk").sentence.endswith("节点和指标新增3个。")
    said("prepare")
    assert (fifteenth.indicators.count(), sixteenth.milestones.count()) == (3, 1)


def test_a_migration_stops_if_its_table_is_in_use_and_says_what_to_do(settings, monkeypatch):
    settings.MIGRATION_LOCK_SECONDS = 1
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["one"])
    monkeypatch.setattr(prepare, "call_command", lambda *_, **__: lock_agencies())
    reader = connection.copy()
    out = StringIO()
    with reader.cursor() as cursor:
        cursor.execute("BEGIN; LOCK TABLE agencies_agency IN ACCESS SHARE MODE")
    with pytest.raises(SystemExit) as ended, transaction.atomic():
        call_command("prepare", stdout=out)
    reader.close()
    assert ended.value.code == SAID_WHY
    assert "等了1秒没有等到" in out.getvalue()
    assert "再运行一次 prepare" in out.getvalue()


def lock_agencies() -> None:
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE agencies_agency IN ACCESS EXCLUSIVE MODE")
