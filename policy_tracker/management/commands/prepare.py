"""`manage.py prepare`: set up an empty database, or update one, so that pages can be served.

All steps run in one process, because starting one takes a second. Safe to run at every start.
"""

import gc
import sys
from datetime import datetime

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from psycopg2.errors import LockNotAvailable

from agencies import demonstration
from agencies.accounts.people import create_admins
from agencies.contributions import is_demonstrated
from agencies.management.commands.create_admins import lines_about
from agencies.models import User
from dev.console import SAID_WHY
from lib.enqueue import enqueue
from measures.demonstration.second import load_second_notice
from measures.demonstration.seed import load_demonstration, may_load
from measures.lights.refresh import refresh_all_lights
from measures.models import Measure, Notice
from measures.notice.load import load_basis
from policy_tracker.app_role import grant_to

_DEMONSTRATED = """
这里已有演示数据，--empty 没有启动。请选一种：
    python3 start.py --fresh --empty              清除演示数据，从头开始（先询问）
    VAR_DIR=另一个目录 python3 start.py --empty   演示数据留着，另建一套
    python3 start.py                              继续用演示数据"""
_DATA_HERE = (
    "这里已有数据（{had}个账号），照原样启动，没有改动。"
    "要从头开始，请用 python3 start.py --fresh --empty（先询问）。"
)
_LOCKED = (
    "有一张表正被别的连接占用，等了{seconds}秒没有等到，数据库结构没有更新完：已完成的各步保留，"
    "这一步已撤回，没有丢失数据，网页照常使用。请停止 beat 和 worker，等备份等长时间的查询结束"
    "（在 pg_stat_activity 里看 xact_start 最早的），再运行一次 prepare；"
    "或者设置 MIGRATION_LOCK_SECONDS，让它等得更久（这期间网页会停顿）。"
)
_NO_KEY = (
    "没有设置 DATA_KEYS：电话号码在数据库里加密存放，须先设置密钥。第一次设置的，"
    "按 deploy/policy-tracker.env.example 所写生成一个；换机器恢复的，用原来的密钥。"
)
_NEXT = (
    "下一步：sysadmin 登录后在“账号”新建人员，secadmin 给他们授予角色；"
    "市商务委统筹岗登录后，“审核”页列有其余步骤。"
)
_PUBLIC = (
    "注意：现在别的机器也能打开本页，而上列账号（含三个管理员）的密码是公开的。"
    "只供演示时可以；要录入真实数据，请用 python3 start.py --fresh --empty 从头开始。"
)


class Command(BaseCommand):
    help = "建立数据库结构，载入文件、单位和工作日历；--demo 载入演示数据，--empty 建立管理员。"
    requires_system_checks: list[str] = []  # the web process runs them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--app-role", metavar="角色", help="网页和后台任务所用的数据库角色，授予其权限"
        )
        parser.add_argument(
            "--open-to-others", action="store_true", help="别的机器也能打开：提醒演示账号是公开的"
        )
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--demo", action="store_true", help="载入演示数据（已有数据的不动）")
        how.add_argument("--empty", action="store_true", help="不载入演示数据，建立三类管理员")

    def handle(
        self, *, demo: bool, empty: bool, app_role: str | None, open_to_others: bool, **_: object
    ) -> None:
        at = timezone.now()
        today = timezone.localdate(at)
        if self._migrate() or not Notice.objects.exists():
            self.stdout.write("载入文件、单位和工作日历")
            load_basis(at=at)
        if app_role:
            grant_to(app_role)
        if empty and is_demonstrated():
            self.stdout.write(_DEMONSTRATED)
            sys.exit(SAID_WHY)
        if demo and may_load():
            self.stdout.write("载入演示数据")
            load_demonstration(on=today, at=at)
            load_second_notice(on=today, at=at)
            # A worker builds the reports, so that the start does not wait for them.
            enqueue("reports.tasks.play_reports")
        if empty:
            self._make_admins(at)
        if Measure.objects.exclude(light_on=today).exists():
            refresh_all_lights(on=today)
        if is_demonstrated():
            self._show_accounts(open_to_others=open_to_others)

    def _make_admins(self, at: datetime) -> None:
        had = User.objects.count()
        made = create_admins(at=at)
        if had:
            self.stdout.write(_DATA_HERE.format(had=had))
        if made:
            self.stdout.write("\n".join(["", *lines_about(made), "", _NEXT, ""]))

    def _migrate(self) -> bool:
        """Migrate if needed; return whether it was. The check saves a second at other starts."""
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        if not settings.DATA_KEYS:
            self.stdout.write(_NO_KEY)
            sys.exit(SAID_WHY)
        self.stdout.write("建立数据库结构")
        # Each migration makes all models anew: looking for garbage more often took a fifth of it.
        gc.set_threshold(10_000, 50, 100)
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = %s", [f"{settings.MIGRATION_LOCK_SECONDS}s"])
        try:
            call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            self.stdout.write(_LOCKED.format(seconds=settings.MIGRATION_LOCK_SECONDS))
            sys.exit(SAID_WHY)
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
        return True

    def _show_accounts(self, *, open_to_others: bool) -> None:
        lines = [
            "",
            f"演示数据：人员、进展和数字均为虚构。登录账号如下，密码都是 {demonstration.PASSWORD}",
            *(f"    {username:<16}{who}" for username, who in demonstration.ACCOUNTS),
        ]
        if open_to_others:
            lines += ["", _PUBLIC]
        self.stdout.write("\n".join(lines))
