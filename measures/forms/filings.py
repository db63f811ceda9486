"""The form of one filing."""

from typing import Any

from django import forms

from measures.actions.filings import NOTE_FIELDS
from measures.choices import CLAIMABLE_STAGES, Confidence, Stage
from measures.models import Filing, Note

ROWS = {"progress": 4, "problems": 2, "next_steps": 2, "help_needed": 2}


class NoteForm(forms.ModelForm):
    """A liaison's note on one filing. `is_final`: it is to be handed in, so nothing may lack."""

    revision = forms.IntegerField(
        label="页面版本", widget=forms.HiddenInput, min_value=0, initial=0
    )
    confidence = forms.ChoiceField(
        label="自评信心", choices=Confidence.choices, widget=forms.RadioSelect
    )

    class Meta:
        model = Note
        fields = NOTE_FIELDS
        widgets = {
            name: forms.Textarea(attrs={"rows": rows, "data-count": ""})
            for name, rows in ROWS.items()
        }
        help_texts = {"confidence_reason": "自评“有风险”或“难以完成”时必填。"}

    def __init__(
        self, data: Any = None, *, filing: Filing, note: Note | None, is_final: bool = False
    ) -> None:
        self.filing, self.is_final = filing, is_final
        usual = {"claimed_stage": _usual_stage(filing), "confidence": Confidence.GREEN}
        initial = {} if note else usual
        super().__init__(data, instance=note, prefix=f"f{filing.pk}", initial=initial)
        self.fields["revision"].initial = note.revision if note else 0
        if not filing.measure.is_dated:
            del self.fields["claimed_percent"]

    def clean_progress(self) -> str:
        """Nothing is handed in without words on the progress."""
        progress = str(self.cleaned_data["progress"]).strip()
        if self.is_final and not progress:
            raise forms.ValidationError("请填写进展情况后再提交。")
        return progress

    def clean_confidence_reason(self) -> str:
        """Doubt needs a reason before it is handed in."""
        reason = str(self.cleaned_data["confidence_reason"]).strip()
        doubtful = self.cleaned_data.get("confidence") in (Confidence.YELLOW, Confidence.RED)
        if self.is_final and doubtful and not reason:
            raise forms.ValidationError("自评“有风险”或“难以完成”时须写明原因。")
        return reason

    def content(self) -> dict[str, object]:
        """What the verb takes."""
        return {"claimed_percent": None} | {
            field: self.cleaned_data[field] for field in NOTE_FIELDS if field in self.fields
        }

    def _post_clean(self) -> None:
        """The instance is the page's copy; only the verb, under its lock, writes the row."""


def _usual_stage(filing: Filing) -> str:
    stage = filing.measure.stage
    return stage if stage in CLAIMABLE_STAGES and stage != Stage.NOT_STARTED else Stage.UNDER_WAY
