"""Handing a post over."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from agencies.accounts.handover import Terms, rehearse
from agencies.models import Membership, User
from lib.errors import DomainError
from lib.forms import WITHIN_REASON, DayInput

REASON_MOST = 200


class HandoverForm(forms.Form):
    """Who follows in one of a person's posts. `posts` are those of the person that may go on."""

    membership = forms.ModelChoiceField(
        Membership.objects.none(), label="交出的角色", empty_label=None
    )
    successor = forms.ModelChoiceField(User.objects.none(), label="接手人", empty_label="请选择")
    from_on = forms.DateField(
        label="交接日期",
        widget=DayInput(),
        validators=WITHIN_REASON,
        help_text="接手人自当日起任职，交出人任至前一日。统筹岗只能自今天起。",
    )
    until = forms.DateField(
        label="代理截止",
        required=False,
        widget=DayInput(),
        validators=WITHIN_REASON,
        help_text="仅临时代理时填写：当日仍由接手人代理，次日各自恢复原岗。",
    )
    stays_as_deputy = forms.BooleanField(
        label="交出人转任B岗",
        required=False,
        help_text="仅A岗联络员：交接后任B岗。接手人原为B岗的，即互换A岗、B岗。",
    )
    reason = forms.CharField(
        label="交接理由",
        max_length=REASON_MOST,
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
        _offer(self.fields["membership"], posts, [(post.pk, _post(post)) for post in posts])
        _offer(self.fields["successor"], people, [("", "请选择"), *_grouped(people, posts)])

    def clean(self) -> dict[str, Any]:
        """Try it, so that the form shows the sentences of rules and constraints."""
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


def _offer(field: Any, rows: list[Any], choices: list[Any]) -> None:
    field.queryset = field.queryset.model.objects.filter(pk__in=[row.pk for row in rows])
    field.choices = choices


def _post(membership: Membership) -> str:
    return f"{membership.agency} {membership.role_words}"


def _grouped(people: list[User], posts: list[Membership]) -> list[tuple[str, list[Any]]]:
    """Those of the posts' agencies first, deputies on top; then accounts without a role."""
    agencies = {post.agency_id for post in posts}
    own = [user for user in people if agencies & {m.agency_id for m in user.memberships_now}]
    free = [user for user in people if not user.memberships_now]
    own.sort(key=lambda user: not any(m.is_deputy for m in user.memberships_now))
    groups = [("本单位人员", own), ("尚无角色的账号", free)]
    return [(label, [(u.pk, _name(u)) for u in rows]) for label, rows in groups if rows]


def _name(user: User) -> str:
    posts = "、".join(f"{m.agency} {m.role_words}" for m in user.memberships_now)
    return f"{user.name}（{posts}）" if posts else f"{user.name}（{user.username}）"
