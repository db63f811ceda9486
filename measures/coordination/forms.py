"""The forms of 需协调事项: raise, respond, and the steps of the asker and the commission."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agencies.models import Agency
from lib.forms import demand_words
from measures.choices import CoordinationAct
from measures.coordination.askable import LEADER, Askable
from measures.fields import TakesDeadline, date_field, text_area, text_line
from measures.models import CoordinationItem
from measures.models.coordination import OPTIONS_MOST, WORDS_MOST
from measures.models.limits import SHORT_MOST
from measures.rules.coordination import (
    COORDINATION_STEPS,
    is_refusal,
    options_in,
)


class _AskingForm(TakesDeadline, forms.Form):
    """The fields of forms that ask somebody: day, agency to carry it out, a leader's options."""

    def __init__(
        self, data: object = None, *, choices: Askable, but: int | None, on: date, **options: Any
    ) -> None:
        super().__init__(data, **options)  # type: ignore[arg-type]
        self.choices, self.on = choices, on
        self.fields["to"].choices = choices.holders(but=but)  # type: ignore[attr-defined]
        self.fields["doer"].choices = choices.doers(but=but)  # type: ignore[attr-defined]

    def clean_options(self) -> str:
        text: str = self.cleaned_data["options"]
        try:
            options_in(text)
        except ValueError as refusal:
            raise ValidationError(str(refusal)) from refusal
        return text

    @property
    def leader_values(self) -> str:
        """The values of `to` that are leaders, for app.js."""
        return ",".join(f"{LEADER}{one.pk}" for one in self.choices.leaders)

    def _asked(self) -> dict[str, Any]:
        said = self.cleaned_data
        known = {"options": said["options"], "due_on": said["due_on"]}
        doer = self.choices.agency(said["doer"])
        return {**known, "doer": doer, **self.choices.holder(said["to"])}


def _to_field(**options: Any) -> forms.ChoiceField:
    lacks = {"required": "请选择请谁办。"}
    return forms.ChoiceField(label="请谁办", error_messages=lacks, **options)


def _options_field() -> forms.CharField:
    words = "请市领导定的事可以给出备选答复，用顿号隔开，最多3个；不填的为“同意、不同意”。"
    return text_line("备选答复", most=OPTIONS_MOST, required=False, help_text=words)


def _doer_field() -> forms.ChoiceField:
    return forms.ChoiceField(label="定后请谁办", required=False)


class RaiseForm(_AskingForm):
    """A new item; text from a note is filled in."""

    asked_by = forms.TypedChoiceField(label="提出单位", coerce=int)
    words = text_line(
        "请协调什么",
        "请写明请协调什么。",
        most=WORDS_MOST,
        help_text="一句话说清要定的事，答复的人先看到这一句。",
    )
    background = text_area("情况说明", rows=3, most=SHORT_MOST, required=False)
    to = _to_field()
    doer = _doer_field()
    options = _options_field()
    due_on = date_field(
        "请何时前答复", "请写明答复期限。", help_text="建议10个工作日，可以改；不早于今日。"
    )

    def __init__(
        self,
        data: object = None,
        *,
        choices: Askable,
        askers: Iterable[Agency],
        on: date,
        **more: Any,
    ) -> None:
        self.askers = list(askers)
        own = self.askers[0].pk if len(self.askers) == 1 else None
        super().__init__(data, choices=choices, but=own, on=on, auto_id="coordination_%s", **more)
        named = [(one.pk, one.name_then) for one in self.askers]
        self.fields["asked_by"].choices = named  # type: ignore[attr-defined]
        if own is not None:
            self.fields["asked_by"].widget = forms.HiddenInput()
            self.fields["asked_by"].initial = own

    def said(self) -> dict[str, Any]:
        """Return what an action takes."""
        asker = next(one for one in self.askers if one.pk == self.cleaned_data["asked_by"])
        known = {name: self.cleaned_data[name] for name in ("words", "background")}
        return {"asked_by": asker, **known, **self._asked()}


class RespondForm(_AskingForm):
    """The holder's response: answer, pass on, or ask back.

    A leader answers by choosing an option; the text is added to it.
    """

    choice = forms.ChoiceField(
        label="您的答复",
        widget=forms.RadioSelect,
        error_messages={"required": "请选择怎样答复。"},
    )
    to = _to_field(required=False)
    doer = _doer_field()
    options = _options_field()
    due_on = date_field("期限", required=False)
    words = text_area("写几句", rows=2, most=SHORT_MOST, required=False)

    def __init__(
        self,
        data: object = None,
        *,
        item: CoordinationItem,
        choices: Askable,
        acts: Iterable[CoordinationAct],
        on: date,
        proposed: date,
    ) -> None:
        super().__init__(
            data,
            choices=choices,
            but=item.asked_by_id,
            on=on,
            auto_id=f"respond{item.pk}_%s",
        )
        acts = set(acts)
        self.offered = options_in(item.options) if CoordinationAct.DECIDE in acts else ()
        chosen = [(str(place), words) for place, words in enumerate(self.offered)]
        if CoordinationAct.ANSWER in acts and (not chosen or not item.holder_leader_id):
            chosen.append((CoordinationAct.ANSWER.value, str(CoordinationAct.ANSWER.label)))
        rest = (CoordinationAct.PASS_ON, CoordinationAct.ASK_BACK)
        chosen += [(act.value, act.label) for act in rest if act in acts]
        self.fields["choice"].choices = chosen  # type: ignore[attr-defined]
        self.only = CoordinationAct(chosen[0][0]) if len(chosen) == 1 else None
        self.fields["choice"].initial = self.only
        if self.only is not None:  # only one choice: the heading names it
            self.fields["choice"].widget = forms.HiddenInput()
        wordy = ",".join(value for value, _ in chosen if not value.isdigit())
        self.fields["words"].widget.attrs["data-required-when"] = f"choice={wordy}"
        self.fields["doer"].initial = str(item.doer_id or "")
        self.fields["due_on"].initial = proposed

    @property
    def chosen(self) -> str:
        """All choices, for app.js, which hides the other fields until one is chosen."""
        return ",".join(value for value, _ in self.fields["choice"].choices)  # type: ignore[attr-defined]

    @property
    def carried_out(self) -> str:
        """The choices after which an agency has something to do, for app.js."""
        places = enumerate(self.offered)
        return ",".join(str(place) for place, words in places if not is_refusal(words))

    @property
    def verb(self) -> CoordinationAct:
        """The chosen step; needs a valid form."""
        choice = self.cleaned_data["choice"]
        return CoordinationAct.DECIDE if choice.isdigit() else CoordinationAct(choice)

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        if "choice" not in found:
            return found
        is_asking = self.verb == CoordinationAct.PASS_ON
        if is_asking and not found.get("to"):
            self.add_error("to", "请选择转给谁办。")
        is_done = self.verb == CoordinationAct.DECIDE and found.get("doer")
        if (is_asking or is_done) and not found.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "请写明期限。")
        if self.verb != CoordinationAct.DECIDE:
            demand_words(self, "words", "请写明内容。")
        return found

    def said(self) -> dict[str, Any]:
        """Return the arguments of the chosen step's action."""
        said = {"words": self.cleaned_data["words"]}
        if self.verb == CoordinationAct.PASS_ON:
            return {**said, **self._asked()}
        if self.verb == CoordinationAct.DECIDE:
            option = self.offered[int(self.cleaned_data["choice"])]
            asked = self._asked()
            return {**said, "option": option, "doer": asked["doer"], "due_on": asked["due_on"]}
        return said


# The label of the text field in steps that need no text.
NEEDS_NO_WORDS = {
    CoordinationAct.CLOSE: "说明，可不填",
    CoordinationAct.WITHDRAW: "原因，可不填",
}


class StepForm(TakesDeadline, forms.Form):
    """The text of one further step; reopening also needs a day."""

    words = text_area("内容", rows=2, most=SHORT_MOST, required=False)
    due_on = date_field("请何时前答复", "请写明答复期限。")

    def __init__(
        self, data: object = None, *, act: CoordinationAct, on: date, proposed: date
    ) -> None:
        super().__init__(data, auto_id=f"{act}_%s")  # type: ignore[arg-type]
        self.act, self.on = act, on
        self.fields["due_on"].initial = proposed
        self.fields["words"].required = COORDINATION_STEPS[act].needs_words
        self.fields["words"].error_messages["required"] = "请写明内容。"
        if act in NEEDS_NO_WORDS:
            self.fields["words"].label = NEEDS_NO_WORDS[act]
        if act != CoordinationAct.REOPEN:
            del self.fields["due_on"]
