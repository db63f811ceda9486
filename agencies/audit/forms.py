"""The filter of the audit trail."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.utils.choices import flatten_choices

from agencies.audit.lines import target_choices
from agencies.choices import EventSource, Outcome
from agencies.contributions import action_choices, audit_scopes, events_in
from agencies.models import Event
from agencies.models.audit import EventQuerySet
from lib.forms import DayInput, filter_field

MOST_KEY = 2**63 - 1  # the largest value of a key column
MATCHED = ("person", "action", "outcome", "source")


class AuditFilter(forms.Form):
    """The filter in the query string; `before` is the last row of the previous page."""

    person = forms.CharField(
        label="人员",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"placeholder": "姓名或账号"}),
    )
    action = filter_field("事项", action_choices)
    target = filter_field("对象", target_choices)
    number = forms.IntegerField(label="对象编号", required=False, min_value=1, max_value=MOST_KEY)
    outcome = filter_field("结果", Outcome.choices)
    source = filter_field("来源", EventSource.choices)
    first = forms.DateField(label="自", required=False, widget=DayInput())
    last = forms.DateField(
        label="至",
        required=False,
        widget=DayInput(),
        validators=[MaxValueValidator(date(2999, 12, 31))],
    )
    sign_ins = forms.BooleanField(label="含正常登录、退出", required=False)  # set by a link
    before = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for scope in audit_scopes():
            choices = [("", "全部"), *scope.choices()]
            self.fields[scope.name] = forms.ChoiceField(
                label=scope.label, required=False, choices=choices
            )

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        first, last = asked.get("first"), asked.get("last")
        if first and last and last < first:
            words = "“至”早于“自”，请核对日期。"
            self.add_error("last", forms.ValidationError(words, code="order"))
        if asked.get("number") and not asked.get("target"):
            self.add_error("target", "请选择这个编号是什么对象的。")
        return asked

    @property
    def scopes(self) -> list[forms.BoundField]:
        return [self[scope.name] for scope in audit_scopes()]

    @property
    def is_out_of_order(self) -> bool:
        """Whether the last day is before the first one, so that no event matches."""
        return self.has_error("last", code="order")

    @property
    def page_before(self) -> Event | None:
        """The last event of the previous page."""
        return Event.objects.filter(pk=self.cleaned_data.get("before") or 0).first()

    def events(self) -> EventQuerySet:
        """The events that match, of all pages. Call is_valid() first."""
        if self.is_out_of_order:
            return Event.objects.none()
        asked = self.cleaned_data
        found = Event.objects.between(asked.get("first"), asked.get("last"))
        found = found.matching(**{name: asked.get(name) or "" for name in MATCHED})
        for scope in audit_scopes():
            if pk := asked.get(scope.name):
                found = found.filter(events_in(scope.name, int(pk)))
        if target := asked.get("target"):
            number = asked.get("number")
            found = found.about(target, number) if number else found.filter(target_type=target)
        if not (asked.get("sign_ins") or asked.get("action")):
            found = found.without_plain_sign_ins()
        return found

    def words(self) -> list[str]:
        """The active filters in words, by label."""
        chosen = [(name, self.cleaned_data.get(name)) for name in self.fields if name != "before"]
        return [
            f"{self._label(name)}：{self._word(name, value)}" for name, value in chosen if value
        ]

    def _label(self, name: str) -> str:
        return str(self.fields[name].label)

    def _word(self, name: str, value: object) -> str:
        if value is True:
            return "是"
        words = dict(flatten_choices(getattr(self.fields[name], "choices", ())))
        return str({str(code): word for code, word in words.items()}.get(str(value), value))
