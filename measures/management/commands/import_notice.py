"""import_notice: read a notice from a file and show the reading as a table or as JSON."""

import json
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lib.errors import DomainError
from measures.intake.as_json import reading_json
from measures.intake.values import NamedBody, NoticeItem, NoticeReading
from measures.notice.directory import directory_on, read_notice_file

ROLES = {"lead": "牵头", "responsible": "责任", "support": "配合", "guide": "指导", "join": "参与"}
CONFIRM = "读取不写入数据库：请在“文件导入”页导入同一份文件，核对后确认。"


class Command(BaseCommand):
    help = "读取一份文件（docx、txt、html），列出读出的条目、责任单位、时限和疑点；不写入数据库。"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="只读取，不提示如何确认")
        parser.add_argument("--json", action="store_true", help="以JSON输出")

    def handle(self, *args: object, file: Path, **options: object) -> None:
        try:
            reading = read_notice_file(file.name, file.read_bytes())
        except (DomainError, OSError) as error:
            raise CommandError(str(error)) from error
        if options["json"]:
            read = reading_json(reading, directory_on(reading.issued_on).name_of)
            self.stdout.write(json.dumps(read, ensure_ascii=False, indent=1))
        else:
            self._write_table(reading)
        if not options["dry_run"]:
            self.stderr.write(CONFIRM)

    def _write_table(self, reading: NoticeReading) -> None:
        head = (reading.number, reading.title, reading.issuer, str(reading.issued_on or ""))
        self.stdout.write("　".join(filter(None, head)))
        self.stdout.write("行\t编号\t部分\t标题\t责任单位\t时限")
        for item in reading.items:
            self.stdout.write("\t".join(_cells(item)))
        counts = f"条目{len(reading.items)}，清单{reading.lists}，责任单位{reading.links}"
        self.stdout.write(f"{counts}，疑点{len(reading.doubts)}。")
        for doubt in reading.doubts:
            lines = "—".join(str(line) for line in doubt.lines[:2])
            self.stdout.write(f"疑点　{lines}\t{doubt.sentence}")


def _cells(item: NoticeItem) -> list[str]:
    lines = f"{item.lines.first}—{item.lines.last}"
    bodies = "、".join(_body(body) for body in item.bodies)
    deadline = item.deadline
    words = "" if deadline is None else f"{deadline.text}（{deadline.on or '待定'}）"
    return [lines, item.label, item.section, item.title or item.text[:20], bodies, words]


def _body(body: NamedBody) -> str:
    unsure = "" if body.certain else "，存疑"
    unknown = "" if body.agency or body.is_collective else "，名录未定"
    return f"{body.name}（{ROLES[body.role]}{unsure}{unknown}）"
