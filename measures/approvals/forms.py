"""Forms of requests to the chief, and of the chief's decision."""

from datetime import date
from typing import Any

from django import forms
from django.conf import settings

from lib.forms import demand_words
from measures.choices import Nature
from measures.fields import EvidenceField, TakesEvidence, WrittenText, date_field
from measures.models import Measure
from measures.models.limits import SHORT_MOST
from measures.rules.closing import day_label_of
from measures.rules.uploads import ENDINGS, Upload

RESULT_MOST = 2000


def _words(label: str, lacks: str, *, rows: int = 3, most: int = SHORT_MOST) -> WrittenText:
    widget = forms.Textarea(attrs={"rows": rows})
    errors = {"required": lacks}
    return WrittenText(label=label, max_length=most, widget=widget, error_messages=errors)


class DueDateForm(forms.Form):
    nature = forms.ChoiceField(
        label="时限",
        choices=[(Nature.DATED, "填写新的完成时限"), (Nature.ONGOING, "取消时限，改为长期坚持")],
        initial=Nature.DATED,
        widget=forms.RadioSelect,
    )
    to_on = date_field("新的完成时限", required=False)
    wording = forms.CharField(
        label="时限表述或依据（可不填）",
        max_length=100,
        required=False,
        help_text="例如“2027年底前”，或作出要求的文件和文号。",
    )
    percent = forms.IntegerField(
        label="目前完成比例（%）",
        min_value=0,
        max_value=100,
        help_text="有时限的措施按完成比例与序时进度评定预警灯。",
        error_messages={"required": "请填写0到100的完成比例。"},
    )
    ground = _words("理由", "请写明调整时限的理由。")

    def __init__(self, data: object = None, *, measure: Measure, is_staff: bool) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        if not (is_staff and measure.is_dated):
            del self.fields["nature"]
        if measure.is_dated or not is_staff:
            del self.fields["percent"]
        self.fields["to_on"].initial = measure.due_on

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("nature") == Nature.ONGOING:
            values["to_on"] = None
        elif not values.get("to_on") and "to_on" not in self.errors:
            self.add_error("to_on", "请填写新的完成时限。")
        return values

    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "to_on": said["to_on"],
            "wording": said["wording"],
            "percent": said.get("percent"),
            "reason": said["ground"],
        }


class ClosingForm(TakesEvidence, forms.Form):
    completed_on = date_field("完成日期", "请填写完成日期。")
    result = _words("完成情况", "请写明完成情况。", rows=6, most=RESULT_MOST)
    evidence = EvidenceField(
        label="佐证材料",
        help_text=f"至少一份；可上传{ENDINGS}，每份不超过{settings.EVIDENCE_FILE_MB}MB，"
        f"最多{settings.EVIDENCE_PER_NOTE}份。",
    )

    def __init__(
        self, *args: Any, measure: Measure, on: date, kept: int = 0, **options: Any
    ) -> None:
        """`kept`: the number of files kept from an earlier attempt."""
        super().__init__(*args, **options)
        self.kept = kept
        self.fields["evidence"].required = not kept
        self.initial.setdefault("completed_on", on)
        if not measure.is_dated:
            day = self.fields["completed_on"]
            day.label = day_label_of(measure.nature)
            day.error_messages["required"] = f"请填写{day.label}。"

    def clean_evidence(self) -> list[Upload]:
        return self.evidence_beside(self.kept, lacks="请至少上传一份佐证材料。")


class DecisionForm(forms.Form):
    decision = forms.ChoiceField(
        label="审批意见",
        choices=[("agree", "同意"), ("refuse", "不同意")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择同意或不同意。"},
    )
    answer = WrittenText(
        label="说明",
        max_length=SHORT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "data-required-when": "decision=refuse"}),
        help_text="不同意时必填，申请人将看到。",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("decision") == "refuse":
            demand_words(self, "answer", "不同意须写明理由。")
        return values


class ReopenMeasureForm(forms.Form):
    ground = _words("理由", "请写明重新启动的理由。")
