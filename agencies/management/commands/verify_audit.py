"""`manage.py verify_audit`: compare the audit trail with its seals."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from agencies.audit.verification import verify, words_of
from lib.errors import DomainError


class Command(BaseCommand):
    help = (
        "核验审计记录是否与封存时一致：不一致时指出最先不符的一条，退出码为 1；"
        "一致时显示末个封存的摘要，请另行留存，以后用 --anchor 核对。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anchor", metavar="摘要", default="", help="以前留存的封存摘要")

    def handle(self, *args: object, anchor: str = "", **options: object) -> None:
        try:
            found = verify(anchor=anchor)
        except DomainError as unable:
            raise CommandError(str(unable)) from unable
        if found.fault:
            before = f"此前{found.events}条记录、{found.seals}个封存一致。"
            raise CommandError(f"{found.fault.words}{before}")
        self.stdout.write(words_of(found))
        if found.last:
            self.stdout.write(f"{found.last}的摘要（{found.last.how.label}）：{found.digest}")
