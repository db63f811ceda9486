"""rehearse_restore: test whether a backup can be restored, beside the running system."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from lib.errors import DomainError
from policy_tracker.backup.actions import rehearse


class Command(BaseCommand):
    help = "把备份恢复到临时的数据库里试一遍，用完即删；不写哪个备份时用最新的。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, nargs="?", help="备份所在的文件夹")
        parser.add_argument("--identity", default="", help="age的密钥文件，备份用age加密时要给")

    def handle(self, *args: object, folder: Path | None, identity: str, **options: object) -> None:
        try:
            self.stdout.write(rehearse(folder, identity=identity, at=now()))
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
