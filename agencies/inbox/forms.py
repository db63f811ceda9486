"""The filter of the inbox, and the form of which kinds come by e-mail."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q

from agencies.choices import MailChoice, MessageKind
from agencies.contributions import MessageScope, message_kinds_for, message_scopes
from agencies.models import User
from agencies.models.inbox import MessageQuerySet
from lib.forms import filter_field

WORDS_MOST = 60


class InboxFilter(forms.Form):
    q = forms.CharField(
        label="内容",
        required=False,
        max_length=WORDS_MOST,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    kind = forms.ChoiceField(label="类别", required=False)
    read = filter_field("已读未读", [("unread", "未读"), ("read", "已读")])

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        kinds = [(kind.value, kind.label) for kind in message_kinds_for(user)]
        self.fields["kind"].choices = [("", "全部"), *kinds]  # type: ignore[attr-defined]
        self._scopes: dict[str, MessageScope] = {}
        for scope in message_scopes():
            if choices := scope.choices(user):
                self._scopes[scope.name] = scope
                field = forms.TypedChoiceField(
                    label=scope.label,
                    required=False,
                    coerce=int,
                    empty_value=None,
                    choices=[("", "全部"), *choices],
                )
                self.fields[scope.name] = field
        self.order_fields(["q", *self._scopes, "kind", "read"])
        self.is_valid()

    def narrow(self, messages: MessageQuerySet) -> MessageQuerySet:
        said = self.cleaned_data  # without invalid values
        found = messages.of_kind(said.get("kind", "")).matching(said.get("q", ""))
        if read := said.get("read"):
            found = found.unread() if read == "unread" else found.filter(read_at__isnull=False)
        return found.filter(self._about())

    @property
    def words(self) -> str:
        """The search words, which apply to all messages, settled or not."""
        return str(self.cleaned_data.get("q", ""))

    @property
    def is_narrow(self) -> bool:
        return any(self.cleaned_data.values())

    def _about(self) -> Q:
        chosen = ((scope, self.cleaned_data.get(name)) for name, scope in self._scopes.items())
        return Q(*(scope.where(pk) for scope, pk in chosen if pk))


class MailForm(forms.Form):
    """One select for each kind of message, and one that sets them all."""

    all = forms.ChoiceField(
        label="全部类别",
        required=False,
        choices=[("", "按下面逐类设置"), *MailChoice.choices],
    )

    def __init__(
        self,
        data: Any = None,
        *,
        kinds: Iterable[MessageKind],
        had: dict[str, str],
    ) -> None:
        super().__init__(data)
        for kind in kinds:
            self.fields[kind.value] = forms.ChoiceField(
                label=kind.label,
                required=False,  # a kind that is not sent does not change
                choices=MailChoice.choices,
                initial=had.get(kind.value, kind.mail_default),
            )

    @property
    def kinds(self) -> list[forms.BoundField]:
        return [bound for bound in self if bound.name != "all"]

    def said(self) -> dict[str, Any]:
        """Return the arguments of set_mail_choices."""
        said = dict(self.cleaned_data)
        every = said.pop("all")
        wanted = {kind: every or choice for kind, choice in said.items()}
        return {"choices": {kind: MailChoice(one) for kind, one in wanted.items() if one}}
