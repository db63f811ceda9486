"""Reads notice, period and filters from the query string, and builds addresses of other choices."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import TextChoices
from django.http import Http404, HttpRequest, QueryDict
from django.utils.timezone import localdate

from lib.chinese import chinese_number
from lib.marks import Option
from lib.numbers import row_number
from measures.choices import Change, Light, Stage
from measures.chosen_notice import CHOSEN, notice_choice
from measures.models import Period
from measures.models.notice import LOST_TITLE
from reports.period.shown import SectionHead, Shown, shown_period

FILTERS: dict[str, type[TextChoices]] = {"light": Light, "stage": Stage, "change": Change}
KNOWN = {name: frozenset(choices.values) for name, choices in FILTERS.items()}
KEPT = ("notice", "period", "sort")  # parameters that are not filters; kept when filters change


class Chip(NamedTuple):
    """An active filter, and the address without it."""

    label: str
    url: str


def word(query: QueryDict, name: str) -> str:
    """Return one parameter of the query string; empty if it is missing."""
    return str(query.get(name, ""))


def number_or_404(query: QueryDict, name: str) -> int | None:
    """Return a row's number in the query string; None if missing. Raises Http404 otherwise."""
    wanted = word(query, name)
    number = row_number(wanted)
    if wanted and number is None:
        raise Http404
    return number


def shown_or_404(request: HttpRequest) -> Shown:
    """Return the period in the query string, or else the current one of the chosen notice.

    Raises Http404 if there is no such period.
    """
    notice = notice_or_404(request)
    shown = shown_period(number_or_404(request.GET, "period"), on=localdate(), notice=notice)
    if shown is None:
        raise Http404
    return shown


def current_shown(request: HttpRequest) -> Shown:
    """Return the current period of the chosen notice; a period in the query string is ignored."""
    shown = shown_period(None, on=localdate(), notice=notice_or_404(request))
    assert shown is not None  # always found if no period was chosen
    return shown


def notice_or_404(request: HttpRequest) -> int | None:
    """Return the key of the chosen notice; None if the query string names none.

    Raises Http404 if the notice does not exist or is not given as a number.
    """
    number_or_404(request.GET, CHOSEN)
    choice = notice_choice(request)
    if not choice.is_known:
        raise Http404
    return choice.pk


def address(query: QueryDict, **chosen: str) -> str:
    """Return the address of the same page, period and order with only these filters."""
    kept = {name: said for name in KEPT if name in query and (said := word(query, name))}
    return _address(*(kept | chosen).items())


@lru_cache(maxsize=2000)
def _address(*said: tuple[str, str]) -> str:
    return "?" + urlencode(said)


def filters_of(query: QueryDict) -> dict[str, str]:
    """Return the filters in the query string, without unknown values of closed lists."""
    found = {name: word(query, name) for name in (*FILTERS, "section", "agency")}
    is_known = {name: found[name] in values for name, values in KNOWN.items()}
    is_known["section"] = found["section"].isdecimal() and len(found["section"]) < 4
    return {name: value for name, value in found.items() if value and is_known.get(name, True)}


def chips_of(query: QueryDict, filters: Mapping[str, str], named: Mapping[str, str]) -> list[Chip]:
    """Return each filter in words, with the address that removes it.

    `named`: the names of states in the period shown, if they differ from today's.
    """
    return [
        Chip(named.get(value) or label_of(name, value), address(query, **_without(filters, name)))
        for name, value in filters.items()
    ]


def _without(filters: Mapping[str, str], name: str) -> dict[str, str]:
    return {key: value for key, value in filters.items() if key != name}


def label_of(name: str, value: str) -> str:
    if name == "section":
        return f"第{section_number(int(value))}部分"
    if name == "agency":
        return value
    return str(FILTERS[name](value).label)


def section_number(ordinal: int) -> str:
    """Return a section's number: 三 for 3; from 100 on in figures."""
    return chinese_number(ordinal) if ordinal < 100 else str(ordinal)


def section_label(section: SectionHead) -> str:
    """Return a section's heading: 一、优化进口结构."""
    return f"{section_number(section.ordinal)}、{section.title or LOST_TITLE}"


def period_options(shown: Shown, query: QueryDict) -> list[Option]:
    """Return all periods, and the present state if no period is open."""
    chosen = word(query, "period")
    found = [Option(str(p.pk), period_label(p), p == shown.period) for p in shown.periods]
    if shown.periods and not any(p.is_open for p in shown.periods):
        rest = [option._replace(is_chosen=option.value == chosen) for option in found]
        return [Option("", "当前情况", not chosen), *rest]
    return found


def period_label(period: Period) -> str:
    """Return a period's label and state: 2026年前三季度 · 填报中."""
    return f"{period.label} · {period.state_choice.label}"
