"""批示: forms for writing, answering and closing."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from agencies.models import Agency
from agencies.models.agency import grouped_by_kind
from measures.fields import TakesDeadline, date_field, text_area
from measures.models import Addressee, Measure
from measures.models.limits import SHORT_MOST
from measures.rules.instructions import NOBODY


class InstructionForm(TakesDeadline, forms.Form):
    """A new instruction. The measure's own agencies are first; none is preselected."""

    text = text_area("批示内容", "请写明批示内容。", rows=5, most=SHORT_MOST)
    agencies = forms.TypedMultipleChoiceField(
        label="办理单位",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    others = forms.TypedMultipleChoiceField(
        label="其他单位",
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    due_on = date_field(
        "办理期限（可不填）",
        required=False,
        help_text="建议10个工作日，可以改，也可以清空；不早于今日，到期仍有单位未回复的，显示为逾期。",
    )

    def __init__(
        self,
        data: object = None,
        *,
        measure: Measure,
        agencies: Iterable[Agency],
        on: date,
        proposed: date | None = None,
    ) -> None:
        super().__init__(data, auto_id="instruction_%s")  # type: ignore[arg-type]
        self.on = on
        marks = {duty.agency_id: duty.role_choice for duty in measure.duties}
        known = {agency.pk: agency for agency in agencies}
        own = [(pk, f"{known[pk].name_then}（{marks[pk].label}）") for pk in marks if pk in known]
        rest = grouped_by_kind(agency for pk, agency in known.items() if pk not in marks)
        self.fields["agencies"].choices = own  # type: ignore[attr-defined]
        self.fields["others"].choices = rest  # type: ignore[attr-defined]
        self.fields["due_on"].initial = proposed
        if not own:
            del self.fields["agencies"]

    def clean(self) -> dict[str, object]:
        found = super().clean() or {}
        chosen = [*found.get("agencies", []), *found.get("others", [])]
        if not chosen and not {"agencies", "others"} & self.errors.keys():
            self.add_error("agencies" if "agencies" in self.fields else "others", NOBODY)
        return found | {"chosen": chosen}

    def said(self) -> dict[str, Any]:
        """Return what an action takes."""
        said = {name: self.cleaned_data[name] for name in ("text", "due_on")}
        return said | {"agencies": Agency.objects.filter(pk__in=self.cleaned_data["chosen"])}

    @property
    def opens_others(self) -> bool:
        """Whether the list of other agencies is unfolded."""
        return "agencies" not in self.fields or bool(self["others"].value())


class ReplyForm(forms.Form):
    """An agency's answer; a person who acts for several chooses which."""

    agency = forms.TypedChoiceField(label="回复单位", coerce=int)
    text = text_area("回复内容", "请写明回复内容。", rows=4, most=SHORT_MOST)

    def __init__(self, data: object = None, *, parties: Iterable[Addressee]) -> None:
        super().__init__(data, auto_id="reply_%s")  # type: ignore[arg-type]
        choices = [(party.agency_id, party.agency_name) for party in parties]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["agency"].widget = forms.HiddenInput()
            self.fields["agency"].initial = choices[0][0]

    def said(self) -> dict[str, Any]:
        """Return what an action takes."""
        said = self.cleaned_data
        return {"agency": Agency.objects.get(pk=said["agency"]), "text": said["text"]}


class CloseForm(forms.Form):
    closing_words = text_area("办结意见", rows=3, most=SHORT_MOST, required=False)

    def __init__(self, data: object = None, *, is_answered: bool) -> None:
        super().__init__(data, auto_id="close_%s")  # type: ignore[arg-type]
        help_text = "可不填。" if is_answered else "还有单位没有回复，须写明办结意见。"
        field, self.needs_words = self.fields["closing_words"], not is_answered
        field.help_text = help_text
        if self.needs_words:  # the browser requires them before it asks for confirmation
            field.widget.attrs["required"] = True

    def said(self) -> dict[str, Any]:
        return {"words": self.cleaned_data["closing_words"]}
