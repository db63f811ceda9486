"""The fields with which a note says what its indicators stand at."""

import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import escape

from measures.models import Indicator, Note
from measures.rules.figures import Asked, Said

YES_OR_NO = [("", "请选择"), ("1", "已实现"), ("0", "未实现")]
MOST_DIGITS = 14  # before the point


class FigureField(forms.DecimalField):
    """A figure with the indicator's decimals; full-width digits and commas are taken as meant."""

    def __init__(self, *, decimals: int, **options: Any) -> None:
        most = f"最多{decimals}位小数。" if decimals else "只填整数，不带小数。"
        super().__init__(
            decimal_places=decimals,
            max_digits=MOST_DIGITS + decimals,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "invalid": "请填写数字，不带单位。",
                "required": "请填写数值。",
                "max_decimal_places": most,
                "max_digits": f"数字过长，整数部分最多{MOST_DIGITS}位。",
                "max_whole_digits": f"数字过长，整数部分最多{MOST_DIGITS}位。",
            },
            **options,
        )

    def to_python(self, value: Any) -> Any:
        """As typed, without what only helps the eye."""
        plain = unicodedata.normalize("NFKC", str(value or "")).replace(",", "").replace(" ", "")
        return super().to_python(plain)


class FigureRow(NamedTuple):
    """One indicator's fields, and the indicator with the value before."""

    asked: Asked
    value: BoundField
    absence: BoundField


def value_field(indicator: Indicator | Asked, *, required: bool, **options: Any) -> forms.Field:
    """The field that takes a value of an indicator."""
    if indicator.is_yes_or_no:
        return forms.TypedChoiceField(
            label=indicator.label,
            choices=YES_OR_NO,
            coerce=Decimal,
            empty_value=None,
            required=required,
            error_messages={"required": "请选择已实现或未实现。"},
            **options,
        )
    return FigureField(
        decimals=indicator.decimals, label=indicator.label, required=required, **options
    )


def add_figure_fields(form: forms.BaseForm, asked: Sequence[Asked], note: Note | None) -> None:
    """Two fields an indicator: its value, and why there is none."""
    stands = {said.indicator_id: said for said in note.shown_figures} if note else {}
    for one in asked:
        said = stands.get(one.pk)
        value = said.value if said else None
        form.fields[f"figure_{one.pk}"] = value_field(
            one,
            required=False,
            initial=None if value is None else f"{value:.{one.decimals}f}",
            help_text=escape(one.meaning),  # the component prints it as it is
        )
        form.fields[f"absence_{one.pk}"] = forms.CharField(
            label=f"{one.name}暂无数据的原因",
            max_length=100,
            required=False,
            initial=said.absence if said else "",
        )


def check_figures(form: forms.BaseForm, asked: Sequence[Asked], *, needed: bool) -> None:
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


def figures_in(values: Mapping[str, Any], asked: Sequence[Asked]) -> dict[int, Said]:
    """What was typed, by indicator, as the verb takes it."""
    return {one.pk: Said(values[f"figure_{one.pk}"], values[f"absence_{one.pk}"]) for one in asked}


def rows_of(form: forms.BaseForm, asked: Sequence[Asked]) -> list[FigureRow]:
    """The fields as the page lays them out."""
    return [FigureRow(one, form[f"figure_{one.pk}"], form[f"absence_{one.pk}"]) for one in asked]
