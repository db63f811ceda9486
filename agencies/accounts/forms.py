"""New accounts, memberships, and the filter of the list."""

from datetime import date
from typing import Any

from django import forms

from agencies.accounts.memberships import draft_membership
from agencies.choices import AccountState
from agencies.models import Agency, User
from agencies.models.agency import grouped_by_kind
from agencies.permissions import Role, RoleGroup
from lib.forms import WITHIN_REASON, DayInput

Groups = list[tuple[str, list[tuple[object, str]]]]


class PersonForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "username", "phone"]
        help_texts = {"username": "小写字母开头，可用小写字母、数字和 _ . -，建好后不能更改。"}
        widgets = {
            "username": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
        }


class PeopleFilter(forms.Form):
    q = forms.CharField(
        label="姓名或账号",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label="状态", required=False, choices=[("", "全部"), *AccountState.choices]
    )


class MembershipForm(forms.Form):
    """A role in an agency, from a day to a day. `person` gets it, `on` is today."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="单位", empty_label="请选择")
    role = forms.ChoiceField(label="角色")
    valid_from = forms.DateField(label="起", widget=DayInput(), validators=WITHIN_REASON)
    valid_to = forms.DateField(
        label="止",
        required=False,
        widget=DayInput(),
        validators=WITHIN_REASON,
        help_text="当日仍有效；不填表示长期。",
    )
    is_deputy = forms.BooleanField(
        label="B岗", required=False, help_text="仅对联络员有效，每个单位只设一名A岗。"
    )

    def __init__(self, data: Any = None, *, person: User, on: date) -> None:
        super().__init__(data, initial={"valid_from": on.isoformat()})
        self.person = person
        agency: Any = self.fields["agency"]
        agency.queryset = Agency.objects.existing(on=on)
        agency.choices = [("", "请选择"), *grouped_by_kind(agency.queryset)]
        role: Any = self.fields["role"]
        role.choices = [("", "请选择"), *_by_group()]

    def clean(self) -> dict[str, Any]:
        """Check the table's constraints, so that the form shows their sentences."""
        super().clean()
        if self.errors:
            return self.cleaned_data
        self.cleaned_data["role"] = Role(self.cleaned_data["role"])
        first, last = self.cleaned_data["valid_from"], self.cleaned_data["valid_to"]
        if last is not None and last < first:
            raise forms.ValidationError({"valid_to": "“止”不能早于“起”。"})
        draft_membership(self.person, **self.cleaned_data).full_clean()
        return self.cleaned_data


def _by_group() -> Groups:
    business = [(r.value, r.label) for r in Role if r.group == RoleGroup.BUSINESS]
    admins = [(r.value, r.label) for r in Role if r.group != RoleGroup.BUSINESS]
    return [("业务角色", list(business)), ("三员（互斥，不兼业务）", list(admins))]
