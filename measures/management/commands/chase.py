"""chase: tell what is due, as the job does within working hours, or only say what it would tell."""

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate, now

from lib.workdays import is_workday
from measures.chasing.job import chase, rehearse
from measures.models import Workday


class Command(BaseCommand):
    help = "按催报阶梯提醒和催报。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--on", type=date.fromisoformat, help="哪一天（YYYY-MM-DD），只用于演练"
        )
        parser.add_argument("--dry-run", action="store_true", help="只列出会发给谁，不发送")

    def handle(
        self, *args: object, on: date | None = None, dry_run: bool = False, **options: object
    ) -> None:
        if dry_run:
            self._rehearse(on or localdate())
            return
        if on is not None and on != localdate():
            raise CommandError("催报只能在当天发送；--on 其他日期须与 --dry-run 同用。")
        done = chase(at=now())
        self.stdout.write(f"已向{done.agencies}个单位的{done.people}人催报{done.filings}项填报。")

    def _rehearse(self, day: date) -> None:
        if not is_workday(day, Workday.objects.as_calendar()):
            self.stdout.write(f"{day:%Y-%m-%d}不是工作日，不催报。")
            return
        count = 0
        for found in rehearse(on=day):
            count += 1
            who = f"{found.person.username} {found.person}"
            self.stdout.write(f"{who}：{found.why}。{found.sentence}")
        self.stdout.write(f"{day:%Y-%m-%d}会向{count}人催报。")
