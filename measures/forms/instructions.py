"""批示: what a leader writes, what agencies answer, how it is closed."""

from collections.abc import Iterable

from django import forms

from agencies.models import Agency
from measures.models import Addressee, Measure
from measures.models.filing import SHORT_MOST
from policy_tracker.lib.forms import DayInput


def _words(label: str, rows: int, lacks: str, **more: object) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label,
        max_length=SHORT_MOST,
        widget=widget,
        error_messages={"required": lacks},
        **more,  # type: ignore[arg-type]
    )


class InstructionForm(forms.Form):
    """A new one. The measure's own agencies stand first, its lead is chosen already."""

    text = _words("批示内容", 5, "请写明批示内容。")
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
    due_on = forms.DateField(
        label="办理期限（可不填）",
        required=False,
        widget=DayInput(),
        help_text="不早于今日；到期仍有单位未回复的，显示为逾期。",
    )

    def __init__(
        self, data: object = None, *, measure: Measure, agencies: Iterable[Agency]
    ) -> None:
        super().__init__(data, auto_id="instruction_%s")  # type: ignore[arg-type]
        marks = {duty.agency_id: duty.role_choice for duty in measure.duties}
        known = {agency.pk: agency for agency in agencies}
        own = [(pk, f"{known[pk].name_then}（{marks[pk].label}）") for pk in marks if pk in known]
        rest = [(pk, agency.name_then) for pk, agency in known.items() if pk not in marks]
        self.fields["agencies"].choices = own  # type: ignore[attr-defined]
        self.fields["others"].choices = rest  # type: ignore[attr-defined]
        lead = measure.lead
        self.fields["agencies"].initial = [lead.agency_id] if lead else []
        if not own:
            del self.fields["agencies"]

    def clean(self) -> dict[str, object]:
        found = super().clean() or {}
        chosen = [*found.get("agencies", []), *found.get("others", [])]
        if not chosen and not self.errors:
            field = "agencies" if "agencies" in self.fields else "others"
            self.add_error(field, "请至少选择一个办理单位。")
        return found | {"chosen": chosen}

    @property
    def opens_others(self) -> bool:
        """Whether the other agencies are shown without a click."""
        return "agencies" not in self.fields or bool(self["others"].value())


class ReplyForm(forms.Form):
    """What an agency answers; who speaks for several says for which."""

    agency = forms.TypedChoiceField(label="回复单位", coerce=int)
    text = _words("回复内容", 4, "请写明回复内容。")

    def __init__(self, data: object = None, *, parties: Iterable[Addressee]) -> None:
        super().__init__(data, auto_id="reply_%s")  # type: ignore[arg-type]
        choices = [(party.agency_id, party.agency_name) for party in parties]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["agency"].widget = forms.HiddenInput()
            self.fields["agency"].initial = choices[0][0]


class CloseForm(forms.Form):
    """How it ended."""

    closing_words = _words("办结意见", 3, "", required=False)

    def __init__(self, data: object = None, *, is_answered: bool) -> None:
        super().__init__(data, auto_id="close_%s")  # type: ignore[arg-type]
        help_text = "可不填。" if is_answered else "还有单位没有回复，须写明办结意见。"
        self.fields["closing_words"].help_text = help_text
