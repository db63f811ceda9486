"""Forms of accounts, memberships and handing over, and the filter of the list."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from agencies.accounts.handover import Terms, rehearse
from agencies.accounts.memberships import draft_membership
from agencies.choices import AccountState, AdminStep
from agencies.models import Agency, Membership, User
from agencies.models.agency import grouped_by_kind
from agencies.permissions import Role, RoleGroup
from lib.errors import DomainError
from lib.forms import (
    SHORT_REASON_MOST,
    WITHIN_REASON,
    DayInput,
    day_field,
    filter_field,
    tick_field,
)

Groups = list[tuple[str, list[tuple[object, str]]]]


class PersonForm(forms.ModelForm):
    class Meta:
        model = User
        fields = ["name", "username", "office_phone", "phone", "email"]
        help_texts = {"username": "小写字母开头，可用小写字母、数字和 _ . -，建好后不能更改。"}
        widgets = {
            "username": forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "office_phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
            "email": forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
        }


class EmailForm(forms.Form):
    """A person's e-mail address, set by the system administrator; empty removes it."""

    email = forms.EmailField(
        label="电子邮箱",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"}),
        help_text="填写新邮箱替换现有邮箱；留空保存即删去。本人会收到消息。",
    )


class IdentityForm(forms.Form):
    """A person's subject at the provider of single sign-on; empty removes the link."""

    subject = forms.CharField(
        label="统一身份认证标识",
        required=False,
        max_length=255,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=(
            "本人经统一身份认证登录时，页面会显示其标识；先核实是本人再填写。"
            "留空保存即取消关联。本人会收到消息。"
        ),
    )


class AdminRequestForm(forms.Form):
    step = forms.ChoiceField(label="申请事项", error_messages={"required": "请选择申请事项。"})
    reason = forms.CharField(
        label="理由",
        max_length=SHORT_REASON_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="送另一名管理员核实，也让本人知道。",
        error_messages={"required": "请写明理由，如本人忘记密码、调离岗位。"},
    )

    def __init__(self, data: Any = None, *, account: User) -> None:
        super().__init__(data)
        steps = [AdminStep.RESET, AdminStep.OFF] if account.is_active else [AdminStep.ON]
        if account.totp_secret:
            steps.append(AdminStep.FACTOR)
        self.fields["step"].choices = [(step.value, step.label) for step in steps]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        return self.cleaned_data | {"step": AdminStep(self.cleaned_data["step"])}


class PeopleFilter(forms.Form):
    q = forms.CharField(
        label="姓名或账号",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = filter_field("状态", AccountState.choices)


class MembershipForm(forms.Form):
    """A role in an agency with its first and last day, for `person`; `on` is today."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label="单位", empty_label="请选择")
    role = forms.ChoiceField(label="角色")
    valid_from = forms.DateField(label="起", widget=DayInput(), validators=WITHIN_REASON)
    valid_to = day_field("止", "当日仍有效；不填表示长期。")
    is_deputy = tick_field("B岗", "仅对联络员有效，每个单位只设一名A岗。")

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


class HandoverForm(forms.Form):
    """The successor in one of a person's posts. `posts`: those that can be handed over."""

    membership = forms.ModelChoiceField(
        Membership.objects.none(), label="交出的角色", empty_label=None
    )
    successor = forms.ModelChoiceField(
        User.objects.none(),
        label="接手人",
        empty_label="请选择",
        help_text="可选本单位有业务角色的人员和尚无角色的账号；没有合适的，请系统管理员先新建账号。",
    )
    from_on = day_field(
        "交接日期", "接手人自当日起任职，交出人任至前一日。统筹岗只能自今天起。", required=True
    )
    until = day_field("代理截止", "仅临时代理时填写：当日仍由接手人代理，次日各自恢复原岗。")
    stays_as_deputy = tick_field(
        "交出人转任B岗", "仅A岗联络员：交接后任B岗。接手人原为B岗的，即互换A岗、B岗。"
    )
    reason = forms.CharField(
        label="交接理由",
        max_length=SHORT_REASON_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "请写明交接理由，如岗位调整、休假。"},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        posts: Iterable[Membership],
        successors: Iterable[User],
        on: date,
        initial: dict[str, object] | None = None,
    ) -> None:
        super().__init__(data, initial={"from_on": on.isoformat()} | (initial or {}))
        self.on = on
        posts, people = list(posts), list(successors)
        named = [(post.pk, f"{post.agency} {post.role_words}") for post in posts]
        _offer(self.fields["membership"], posts, named)
        _offer(self.fields["successor"], people, [("", "请选择"), *_grouped(people, posts)])

    def clean(self) -> dict[str, Any]:
        """Rehearse the handover, so that the form shows the sentences of rules and constraints."""
        super().clean()
        if self.errors:
            return self.cleaned_data
        try:
            rehearse(self.cleaned_data["membership"], terms=self.terms, on=self.on)
        except DomainError as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return self.cleaned_data

    @property
    def terms(self) -> Terms:
        said = {name: value for name, value in self.cleaned_data.items() if name != "membership"}
        said["reason"] = said["reason"].rstrip("。")
        return Terms(**said)

    def said(self) -> dict[str, Any]:
        return {"membership": self.cleaned_data["membership"], "terms": self.terms}


def _by_group() -> Groups:
    business = [(r.value, r.label) for r in Role if r.group == RoleGroup.BUSINESS]
    admins = [(r.value, r.label) for r in Role if r.group != RoleGroup.BUSINESS]
    return [("业务角色", list(business)), ("三员（互斥，不兼业务）", list(admins))]


def _offer(field: Any, rows: list[Any], choices: list[Any]) -> None:
    field.queryset = field.queryset.model.objects.filter(pk__in=[row.pk for row in rows])
    field.choices = choices


def _grouped(people: list[User], posts: list[Membership]) -> list[tuple[str, list[Any]]]:
    """Group people: of the posts' agencies first, deputies on top; then accounts without a role."""
    agencies = {post.agency_id for post in posts}
    own = [user for user in people if agencies & {m.agency_id for m in user.memberships_now}]
    free = [user for user in people if not user.memberships_now]
    own.sort(key=lambda user: not any(m.is_deputy for m in user.memberships_now))
    groups = [("本单位人员", own), ("尚无角色的账号", free)]
    return [(label, [(u.pk, _name(u)) for u in rows]) for label, rows in groups if rows]


def _name(user: User) -> str:
    posts = "、".join(f"{m.agency} {m.role_words}" for m in user.memberships_now)
    return f"{user.name}（{posts}）" if posts else f"{user.name}（{user.username}）"
