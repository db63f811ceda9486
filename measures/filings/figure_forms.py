"""The fields with which a note says what its indicators stand at."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import escape

from measures.fields import value_field
from measures.models import Note
from measures.rules.figures import AskedIndicator, Said


class FigureRow(NamedTuple):
    asked: AskedIndicator
    value: BoundField
    absence: BoundField


def add_figure_fields(
    form: forms.BaseForm, asked: Sequence[AskedIndicator], note: Note | None
) -> None:
    stands = {said.indicator_id: said for said in note.shown_figures} if note else {}
    for one in asked:
        said = stands.get(one.pk)
        form.fields[f"figure_{one.pk}"] = value_field(
            one,
            required=False,
            initial=said.value if said else None,
            help_text=escape(one.meaning),  # the component prints it as it is
        )
        form.fields[f"absence_{one.pk}"] = forms.CharField(
            label=f"{one.name}暂无数据的原因",
            max_length=100,
            required=False,
            initial=said.absence if said else "",
        )


def check_figures(form: forms.BaseForm, asked: Sequence[AskedIndicator], *, needed: bool) -> None:
    """A value or a reason, not both; `needed`: one of them."""
    for one in asked:
        value, absence = f"figure_{one.pk}", f"absence_{one.pk}"
        if value not in form.cleaned_data or absence not in form.cleaned_data:
            continue
        has_value = form.cleaned_data[value] is not None
        if has_value and form.cleaned_data[absence]:
            form.add_error(absence, "已填写数值，请清空暂无数据的原因。")
        if needed and not has_value and not form.cleaned_data[absence]:
            form.add_error(value, "请填写数值，或写明暂无数据的原因。")


def figures_in(values: Mapping[str, Any], asked: Sequence[AskedIndicator]) -> dict[int, Said]:
    return {one.pk: Said(values[f"figure_{one.pk}"], values[f"absence_{one.pk}"]) for one in asked}


def rows_of(form: forms.BaseForm, asked: Sequence[AskedIndicator]) -> list[FigureRow]:
    return [FigureRow(one, form[f"figure_{one.pk}"], form[f"absence_{one.pk}"]) for one in asked]
