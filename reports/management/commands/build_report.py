"""manage.py build_report progress --period 2026年前三季度 --out DIR: write a report's files."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from measures.models import Period
from reports.actions.export import export_report
from reports.choices import ReportKind


class Command(BaseCommand):
    """Needs no worker. Prints each file with its SHA-256."""

    help = "把一期报告的各种格式写到一个文件夹，并显示每个文件的 SHA-256。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The kind, the period by number or name, the folder."""
        parser.add_argument("kind", choices=ReportKind.values, help="报告类别")
        parser.add_argument("--period", required=True, help="填报期的编号或名称")
        parser.add_argument("--out", required=True, type=Path, help="写到哪个文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files."""
        period = _period(options["period"])
        kind = ReportKind(options["kind"])
        for path in export_report(period, kind=kind, folder=options["out"], at=now()):
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            self.stdout.write(f"{path}  {digest}")


def _period(words: str) -> Period:
    opened = Period.objects.opened().main().newest_first()
    found = opened.filter(label=words).first()
    if found is None and words.isdecimal():
        found = opened.filter(pk=int(words)).first()
    if found is None:
        known = "、".join(opened.values_list("label", flat=True)) or "（还没有）"
        raise CommandError(f"没有“{words}”这个已开始的填报期。现有：{known}。")
    return found
