"""Loads the notice, the agencies and the calendar; each function is safe to run again."""

import csv
import hashlib
import tomllib
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from django.db import transaction

from agencies.audit import trail
from agencies.models import Agency, AgencyAlias, AgencyName
from measures.choices import DocumentRelation, GapKind, LeadBasis, ResponsibilityRole
from measures.models import (
    DocumentClause,
    Gap,
    LightThresholds,
    Measure,
    Notice,
    RelatedDocument,
    Responsibility,
    Section,
    Workday,
)
from measures.notice.targets import load_promises
from measures.periods.calendar import CALENDAR_SOURCE, published_days
from measures.rules.thresholds import DEFAULTS

DATA = Path(__file__).resolve().parent.parent / "data"
HIGHER_FILE = DATA / "higher.toml"
DISTRICT_SINCE = date(2026, 1, 25)  # 两江新区 became a district; 江北区 and 渝北区 ended
MERGED = {"d500105", "d500112", "z_ljxq"}
NEW_DISTRICT = "d500157"
CALENDAR_FROM = 2018  # the notice's year
NOTICE_FIELDS = (
    *("number", "title", "issuer", "issued_on", "higher_notice"),
    *("preamble", "closing", "drafted_by", "addressed_to"),
)
DEFAULT_REASON = "系统预设，随文件载入"


class Loaded(NamedTuple):
    agencies: int
    workdays: int
    notice: Notice
    is_new: bool
    promises: int  # milestones and indicators of the notice
    documents: int  # that the notice implements


@transaction.atomic
def load_basis(*, at: datetime) -> Loaded:
    """Load agencies, calendar and notice; keep existing rows; write no event if nothing is new."""
    had = Notice.objects.exists()
    agencies, workdays, notice = load_agencies(), load_workdays(), load_notice()
    load_thresholds(notice, at=at)
    is_ours = notice.number == _known()["number"]
    promises = load_promises(notice, _known()) if is_ours else 0
    documents = load_higher(notice, at=at) if is_ours else 0
    loaded = Loaded(agencies, workdays, notice, not had, promises, documents)
    if any((agencies, workdays, loaded.is_new, promises, documents)):
        more = f"，上位文件新增{documents}份" if documents else ""
        trail.record(
            "notice.load",
            loaded.notice,
            by=None,
            at=at,
            sentence=f"载入{loaded.notice}：单位新增{loaded.agencies}个，工作日历新增{loaded.workdays}天，"
            f"节点和指标新增{loaded.promises}个{more}。",
        )
    return loaded


def load_agencies() -> int:
    """Add the agencies of agencies.csv that are missing; return how many are new."""
    before = Agency.objects.count()
    for row in _rows("agencies.csv"):
        _load_agency(row)
    for row in _rows("later_names.csv"):
        _load_later_name(row)
    _end_what_was_merged()
    return Agency.objects.count() - before


@transaction.atomic
def load_notice() -> Notice:
    """Load notice.toml and capture.txt unless the notice exists already; return the notice.

    Agencies must be loaded. Running it again never undoes the confirmation of a gap.
    """
    known = _known()
    found = Notice.objects.filter(number=known["number"]).first()
    if found:
        return found
    capture = (DATA / "capture.txt").read_text(encoding="utf-8")
    named = Agency.objects.named(on=known["issued_on"]).filter(order__lt=100)
    agencies = {agency.name_then: agency for agency in named}
    notice = Notice.objects.create(
        **{name: known[name] for name in NOTICE_FIELDS},
        coordinator=agencies[known["coordinator"]],
        captured_text=capture,
        captured_digest=hashlib.sha256(capture.encode()).hexdigest(),
    )
    for section in known["sections"]:
        _load_section(notice, section, agencies)
    return notice


@transaction.atomic
def load_workdays() -> int:
    """Load the published days that differ from Monday–Friday; return how many are new.

    A year that already has a day is maintained by staff and not changed.
    """
    had = {day.year for day in Workday.objects.values_list("date", flat=True)}
    new = [
        Workday(date=day.date, is_workday=day.is_workday, name=day.name, source=CALENDAR_SOURCE)
        for day in published_days()
        if day.date.year >= CALENDAR_FROM and day.date.year not in had
    ]
    return len(Workday.objects.bulk_create(new, ignore_conflicts=True))


def load_thresholds(notice: Notice, *, at: datetime) -> None:
    """Load the light's default thresholds, from the notice's day, unless there are any."""
    if not LightThresholds.objects.exists():
        LightThresholds.objects.create(
            valid_from=notice.issued_on, reason=DEFAULT_REASON, set_at=at, **DEFAULTS._asdict()
        )


@transaction.atomic
def mark_demonstrated(notice: Notice, *, at: datetime) -> Notice:
    """Mark that the notice's people and data are invented: every page says so from now on."""
    notice = Notice.objects.select_for_update().get(pk=notice.pk)
    before = {"demonstrated_at": notice.demonstrated_at}
    notice.demonstrated_at = at
    notice.save(update_fields=["demonstrated_at"])
    trail.record(
        "notice.demonstrate",
        notice,
        by=None,
        at=at,
        sentence="载入演示数据：此前的人员、进展、数字和操作记录均为虚构。",
        before=before,
        after={"demonstrated_at": at},
    )
    return notice


def _known() -> dict:
    return tomllib.loads((DATA / "notice.toml").read_text(encoding="utf-8"))


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@transaction.atomic
def _load_agency(row: dict[str, str]) -> None:
    later = f"后为{row['later_name']}（{row['later_since']}）" if row["later_name"] else ""
    names = {name: row[name] for name in ("short_name", "full_name")}
    agency, is_new = Agency.objects.get_or_create(
        code=row["code"],
        defaults={
            **names,
            "kind": row["kind"],
            "gbt2260": row["gbt2260"],
            "order": int(row["order"]),
            "note": "；".join(filter(None, (later, row["note"]))),
        },
    )
    if not is_new:
        return
    since = DISTRICT_SINCE if row["code"] == NEW_DISTRICT else None
    AgencyName.objects.create(agency=agency, valid_from=since, **names)
    for text in filter(None, row["aliases"].split(";")):
        AgencyAlias.objects.create(
            agency=agency,
            text=text,
            valid_from=since,
            # One name for two bodies at different times: the zone until the district was founded.
            valid_to=DISTRICT_SINCE - timedelta(days=1) if row["code"] == "z_ljxq" else None,
        )


@transaction.atomic
def _load_later_name(row: dict[str, str]) -> None:
    agency = Agency.objects.get(code=row["code"])
    since = date.fromisoformat(row["valid_from"])
    if agency.names.filter(valid_from=since).exists():
        return
    agency.names.filter(valid_to__isnull=True).update(valid_to=since - timedelta(days=1))
    names = {name: row[name] for name in ("short_name", "full_name")}
    AgencyName.objects.create(
        agency=agency, valid_from=since, since_words=row["since_words"], **names
    )
    Agency.objects.filter(pk=agency.pk).update(**names)


@transaction.atomic
def _end_what_was_merged() -> None:
    """End the districts that became 两江新区 on that day, with it as their successor."""
    district = Agency.objects.get(code=NEW_DISTRICT)
    Agency.objects.filter(code__in=MERGED, ended_on__isnull=True).update(
        ended_on=DISTRICT_SINCE, successor=district
    )


def _load_section(notice: Notice, known: dict, agencies: dict[str, Agency]) -> None:
    section = Section.objects.create(notice=notice, ordinal=known["ordinal"], title=known["title"])
    if not section.title:
        Gap.objects.create(notice=notice, section=section, kind=GapKind.TITLE)
    for measure in known["measures"]:
        _load_measure(section, measure, agencies)


def _load_measure(section: Section, known: dict, agencies: dict[str, Agency]) -> None:
    measure = Measure.objects.create(
        notice=section.notice,
        section=section,
        ordinal=known["ordinal"],
        title=known["title"],
        working_title=known.get("working_title", ""),
        text=known["text"],
        starts_on=section.notice.issued_on,
    )
    # “（A、B、C负责）”: by custom the first one named leads; the others are responsible too.
    for order, name in enumerate(known["responsible"], start=1):
        Responsibility.objects.create(
            measure=measure,
            agency=agencies[name],
            order=order,
            role=ResponsibilityRole.LEAD if order == 1 else ResponsibilityRole.RESPONSIBLE,
            lead_basis=LeadBasis.FIRST_NAMED if order == 1 else "",
        )
    lost = (
        (GapKind.TITLE, not known["title"], measure.working_title),
        (GapKind.AGENCIES, not known["responsible"], "责任单位待核对"),
        (GapKind.TEXT, known.get("text_incomplete", False), ""),
    )
    for kind, is_lost, shown in lost:
        if is_lost:
            Gap.objects.create(
                notice=section.notice, measure=measure, kind=kind, shown_meanwhile=shown
            )


@transaction.atomic
def load_higher(notice: Notice, *, at: datetime) -> int:
    """Add the document with its headings unless it exists; return how many are new.

    People link measures with headings: nothing is linked by similarity.
    """
    known = tomllib.loads(HIGHER_FILE.read_text(encoding="utf-8"))
    document, is_new = RelatedDocument.objects.get_or_create(
        notice=notice,
        number=known["number"],
        defaults={
            "relation": DocumentRelation.HIGHER,
            "title": known["title"],
            "recorded_at": at,
        },
    )
    if is_new:
        DocumentClause.objects.bulk_create(
            DocumentClause(document=document, ordinal=number, heading=heading)
            for number, heading in enumerate(known["headings"], start=1)
        )
    return int(is_new)
