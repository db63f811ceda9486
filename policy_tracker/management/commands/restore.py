"""restore: restore a backup into an empty database and an empty folder, and verify it."""

from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime

from lib.errors import DomainError
from policy_tracker.backup.restore import restore, unread


class Command(BaseCommand):
    help = "把备份恢复到空的数据库和空的文件目录，逐表核对行数，逐个文件核对校验值。"
    requires_system_checks: list[str] = []  # some checks read the database, which is empty

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="备份所在的文件夹")
        parser.add_argument("--identity", default="", help="age的密钥文件，备份用age加密时要给")

    def handle(self, *args: object, folder: Path, identity: str, **options: object) -> None:
        try:
            manifest = restore(folder, identity=identity)
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"已恢复{localtime(manifest.made_at):%Y-%m-%d %H:%M}的备份：{len(manifest.rows)}张表共"
            f"{sum(manifest.rows.values())}行，{len(manifest.files)}个文件，全部核对一致。"
        )
        for fault in unread(manifest):
            self.stderr.write(fault)
