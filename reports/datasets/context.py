"""Data that every dataset needs: its period, the previous one, agencies with their names then."""

from datetime import date
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import JSONObject

from agencies.models import Agency, AgencyName, Membership
from agencies.permissions import Role
from lib.arrays import array_of
from lib.encrypted import decrypted
from measures.models import Period
from measures.rules.periods import closed_before
from reports.datasets.schema import ContactData
from reports.models.report import Scope


class NamedAgency(NamedTuple):
    agency: Agency
    short: str
    full: str
    liaison: ContactData | None
    coordinator: ContactData | None


class DatasetContext(NamedTuple):
    period: Period
    previous: Period | None  # the last one of the kind that closed before it
    coordinator: NamedAgency
    agency: NamedAgency | None  # the agency that the report is about, if any


def context_of(scope: Scope, *, on: date) -> DatasetContext:
    """Return the context of a scope on a day, with two queries. Raises Period.DoesNotExist."""
    periods = list(
        Period.objects.filter(notice__periods=scope.period_id)
        .select_related("notice")
        .newest_first()
    )
    period = next((p for p in periods if p.pk == scope.period_id), None)
    if period is None:
        raise Period.DoesNotExist
    ids = [period.notice.coordinator_id, *([scope.agency_id] if scope.agency_id else [])]
    known = {row.pk: _who(row, period.covers_to) for row in _agencies(ids, on=on)}
    return DatasetContext(
        period,
        closed_before(period, periods=periods),
        known[period.notice.coordinator_id],
        known[scope.agency_id] if scope.agency_id is not None else None,
    )


def _agencies(ids: list[int], *, on: date) -> QuerySet[Agency]:
    names = AgencyName.objects.filter(agency=OuterRef("pk")).order_by("valid_from")
    return Agency.objects.filter(pk__in=ids).annotate(
        names_borne=array_of(names, "short_name", "full_name", "valid_from", "valid_to"),
        liaison=_contact(Role.LIAISON, on=on),
        coordinator=_contact(Role.COORDINATOR, on=on),
    )


def _contact(role: Role, *, on: date) -> Subquery:
    """Return the contact of an agency for a role: A岗 before B岗."""
    members = (
        Membership.objects.current(on=on)
        .filter(agency=OuterRef("pk"), role=role, user__is_active=True)
        .order_by("is_deputy", "valid_from", "pk")
    )
    told = members.annotate(said=JSONObject(name=F("user__name"), phone=F("user__office_phone")))
    return Subquery(told.values("said")[:1])


def _who(row: Any, on: date) -> NamedAgency:
    """Return the agency with its names on a day, or with today's if these are unknown."""
    day = on.isoformat()
    for name in row.names_borne:
        if (name["valid_from"] or day) <= day <= (name["valid_to"] or day):
            break
    else:
        name = {"short_name": row.short_name, "full_name": row.full_name}
    for contact in filter(None, (row.liaison, row.coordinator)):
        contact["phone"] = decrypted(contact["phone"])
    return NamedAgency(row, name["short_name"], name["full_name"], row.liaison, row.coordinator)
