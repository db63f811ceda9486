"""fetch_backup: download a copy of a backup from S3-compatible storage and verify it."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lib.errors import DomainError
from policy_tracker.backup.copies import copied_backups, fetch_backup


class Command(BaseCommand):
    help = "从对象存储取回一份备份并核对校验值，再用restore恢复；不写名称时取最新的。"
    requires_system_checks: list[str] = []  # some checks read the database, which may be lost

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="", help="备份的名称，如20261130-023000")
        parser.add_argument("--to", type=Path, default=settings.BACKUP_DIR, help="放到哪个文件夹")
        parser.add_argument("--list", action="store_true", help="只列出对象存储里的备份")

    def handle(self, *args: object, name: str, to: Path, **options: object) -> None:
        try:
            if options["list"]:
                self.stdout.write("\n".join(copied_backups()))
            else:
                self.stdout.write(f"已取回并核对一致：{fetch_backup(name, to)}")
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
