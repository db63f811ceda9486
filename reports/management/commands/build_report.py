"""manage.py build_report progress --period 2026年前三季度 --out DIR: write a report's files."""

import hashlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import now

from agencies.models import Agency
from lib.chinese import listed
from lib.errors import DomainError
from measures.models import Period, Section
from reports.choices import FileFormat, ReportKind
from reports.jobs.build import CircularChoices, export_report
from reports.models.report import Scope

ALL_KINDS = listed(f"{kind.value}（{kind.label}）" for kind in ReportKind)


class Command(BaseCommand):
    help = "把一份报告的各种格式写到一个文件夹，并显示每个文件的 SHA-256。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        # What is missing or unknown is refused below, in Chinese.
        parser.add_argument("kind", nargs="?", default="", help=f"报告类别：{ALL_KINDS}")
        parser.add_argument("--period", help="填报期的编号；名称只有一个文件有的，也可以写名称")
        parser.add_argument("--section", help="只写第几部分（1、2、3……）")
        parser.add_argument("--agency", help="单位的代码或简称")
        parser.add_argument(
            "--format",
            action="append",
            dest="formats",
            help="只写这种格式，可以重复；不写时写该类报告的全部格式",
        )
        parser.add_argument("--out", type=Path, help="写到哪个文件夹")
        circular = parser.add_argument_group("情况通报的选择，不写时都没有")
        circular.add_argument(
            "--praise",
            action="append",
            default=[],
            help="表扬的单位，可以重复；全部：所有符合条件的",
        )
        circular.add_argument(
            "--name",
            action="append",
            default=[],
            help="点名的单位，可以重复；全部：所有未报、迟报的",
        )
        circular.add_argument("--with-consent", action="store_true", help="写明“经市政府同意”")

    def handle(self, *args: Any, **options: Any) -> None:
        kind = _kind(options["kind"])
        period = _period(_given(options, "period", "填报期"))
        folder = Path(_given(options, "out", "写到哪个文件夹"))
        section = _section(period, options["section"])
        agency = _agency(options["agency"])
        try:
            paths = export_report(
                period,
                kind=kind,
                scope=_scope(kind, period, section, agency),
                formats=_formats(kind, options["formats"]),
                choices=_choices(kind, options),
                folder=folder,
                at=now(),
            )
        except DomainError as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"不能写到“{folder}”：{error.strerror}。") from error
        for path in paths:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            self.stdout.write(f"{path}  {digest}")


def _kind(words: str) -> ReportKind:
    if words not in ReportKind.values:
        what = f"没有“{words}”这类报告" if words else "请写明报告类别"
        raise CommandError(f"{what}。可用：{ALL_KINDS}。")
    return ReportKind(words)


def _given(options: dict[str, Any], name: str, what: str) -> str:
    if not options[name]:
        raise CommandError(f"请用 --{name} 写明{what}。")
    return str(options[name])


def _choices(kind: ReportKind, options: dict[str, Any]) -> CircularChoices | None:
    chosen = CircularChoices(options["praise"], options["name"], options["with_consent"])
    if not any(chosen):
        return None
    if kind != ReportKind.CIRCULAR:
        raise CommandError(
            f"--praise、--name 和 --with-consent 只用于情况通报，{kind.label}请去掉。"
        )
    return chosen


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
        known = listed(f"{one}（{one.code}）" for one in Agency.objects.responsible())
        raise CommandError(f"{kind.label}须用 --agency 写明单位。现有：{known}。")
    return Scope(period.pk, section.pk if section else None, agency.pk if agency else None)


def _formats(kind: ReportKind, wanted: list[str] | None) -> list[FileFormat] | None:
    if not wanted:
        return None
    for one in wanted:
        if one not in kind.formats:
            raise CommandError(f"{kind.label}没有 {one} 格式。可用：{listed(kind.formats)}。")
    return [FileFormat(one) for one in dict.fromkeys(wanted)]


def _section(period: Period, words: str | None) -> Section | None:
    if words is None:
        return None
    sections = Section.objects.filter(notice=period.notice_id)
    found = sections.filter(ordinal=int(words)).first() if f"{words}".isdecimal() else None
    if found is None:
        raise CommandError(f"没有第{words}部分，文件共{sections.count()}个部分。")
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
    """Find an opened period by its number or, if only one notice has it, by its name."""
    opened = Period.objects.opened().main().newest_first().select_related("notice")
    named = [period for period in opened if words in (period.label, str(period.pk))]
    if len(named) == 1:
        return named[0]
    known = listed(f"{one.pk}（{one.label}，{one.notice.number}）" for one in named or opened)
    if named:
        raise CommandError(f"叫“{words}”的填报期不止一个，请写编号：{known}。")
    raise CommandError(f"没有“{words}”这个已开始的填报期。现有：{known or '（还没有）'}。")
