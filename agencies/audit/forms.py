"""The filter of the audit trail."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator

from agencies.choices import Outcome
from agencies.contributions import action_choices
from lib.forms import DayInput


class AuditFilter(forms.Form):
    """What the address says about the list; `before` is the last row of the page before."""

    person = forms.CharField(label="人员", required=False, max_length=40)
    action = forms.ChoiceField(
        label="事项", required=False, choices=lambda: [("", "全部"), *action_choices()]
    )
    outcome = forms.ChoiceField(
        label="结果", required=False, choices=[("", "全部"), *Outcome.choices]
    )
    first = forms.DateField(label="自", required=False, widget=DayInput())
    last = forms.DateField(
        label="至",
        required=False,
        widget=DayInput(),
        validators=[MaxValueValidator(date(2999, 12, 31))],
    )
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        first, last = asked.get("first"), asked.get("last")
        if first and last and last < first:
            self.add_error("last", "“至”早于“自”，请核对日期。")
        return asked
