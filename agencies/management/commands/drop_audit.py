"""`manage.py drop_audit`: delete events that need not be kept any longer."""

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from agencies.audit.retention import drop_before
from lib.errors import DomainError
from lib.rehearsal import month_typed


class Command(BaseCommand):
    help = (
        "清除某月以前封存的审计记录：先核验，清除本身也有记录；保留月数见 AUDIT_KEEP_MONTHS。"
        "须以数据表所有者的数据库角色运行。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--before",
            metavar="YYYY-MM",
            type=month_typed,
            required=True,
            help="清除这个月以前封存的",
        )

    def handle(self, *args: object, before: date, **options: object) -> None:
        try:
            dropped = drop_before(before, at=now())
        except DomainError as refused:
            raise CommandError(str(refused)) from refused
        self.stdout.write(f"清除了{dropped.events}条审计记录、{dropped.seals}个封存。")
