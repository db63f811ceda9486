"""The form for a status update."""

from typing import Any

from django import forms

from measures.choices import CLAIMABLE_STAGES, SETTABLE_STAGES, Stage
from measures.fields import text_area
from measures.models import Filing, Measure, StatusUpdate
from measures.rules.comparison import is_backward
from measures.status.actions import overtaken_words
from measures.status.page import StatusDesk

STATUS_FIELDS = ("stage", "percent", "reason", "back_reason")
SUSPEND, RESUME, CORRECT = "suspend", "resume", "correct"


class StatusForm(forms.Form):
    """Stage, percent (dated measures only), reason, and the accepted notes as basis.

    `as_` is the step: to suspend, to resume, to correct the last update; empty for an update.
    `auto_id` distinguishes two forms on one page.
    """

    stage = forms.ChoiceField(label="进度", error_messages={"required": "请选择进度。"})
    percent = forms.IntegerField(
        label="完成比例（%）",
        min_value=0,
        max_value=100,
        error_messages={
            "required": "请填写0到100的完成比例。",
            "min_value": "完成比例须在0到100之间。",
            "max_value": "完成比例须在0到100之间。",
        },
    )
    reason = text_area(
        "变化与依据",
        "更新进度须写明变化与依据。",
        rows=3,
        most=1000,
        help_text="写明有什么变化、依据是什么，将随进度一起留存。",
    )
    back_reason = text_area(
        "回退原因",
        "进度或完成比例比现状低，须写明回退原因。",
        most=300,
        help_text="进度或完成比例比现状低时必填。",
    )
    notes = forms.TypedMultipleChoiceField(
        label="依据的进展",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "只能依据近两期已通过的进展，请重新选择。"},
    )
    seen_status = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, data: Any = None, *, desk: StatusDesk, as_: str = "", auto_id: str = "id_%s"
    ) -> None:
        super().__init__(data, auto_id=auto_id, initial=initial_of(desk, as_))
        self.desk, self.as_ = desk, as_
        self.fields["stage"].choices = [(s.value, s.label) for s in _stages(desk, as_)]  # type: ignore[attr-defined]
        choices = [(f.accepted_note_id, note_label(f)) for f in desk.filings]
        self.fields["notes"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["notes"]
        if not desk.measure.is_dated:
            del self.fields["percent"]
        if as_ == CORRECT:
            del self.fields["back_reason"]  # a correction's own reason is enough

    @property
    def is_wanted(self) -> bool:
        """Whether the form sets a status; forms in which that is optional override it."""
        return True

    @property
    def corrects(self) -> StatusUpdate | None:
        return self.desk.newest if self.as_ == CORRECT else None

    def said(self) -> dict[str, Any]:
        """Return what an action takes."""
        values, names = self.cleaned_data, ("stage", "percent", "reason", "back_reason")
        chosen = set(values.get("notes", []))
        notes = [f.accepted_note for f in self.desk.filings if f.accepted_note_id in chosen]
        typed = {name: values[name] for name in names if name in values}
        return {"percent": None, **typed, "notes": notes, "seen": values["seen_status"]}

    def clean(self) -> dict[str, Any]:
        """Report a newer update by somebody else; require a reason only for going back."""
        cleaned = super().clean() or {}
        if not self.is_wanted:
            self._forgive(*STATUS_FIELDS)
            return cleaned
        newest = self.desk.newest
        if newest is not None and cleaned.get("seen_status") != newest.pk:
            self.add_error(None, f"在您打开本页后，{overtaken_words(newest)}")
        measure = self.desk.measure
        after = (cleaned.get("stage", ""), cleaned.get("percent"))
        if not is_backward((measure.stage, measure.percent), after):
            self._forgive("back_reason")
            cleaned["back_reason"] = ""  # typed, but hidden since
        return cleaned

    def _forgive(self, *names: str) -> None:
        """Remove "required" errors of fields that other values make unnecessary."""
        for name in names:
            if self.has_error(name, "required"):
                del self.errors[name]

    @property
    def steps_back(self) -> str:
        """The conditions for asking the reason for going back, for the page's script."""
        measure = self.desk.measure
        stages = [s for s, _ in self.fields["stage"].choices if _is_lower(measure, s)]  # type: ignore[attr-defined]
        return f"stage={','.join(stages)};percent<{measure.percent or 0}"


def initial_of(desk: StatusDesk, as_: str) -> dict[str, object]:
    """Return the form's initial values: the suggestion, or those of the step."""
    stage, percent = desk.suggestion.stage, desk.suggestion.percent
    if as_ == SUSPEND:
        stage, percent = Stage.SUSPENDED, desk.measure.percent
    elif as_ == RESUME:
        stage, percent = desk.stage_before_suspension, desk.measure.percent
    elif as_ == CORRECT and desk.newest is not None:
        stage = desk.newest.stage_before or desk.measure.stage
        percent = desk.newest.percent_before
    return {"stage": stage, "percent": percent, "notes": list(desk.preselected)}


def note_label(filing: Filing) -> str:
    """Return the label of a note to choose: 市商务委 三季度：已建立清单…"""
    note = filing.accepted_note
    words = (note.progress or note.unchanged_reason) if note else ""
    short = words if len(words) <= 40 else words[:39] + "…"
    return f"{filing.agency_name} {filing.period.slice_label}：{short}"


def _is_lower(measure: Measure, stage: str) -> bool:
    return is_backward((measure.stage, None), (stage, None))


def _stages(desk: StatusDesk, as_: str) -> tuple[Stage, ...]:
    if as_ == SUSPEND:
        return (Stage.SUSPENDED,)
    return CLAIMABLE_STAGES if as_ == RESUME else SETTABLE_STAGES
