"""check_data: find faults in rows and files that database constraints cannot exclude."""

from argparse import ArgumentParser
from datetime import date

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localdate, now

from agencies.accounts.data_keys import key_faults
from lib.rehearsal import day_typed
from measures.integrity import faults
from policy_tracker.stored_files import file_faults


class Command(BaseCommand):
    help = "检查数据和文件：列出数据库约束管不到的不一致；有问题时退出码为 1。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--on", type=day_typed, help="按哪一天检查（YYYY-MM-DD）")

    def handle(self, *args: object, on: date | None = None, **options: object) -> None:
        found = [*faults(on=on or localdate()), *file_faults(at=now()), *key_faults()]
        for fault in found:
            self.stdout.write(fault)
        if found:
            raise CommandError(f"发现{len(found)}处问题。")
        self.stdout.write("没有发现问题。")
