"""The directory of agencies for reading a notice, and reading a file or a pasted text with it."""

import csv
from collections import defaultdict
from dataclasses import replace
from datetime import date

from django.db import OperationalError
from django.db.models import Q, QuerySet

from agencies.models import Agency, AgencyAlias, AgencyName
from measures.intake.directory import AgencyDirectory, DirectoryEntry
from measures.intake.places import HomePlace, home_of, lacks_place
from measures.intake.reading import read_notice
from measures.intake.source import read_file, read_text
from measures.intake.values import NoticeReading
from measures.models import Responsibility
from measures.notice.load import DATA


def directory_on(day: date | None) -> AgencyDirectory:
    """Return the agencies with their names of a day, or with all their names if no day is given.

    Without agencies or without a database, it is the list that comes with the product.
    """
    try:
        agencies = list(Agency.objects.values_list("pk", "code", "short_name", "full_name"))
    except OperationalError:
        return shipped_directory()
    if not agencies:
        return shipped_directory()
    names, aliases = _names(day), _aliases(day)
    directory = AgencyDirectory(
        tuple(
            _entry(code, names[pk] or [short, full], aliases[pk])
            for pk, code, short, full in agencies
        )
    )
    return _with_homes(directory)


def _with_homes(directory: AgencyDirectory) -> AgencyDirectory:
    """Set the place of agencies whose full name has none: that of the notices that name them."""
    known = directory.known_places
    lacking = {one.key for one in directory.entries if lacks_place(one.full_name, known)}
    if not lacking:
        return directory
    homes: dict[str, set[HomePlace]] = defaultdict(set)
    rows = Responsibility.objects.filter(agency__code__in=lacking).order_by()
    notice = (f"measure__notice__{name}" for name in ("number", "title", "issuer"))
    for code, *words in rows.values_list("agency__code", *notice).distinct():
        homes[code].add(directory.place_of_notice(*words))
    return AgencyDirectory(
        tuple(
            replace(one, home=home_of(one.full_name, min(homes[one.key])))
            if len(homes[one.key]) == 1
            else one
            for one in directory.entries
        )
    )


def _entry(code: str, names: list[str], aliases: list[str]) -> DirectoryEntry:
    short_name, full_name, *earlier = names
    return DirectoryEntry(code, short_name, full_name, (*earlier, *aliases))


def shipped_directory() -> AgencyDirectory:
    with (DATA / "agencies.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    entries = tuple(
        DirectoryEntry(
            row["code"],
            row["short_name"],
            row["full_name"],
            tuple(filter(None, row["aliases"].split(";"))),
        )
        for row in rows
    )
    return AgencyDirectory(entries)


def _names(day: date | None) -> dict[int, list[str]]:
    """Return names by agency: short name, full name, and so on, newest first."""
    found: dict[int, list[str]] = defaultdict(list)
    named = _valid(AgencyName.objects.order_by("-valid_from"), day)
    for pk, short, full in named.values_list("agency_id", "short_name", "full_name"):
        found[pk] += [short, full]
    return found


def _aliases(day: date | None) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for pk, text in _valid(AgencyAlias.objects.all(), day).values_list("agency_id", "text"):
        found[pk].append(text)
    return found


def _valid(rows: QuerySet, day: date | None) -> QuerySet:
    if day is None:
        return rows
    return rows.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=day),
        Q(valid_to__isnull=True) | Q(valid_to__gte=day),
    )


def read_notice_file(name: str, data: bytes) -> NoticeReading:
    """Read a docx, txt or html file. Raises UnreadableSource, a DomainError with its sentence."""
    return read_notice(read_file(name, data), directory_on)


def read_notice_text(text: str) -> NoticeReading:
    """Read a pasted text. Raises UnreadableSource, a DomainError with its sentence."""
    return read_notice(read_text(text), directory_on)
