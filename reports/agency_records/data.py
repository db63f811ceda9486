"""单位: one agency's measures, what it owes now, its record over the periods, its people."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import QuerySet

from agencies.models import Agency, AgencyName, Membership
from agencies.permissions import Role
from measures.choices import Light, ResponsibilityRole
from measures.lights.current import url_of, verdicts_for
from measures.models import Measure, Period, Responsibility
from measures.rules.facts import Verdict
from reports.filing_status.data import (
    AgencyLine,
    FilingLine,
    FilingStatus,
    filing_status_for,
    records_of,
)
from reports.period.shown import Shown, notice_of

DARK = (Light.RED, Light.YELLOW)
PEOPLE = (Role.LIAISON, Role.AGENCY_HEAD)


class Duty(NamedTuple):
    measure: Measure
    role: ResponsibilityRole
    words: str  # 分工
    verdict: Verdict
    line: FilingLine | None  # the agency's filing in the period shown
    is_skipped: bool  # 隔期填报: the period shown asks nothing about the measure

    @property
    def fact_url(self) -> str:
        return url_of(self.measure.pk, self.verdict)


class DutyFilter(NamedTuple):
    """Which duties are asked for; an empty part asks nothing. Counts and lists both ask here."""

    role: str = ""  # of ResponsibilityRole
    light: str = ""

    def holds(self, role: str, light: str) -> bool:
        return self.role in ("", role) and self.light in ("", light)


class Dark(NamedTuple):
    light: Light
    number: int


class Record(NamedTuple):
    period: Period
    line: AgencyLine


class AgencyRow(NamedTuple):
    agency: Agency
    led: int
    shared: int
    dark: list[Dark]  # red and yellow, where there are any
    line: AgencyLine | None  # what it owes in the period shown

    @property
    def lateness(self) -> tuple[int, int]:
        """How late it is in the period shown: filings late or missing, then working days."""
        return self.line.lateness if self.line else (0, 0)


class AgencyRecords(NamedTuple):
    agency: Agency
    names: tuple[AgencyName, ...]  # oldest first
    duties: tuple[Duty, ...]
    others: tuple[FilingLine, ...]  # owed in the period shown for measures it has no duty in today
    records: tuple[Record, ...]  # newest first
    people: tuple[Membership, ...]

    @property
    def led(self) -> int:
        return len(self.duties_of(DutyFilter(role=ResponsibilityRole.LEAD)))

    def duties_of(self, wanted: DutyFilter) -> list[Duty]:
        return [duty for duty in self.duties if wanted.holds(duty.role, duty.verdict.light)]


class AgencyRows(NamedTuple):
    """The list of agencies, and the filings of the period that it is cut from."""

    rows: list[AgencyRow]
    status: FilingStatus


def agency_rows(shown: Shown, *, on: date) -> AgencyRows:
    duties = list(_duties(shown, on))
    status = filing_status_for(shown, on=on)
    verdicts = verdicts_for({duty.measure for duty in duties}, on=on)
    lines = {line.agency_id: line for line in status.agencies}
    by_agency: dict[int, list[Responsibility]] = {}
    for duty in duties:
        by_agency.setdefault(duty.agency_id, []).append(duty)
    named = {duty.agency for duty in duties} | {line.agency for line in status.agencies}
    agencies = sorted(named, key=lambda agency: agency.order)
    rows = [_row(a, by_agency.get(a.pk, []), verdicts, lines.get(a.pk)) for a in agencies]
    return AgencyRows(rows, status)


def agency_data(agency: Agency, shown: Shown, *, on: date) -> AgencyRecords:
    own = list(_duties(shown, on).filter(agency=agency))
    people = agency.memberships.current(on=on).filter(role__in=PEOPLE, user__is_active=True)
    record = records_of(agency.pk, shown.periods, on=on)
    verdicts = verdicts_for([duty.measure for duty in own], on=on)
    line = record.get(shown.period.pk) if shown.period else None
    lines = {one.measure_id: one for one in line.lines} if line else {}
    duties = tuple(
        Duty(
            duty.measure,
            ResponsibilityRole(duty.role),
            duty.duty,
            verdicts[duty.measure_id],
            lines.pop(duty.measure_id, None),
            shown.is_skipped(duty.measure.ordinal),
        )
        for duty in own
    )
    return AgencyRecords(
        agency=agency,
        names=tuple(agency.names.order_by("valid_from")),
        duties=duties,
        others=tuple(lines.values()),
        records=tuple(Record(p, record[p.pk]) for p in shown.periods if p.pk in record),
        people=tuple(people.select_related("user", "agency").order_by("-role", "is_deputy", "pk")),
    )


def _duties(shown: Shown, on: date) -> QuerySet[Responsibility]:
    return (
        Responsibility.objects.valid(on=on)
        .filter(measure__notice=notice_of(shown))
        .select_related("measure__notice", "agency")
        .order_by("measure__ordinal")
    )


def _row(
    agency: Agency,
    duties: list[Responsibility],
    verdicts: Mapping[int, Verdict],
    line: AgencyLine | None,
) -> AgencyRow:
    def count(wanted: DutyFilter) -> int:
        return sum(wanted.holds(duty.role, verdicts[duty.measure_id].light) for duty in duties)

    lead = DutyFilter(role=ResponsibilityRole.LEAD)
    led = count(lead)
    found = [Dark(light, count(lead._replace(light=light))) for light in DARK]
    dark = [one for one in found if one.number]
    return AgencyRow(agency, led, len(duties) - led, dark, line)
