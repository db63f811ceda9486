"""manage.py build_report progress --period 2026年前三季度 --out DIR: write a report's files."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from agencies.models import Agency
from lib.errors import DomainError
from measures.models import Period, Section
from reports.choices import FileFormat, ReportKind
from reports.jobs.export import export_report
from reports.models.report import Scope


class Command(BaseCommand):
    help = "把一份报告的各种格式写到一个文件夹，并显示每个文件的 SHA-256。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=ReportKind.values, help="报告类别")
        parser.add_argument("--period", required=True, help="填报期的编号或名称")
        parser.add_argument("--section", type=int, help="只写第几部分（1、2、3……）")
        parser.add_argument("--agency", help="单位的代码或简称")
        parser.add_argument(
            "--format",
            action="append",
            choices=FileFormat.values,
            dest="formats",
            help="只写这种格式，可以重复；不写时写该类报告的全部格式",
        )
        parser.add_argument("--out", required=True, type=Path, help="写到哪个文件夹")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = ReportKind(options["kind"])
        period = _period(options["period"])
        section = _section(period, options["section"])
        agency = _agency(options["agency"])
        try:
            paths = export_report(
                period,
                kind=kind,
                scope=_scope(kind, period, section, agency),
                formats=_formats(kind, options["formats"]),
                folder=options["out"],
                at=now(),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        for path in paths:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            self.stdout.write(f"{path}  {digest}")


def _scope(
    kind: ReportKind, period: Period, section: Section | None, agency: Agency | None
) -> Scope:
    if section and not kind.takes_section:
        raise CommandError(f"{kind.label}不能只写一个部分，请去掉 --section。")
    if agency and not kind.takes_agency:
        raise CommandError(f"{kind.label}不能只写一个单位，请去掉 --agency。")
    if section and agency:
        raise CommandError("--section 和 --agency 只能用一个。")
    if kind.needs_agency and not agency:
        raise CommandError(f"{kind.label}须用 --agency 写明单位。")
    return Scope(period.pk, section.pk if section else None, agency.pk if agency else None)


def _formats(kind: ReportKind, wanted: list[str] | None) -> list[FileFormat] | None:
    if not wanted:
        return None
    for one in wanted:
        if one not in kind.formats:
            words = "、".join(kind.formats)
            raise CommandError(f"{kind.label}没有 {one} 格式。可用：{words}。")
    return [FileFormat(one) for one in dict.fromkeys(wanted)]


def _section(period: Period, ordinal: int | None) -> Section | None:
    if ordinal is None:
        return None
    sections = Section.objects.filter(notice=period.notice_id)
    found = sections.filter(ordinal=ordinal).first()
    if found is None:
        raise CommandError(f"没有第{ordinal}部分，文件共{sections.count()}个部分。")
    return found


def _agency(words: str | None) -> Agency | None:
    if words is None:
        return None
    agencies = Agency.objects.responsible()
    found = agencies.filter(code=words).first() or agencies.filter(short_name=words).first()
    if found is None:
        known = "、".join(f"{agency}（{agency.code}）" for agency in agencies) or "（还没有）"
        raise CommandError(f"没有“{words}”这个责任单位。现有：{known}。")
    return found


def _period(words: str) -> Period:
    opened = Period.objects.opened().main().newest_first()
    found = opened.filter(label=words).first()
    if found is None and words.isdecimal():
        found = opened.filter(pk=int(words)).first()
    if found is None:
        known = "、".join(opened.values_list("label", flat=True)) or "（还没有）"
        raise CommandError(f"没有“{words}”这个已开始的填报期。现有：{known}。")
    return found
