"""What is typed to set a light by hand, and to end that."""

from django import forms

from lib.forms import day_field, reason_field
from measures.choices import SETTABLE_LIGHTS


class OverrideForm(forms.Form):
    """What the chief is asked for."""

    light = forms.ChoiceField(
        label="认定为",
        choices=[(light.value, f"{light.shape} {light.label}") for light in SETTABLE_LIGHTS],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择认定为哪种灯。"},
    )
    reason = reason_field("理由")
    ends_on = day_field("截止日", required=True)


class OverrideEndForm(forms.Form):
    """Why it ends early."""

    reason = reason_field("提前结束的理由")
