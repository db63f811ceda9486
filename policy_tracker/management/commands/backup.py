"""backup: write the database and the files into a folder, consistently while people work."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from lib.errors import DomainError
from policy_tracker.backup.actions import back_up, copy_to_bucket


class Command(BaseCommand):
    help = "备份数据库和文件；用户可以照常使用系统。备份里有行数、文件校验值，供恢复时核对。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", type=Path, default=settings.BACKUP_DIR, help="写到哪个文件夹")
        parser.add_argument(
            "--recipient", default=settings.BACKUP_RECIPIENT, help="加密给谁：age的公钥或gpg的密钥"
        )

    def handle(self, *args: object, to: Path, recipient: str, **options: object) -> None:
        try:
            folder, manifest = back_up(to, recipient=recipient, at=now())
            copy_to_bucket(folder, manifest, at=now())
        except DomainError as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(
            f"备份在{folder}：{len(manifest.rows)}张表共{sum(manifest.rows.values())}行，"
            f"{len(manifest.files)}个文件，共{manifest.size}字节。"
        )
        for name, part in manifest.parts.items():
            self.stdout.write(f"SHA-256 {part.sha256}  {name}")
        for fault in manifest.faults:
            self.stderr.write(fault)
        if manifest.faults:
            raise CommandError(f"备份已完成，但有{len(manifest.faults)}个文件有问题。")
