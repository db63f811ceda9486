"""Forms: how one is carried out, how a refused one comes back, and parts that know no model."""

from collections.abc import Callable
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
REASON_MOST = 200


class DayInput(forms.DateInput):
    """A day as browsers want it, 2026-11-23, whatever the language writes (HTML, 4.10.5.1.7)."""

    input_type = "date"

    def __init__(self, attrs: dict[str, object] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class SharedFields(dict[str, forms.Field]):
    """Fields of which each form has shallow copies, as `base_fields` of its class.

    Django copies widgets, choices and validators too, two thirds of what a form costs. Only for
    forms that change none of these for themselves.
    """

    def __deepcopy__(self, memo: object) -> dict[str, forms.Field]:
        return {name: copy(field) for name, field in self.items()}


def fill_selects(*forms_: forms.BaseForm) -> None:
    """Query the choices of all selects of some forms, the same list once."""
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
        # By its SQL: two forms that offer the same list hold two querysets.
        sql = f"{rows.model} {'' if rows.query.is_empty() else rows.query}"
        if sql not in found:
            found[sql] = list(rows)
        empty = [] if field.empty_label is None else [("", field.empty_label)]
        choices = [(row.pk, field.label_from_instance(row)) for row in found[sql]]
        field.choices = [*empty, *choices]


def ask_once(form: forms.BaseForm, doubt: str, label: str) -> None:
    """Require a box that confirms what is doubtful; `doubt` says why, empty if nothing is."""
    if not doubt:
        return
    form.fields["is_sure"] = forms.BooleanField(label=label, required=False)
    if not form.data.get(form.add_prefix("is_sure")):
        form.add_error("is_sure", f"{doubt}确认无误的，请勾选后再提交。")


def demand_words(form: forms.Form, field: str, sentence: str) -> None:
    """Refuse a field without words, in clean(), where what was chosen beside it asks for them."""
    if field not in form.errors and not str(form.cleaned_data.get(field, "")).strip():
        form.add_error(field, sentence)


def submit(request: HttpRequest, form: forms.BaseForm, action: Callable[[], T]) -> T | None:
    """Call the action for a sound form; None where the form, a rule or a constraint refuses.

    The sentence of a broken rule or constraint comes back on the form, above what was typed, and
    the middleware records it as it records a refusal that reaches it. Raises StaleError: its page
    shows both versions. Not for a form that vanishes once the rule is broken, as the answer to a
    request that somebody else has decided: there the middleware's own page keeps the sentence.
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
    """Submit a form that says all an action takes beside its subject, who and when.

    Its said() returns that; without one its fields are called as the action calls them.
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
    """Carry it out, and tell the person in `message` that it was done; False where refused."""
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
    """Render a page with forms; its status is what became of them."""
    return render(request, template, context, status=status_of(request, *forms_))


def status_of(request: HttpRequest, *forms_: forms.BaseForm | None) -> int:
    """200 for forms that nobody sent, 409 where the rules refused one, 422 for one with faults."""
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
    """Why: it stands in the audit trail and in what the agencies are told."""
    widget = forms.Textarea(attrs={"rows": 2})
    return forms.CharField(label=label, max_length=REASON_MOST, widget=widget)
