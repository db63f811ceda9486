"""Forms: how one is submitted, how a refused one is shown again, and fields without a model."""

from collections.abc import Callable, Iterable
from copy import copy
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now

from lib.errors import DomainError, StaleError
from lib.http import UserRequest

T = TypeVar("T")
FIRST_YEAR, LAST_YEAR = 2018, 2099
WITHIN_REASON = [
    MinValueValidator(date(FIRST_YEAR, 1, 1), f"日期不能早于{FIRST_YEAR}-01-01。"),
    MaxValueValidator(date(LAST_YEAR, 12, 31), f"日期不能晚于{LAST_YEAR}-12-31。"),
]
SHORT_REASON_MOST = 200


class DayInput(forms.DateInput):
    """A day as browsers require it, 2026-11-23, in any language (HTML, 4.10.5.1.7)."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SharedFields(dict[str, forms.Field]):
    """Fields for `base_fields` of a form class; each form gets shallow copies.

    Django also copies widgets, choices and validators, which takes two thirds of a form's time.
    Only for forms that never change these per instance.
    """

    def __deepcopy__(self, memo: object) -> dict[str, forms.Field]:
        return {name: copy(field) for name, field in self.items()}


def fill_selects(*forms_: forms.BaseForm) -> None:
    """Query the choices of all selects of some forms; a list that several offer is queried once."""
    selects = [
        field
        for form in forms_
        for field in form.fields.values()
        if isinstance(field, forms.ModelChoiceField)
    ]
    found: dict[str, list[Any]] = {}
    for field in selects:
        rows = field.queryset
        if rows is None:
            continue
        # The key is the SQL: two forms that offer the same list hold two querysets.
        sql = f"{rows.model} {'' if rows.query.is_empty() else rows.query}"
        if sql not in found:
            found[sql] = list(rows)
        empty = [] if field.empty_label is None else [("", field.empty_label)]
        choices = [(row.pk, field.label_from_instance(row)) for row in found[sql]]
        field.choices = [*empty, *choices]


def ask_once(form: forms.BaseForm, doubt: str, label: str) -> None:
    """Add a required box that confirms doubtful data; `doubt` says why, empty: no box."""
    if not doubt:
        return
    form.fields["is_sure"] = forms.BooleanField(label=label, required=False)
    if not form.data.get(form.add_prefix("is_sure")):
        form.add_error("is_sure", f"{doubt}确认无误的，请勾选后再提交。")


def demand_words(form: forms.Form, field: str, sentence: str) -> None:
    """Refuse an empty field; call it from clean() if another choice makes the field required."""
    if field not in form.errors and not str(form.cleaned_data.get(field, "")).strip():
        form.add_error(field, sentence)


def submit(request: HttpRequest, form: forms.BaseForm, action: Callable[[], T]) -> T | None:
    """Return the action's result; None if the form, a rule or a constraint refuses.

    The sentence of a broken rule or constraint becomes an error of the form, which keeps its data.
    The middleware records it like a refusal that it catches itself. Raises StaleError, whose page
    shows both versions.

    Not for a form that disappears when the rule is broken, for example the answer to a request that
    somebody else has already decided: let the middleware's page show that sentence.
    """
    if not form.is_valid():
        return None
    try:
        return action()
    except StaleError:
        raise
    except DomainError as error:
        form.add_error(None, str(error))
        request.refusal = error.audited  # type: ignore[attr-defined]
    except ValidationError as error:
        form.add_error(None, error.messages)
    return None


def carry_out(
    request: UserRequest, form: forms.BaseForm, action: Callable[..., T], *subject: object
) -> T | None:
    """Submit a form that holds all arguments of an action except its subject, `by` and `at`.

    The form's said() returns these arguments; without it, its fields have the arguments' names.
    """

    def act() -> T:
        said = form.said() if hasattr(form, "said") else form.cleaned_data
        return action(*subject, by=request.user, at=now(), **said)

    return submit(request, form, act)


def carried_out(
    request: UserRequest,
    form: forms.BaseForm,
    action: Callable[..., object],
    subject: object,
    message: str,
) -> bool:
    """Carry it out and show `message` to the person if it was done; False if refused."""
    carry_out(request, form, action, subject)
    if not form.is_valid():
        return False
    messages.success(request, message)
    return True


def form_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *forms_: forms.BaseForm | None,
) -> HttpResponse:
    """Render a page with forms; the status code is that of status_of()."""
    return render(request, template, context, status=status_of(request, *forms_))


def status_of(request: HttpRequest, *forms_: forms.BaseForm | None) -> int:
    """409 if a rule refused a form, 422 if one was sent and is invalid, 200 if none was sent."""
    if hasattr(request, "refusal"):
        return 409
    return 422 if any(form is not None and form.is_bound for form in forms_) else 200


def day_field(label: str, help_text: str = "", *, required: bool = False) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        widget=DayInput(),
        help_text=help_text,
        validators=WITHIN_REASON,
    )


def reason_field(label: str) -> forms.CharField:
    """A field for a reason, which goes into the audit trail and the agencies' messages."""
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=SHORT_REASON_MOST, widget=widget)


def tick_field(label: str, help_text: str = "") -> forms.BooleanField:
    """A box that need not be ticked."""
    return forms.BooleanField(label=label, required=False, help_text=help_text)


def filter_field(
    label: str, choices: Iterable[Any] | Callable[[], Iterable[Any]], empty: str = "全部"
) -> forms.ChoiceField:
    """A select among the filters of a list, which may stay on `empty`: all."""

    def offered() -> list[Any]:
        return [("", empty), *(choices() if callable(choices) else choices)]

    return forms.ChoiceField(label=label, required=False, choices=offered)
