"""check_readings: compare readings of a folder of notices with its MANIFEST.tsv."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lib.errors import DomainError
from measures.notice.reading_check import Checked, check_folder, share

HEAD = ("文件", "条目", "清单", "链接", "存疑", "疑点", "秒")


class Command(BaseCommand):
    help = (
        "逐份读取文件夹中的文件，与其中的MANIFEST.tsv对照，列出读出的条目、责任单位清单和链接数。"
    )
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, metavar="FOLDER", help="含有MANIFEST.tsv的文件夹")

    def handle(self, *args: object, folder: Path, **options: object) -> None:
        try:
            rows = list(check_folder(folder))
        except DomainError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("\t".join(HEAD))
        for row in rows:
            self.stdout.write("\t".join(_cells(row)))
        for name, pairs in (
            ("条目", [row.items for row in rows]),
            ("清单", [row.lists for row in rows]),
            ("链接", [row.links for row in rows]),
        ):
            found, expected, percent = share(pairs)
            self.stdout.write(f"{name}：读出{found}/{expected}，{percent:.1f}%。")


def _cells(row: Checked) -> list[str]:
    counts = [f"{found}/{expected}" for expected, found in (row.items, row.lists, row.links)]
    rest = [str(row.unsure), str(row.doubts), f"{row.seconds:.2f}", row.fault]
    return [row.file, *counts, *(word for word in rest if word)]
