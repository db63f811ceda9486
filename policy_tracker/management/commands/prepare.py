"""`manage.py prepare`: from an empty database to one that pages can be shown from.

One process for all of it, because starting one costs a second; safe to run at every start.
"""

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from agencies import demonstration
from agencies.accounts.people import create_admins
from agencies.contributions import is_demonstrated
from agencies.management.commands.create_admins import lines_about
from lib.enqueue import enqueue
from measures.demonstration.seed import load_demonstration, may_load
from measures.lights.refresh import refresh_all_lights
from measures.models import Measure, Notice
from measures.notice.load import load_basis


class Command(BaseCommand):
    help = "建立数据库结构，载入文件、单位和工作日历；--demo 载入演示数据，--empty 建立管理员。"
    requires_system_checks: list[str] = []  # the web process makes them

    def add_arguments(self, parser: CommandParser) -> None:
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--demo", action="store_true", help="载入演示数据（已有数据的不动）")
        how.add_argument("--empty", action="store_true", help="不载入演示数据，建立三类管理员")

    def handle(self, *, demo: bool, empty: bool, **_: object) -> None:
        at = timezone.now()
        today = timezone.localdate(at)
        if self._migrate() or not Notice.objects.exists():
            self.stdout.write("载入文件、单位和工作日历")
            load_basis(at=at)
        if demo and may_load():
            self.stdout.write("载入演示数据")
            load_demonstration(on=today, at=at)
            # A worker builds its reports: nobody waits for them here.
            enqueue("reports.tasks.play_reports")
        if empty and (made := create_admins(at=at)):
            self.stdout.write("\n".join(["", *lines_about(made), ""]))
        if Measure.objects.exclude(light_on=today).exists():
            refresh_all_lights(on=today)
        if is_demonstrated():
            self._show_accounts()

    def _migrate(self) -> bool:
        """Whether the structure had to change. Asking first saves a second at every other start."""
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        self.stdout.write("建立数据库结构")
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
        return True

    def _show_accounts(self) -> None:
        lines = [
            "",
            f"演示数据：人员、进展和数字均为虚构。登录账号如下，密码都是 {demonstration.PASSWORD}",
            *(f"    {username:<16}{who}" for username, who in demonstration.ACCOUNTS),
        ]
        self.stdout.write("\n".join(lines))
