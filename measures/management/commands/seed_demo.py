"""`manage.py seed_demo`: load the demonstration into a database without people or filings."""

from datetime import date

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from lib.errors import DomainError
from lib.rehearsal import day_typed
from measures.demonstration.second import load_second_notice
from measures.demonstration.seed import load_demonstration
from measures.notice.load import load_basis


class Command(BaseCommand):
    help = "载入演示数据（仅限没有人员、填报期和进展的数据库）。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--on", type=day_typed, metavar="日期", help="以哪一天为今天，默认为当天"
        )

    def handle(self, *, on: date | None, **_: object) -> None:
        load_basis(at=timezone.now())
        try:
            load_demonstration(on=on or timezone.localdate(), at=timezone.now())
            load_second_notice(on=on or timezone.localdate(), at=timezone.now())
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("演示数据已载入。")
