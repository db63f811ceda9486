"""单位: one agency's measures, what it owes now, its record over the periods, its people."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from agencies.models import Agency, AgencyName, Membership
from agencies.permissions import Role
from measures.choices import Light, ResponsibilityRole
from measures.lights import url_of, verdicts_for
from measures.models import Measure, Period, Responsibility
from measures.rules.facts import Verdict
from reports.choices import Timeliness
from reports.data.filing_status import AgencyLine, Past, filing_status_for, record_of
from reports.data.shown import Shown, first_notice

DARK = (Light.RED, Light.YELLOW)
PEOPLE = (Role.LIAISON, Role.AGENCY_HEAD)


class Duty(NamedTuple):
    """A measure that the agency answers for, and how it stands."""

    measure: Measure
    role: ResponsibilityRole
    words: str  # 分工
    verdict: Verdict

    @property
    def fact_url(self) -> str:
        """Where the fact behind the light is."""
        return url_of(self.measure.pk, self.verdict)


class Wanted(NamedTuple):
    """Which duties are asked for; an empty part asks nothing. Counts and lists both ask here."""

    role: str = ""  # of ResponsibilityRole
    light: str = ""

    def holds(self, role: str, light: str) -> bool:
        """Whether a duty is meant."""
        return self.role in ("", role) and self.light in ("", light)


class Dark(NamedTuple):
    """How many of the measures that an agency leads have a light."""

    light: Light
    number: int


class Record(NamedTuple):
    """One period of the agency's record."""

    period: Period
    past: Past


class AgencyRow(NamedTuple):
    """One agency in the list."""

    agency: Agency
    led: int
    shared: int
    dark: list[Dark]  # red and yellow, where there are any
    line: AgencyLine | None  # what it owes in the period shown

    @property
    def late(self) -> int:
        """How many of its filings came late or have not come."""
        counts = self.line.counts if self.line else Counter()
        return counts[Timeliness.LATE] + counts[Timeliness.MISSING]


class AgencyData(NamedTuple):
    """The content of an agency's page."""

    agency: Agency
    names: tuple[AgencyName, ...]  # oldest first
    duties: tuple[Duty, ...]
    line: AgencyLine | None
    records: tuple[Record, ...]  # newest first
    people: tuple[Membership, ...]

    @property
    def led(self) -> int:
        """How many measures it leads."""
        return len(self.duties_of(Wanted(role=ResponsibilityRole.LEAD)))

    def duties_of(self, wanted: Wanted) -> list[Duty]:
        """The duties that are asked for."""
        return [duty for duty in self.duties if wanted.holds(duty.role, duty.verdict.light)]


def agency_rows(shown: Shown, *, on: date) -> list[AgencyRow]:
    """All agencies with a duty on a day, in protocol order; queries do not grow with them."""
    duties = _duties(on)
    verdicts = verdicts_for({duty.measure for duty in duties}, on=on)
    lines = {line.agency_id: line for line in filing_status_for(shown, on=on).agencies}
    by_agency: dict[int, list[Responsibility]] = {}
    for duty in duties:
        by_agency.setdefault(duty.agency_id, []).append(duty)
    agencies = Agency.objects.filter(pk__in=by_agency).order_by("order")
    return [_row(a, by_agency[a.pk], verdicts, lines.get(a.pk)) for a in agencies]


def agency_data(agency: Agency, shown: Shown, *, on: date) -> AgencyData:
    """One agency as it stands on a day; the number of queries is fixed."""
    own = [duty for duty in _duties(on) if duty.agency_id == agency.pk]
    verdicts = verdicts_for([duty.measure for duty in own], on=on)
    lines = {line.agency_id: line for line in filing_status_for(shown, on=on).agencies}
    record = record_of(agency.pk, shown.periods)
    people = agency.memberships.current(on=on).filter(role__in=PEOPLE, user__is_active=True)
    return AgencyData(
        agency=agency,
        names=tuple(agency.names.order_by("valid_from")),
        duties=tuple(
            Duty(d.measure, ResponsibilityRole(d.role), d.duty, verdicts[d.measure_id]) for d in own
        ),
        line=lines.get(agency.pk),
        records=tuple(Record(p, record[p.pk]) for p in shown.periods if p.pk in record),
        people=tuple(people.select_related("user").order_by("-role", "is_deputy", "pk")),
    )


def _duties(on: date) -> list[Responsibility]:
    return list(
        Responsibility.objects.valid(on=on)
        .filter(measure__notice__in=first_notice())
        .select_related("measure__notice")
        .order_by("measure__ordinal")
    )


def _row(
    agency: Agency,
    duties: list[Responsibility],
    verdicts: Mapping[int, Verdict],
    line: AgencyLine | None,
) -> AgencyRow:
    def count(wanted: Wanted) -> int:
        return sum(wanted.holds(duty.role, verdicts[duty.measure_id].light) for duty in duties)

    lead = Wanted(role=ResponsibilityRole.LEAD)
    led = count(lead)
    found = [Dark(light, count(lead._replace(light=light))) for light in DARK]
    dark = [one for one in found if one.number]
    return AgencyRow(agency, led, len(duties) - led, dark, line)
