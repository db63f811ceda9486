"""The controls of 总览: notice, period, filters, order."""

from collections.abc import Mapping
from typing import NamedTuple

from django import forms
from django.http import QueryDict

from lib.marks import Option
from measures.choices import Change, Light, Stage
from measures.models import Notice
from reports.choices import Order
from reports.overview.figures import Figures
from reports.overview.rows import Overview
from reports.period.choosing import period_options, section_label, word


class NoticeForm(forms.Form):
    """A search for a notice by part of its number or title."""

    find = forms.CharField(max_length=60)

    def found(self) -> Notice | None:
        """Return the first notice that matches; None if none does."""
        return Notice.objects.named_like(self.cleaned_data["find"]).open_first().first()


class Choices(NamedTuple):
    """The options of each control."""

    notices: list[Option]  # empty if there is only one
    periods: list[Option]
    lights: list[Option]
    stages: list[Option]
    changes: list[Option]  # empty if there is no period to compare with
    sections: list[Option]
    agencies: list[Option]
    orders: list[Option]


def order_of(query: QueryDict) -> Order:
    """Return the order in the query string, or else the order of the notice."""
    wanted = word(query, "sort")
    return Order(wanted) if wanted in Order else Order.ORDINAL


def choices_of(
    data: Overview,
    figures: Figures,
    query: QueryDict,
    filters: Mapping[str, str],
    named: Mapping[str, str],
) -> Choices:
    """Return the options of all controls with the period's labels; the chosen ones are marked."""
    heads, stages = figures.sections, {*figures.stages, Stage.UNDER_WAY.value}
    order = order_of(query)

    def options(name: str, found: Mapping[str, str]) -> list[Option]:
        return [Option(value, label, filters.get(name) == value) for value, label in found.items()]

    return Choices(
        notices=_notices(data),
        periods=period_options(data.shown, query),
        lights=options("light", {light.value: named[light] for light in Light}),
        stages=options("stage", {one.value: named[one] for one in Stage if one.value in stages}),
        changes=options("change", {one.value: str(one.label) for one in Change})
        if data.has_previous
        else [],
        sections=options("section", {str(head.ordinal): section_label(head) for head in heads}),
        agencies=options("agency", {name: name for name in data.agencies}),
        orders=[Option(one.value, str(one.label), one == order) for one in Order],
    )


def _notices(data: Overview) -> list[Option]:
    if len(data.notices) < 2:
        return []
    return [Option(str(pk), number, number == data.number) for pk, number in data.notices]
