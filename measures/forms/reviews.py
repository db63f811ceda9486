"""What a reviewer types."""

from typing import Any

from django import forms

from measures.choices import SETTABLE_STAGES
from measures.models import Measure
from measures.models.filing import SHORT_MOST
from measures.queue import BY_MEASURE, OLDEST, Filters

KEEP, UPDATE = "keep", "update"


class AcceptForm(forms.Form):
    """Accept a note and, in the same step, say how far the measure has got."""

    comment = forms.CharField(
        label="审核意见（可不填）",
        required=False,
        max_length=SHORT_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    status = forms.ChoiceField(
        label="措施进度",
        choices=[(KEEP, "保持不变"), (UPDATE, "更新进度")],
        initial=KEEP,
        widget=forms.RadioSelect,
    )
    stage = forms.ChoiceField(
        label="进度", choices=[(s.value, s.label) for s in SETTABLE_STAGES], required=False
    )
    percent = forms.IntegerField(label="完成比例（%）", min_value=0, max_value=100, required=False)
    reason = forms.CharField(
        label="变化与依据",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="更新进度时必填，将随进度一起留存。",
    )

    def __init__(self, data: Any = None, *, measure: Measure) -> None:
        super().__init__(data, auto_id="accept_%s")
        self.fields["stage"].initial = measure.stage
        self.fields["percent"].initial = measure.percent
        if not measure.is_dated:
            del self.fields["percent"]

    @property
    def updates_status(self) -> bool:
        """Whether the reviewer chose to set the status too."""
        return bool(self.cleaned_data["status"] == UPDATE)

    def clean(self) -> dict[str, object]:
        """A new status needs a stage and a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("status") == UPDATE:
            if not cleaned.get("stage"):
                self.add_error("stage", "请选择进度。")
            if not str(cleaned.get("reason", "")).strip() and "reason" not in self.errors:
                self.add_error("reason", "更新进度须写明变化与依据。")
            if "percent" in self.fields and cleaned.get("percent") is None:
                self.add_error("percent", "请填写0到100的完成比例。")
        return cleaned


class ReturnForm(forms.Form):
    """Return a note to whom it came from."""

    comment = forms.CharField(
        label="退回意见",
        max_length=SHORT_MOST,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "退回时须填写意见，填报人据此补正。"},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="return_%s")


class QueueFilter(forms.Form):
    """What the address says about the queue; words it does not know are passed over."""

    period = forms.IntegerField(required=False)
    section = forms.IntegerField(required=False)
    agency = forms.IntegerField(required=False)
    lead = forms.BooleanField(required=False)
    unchanged = forms.BooleanField(required=False)
    doubtful = forms.BooleanField(required=False)
    overdue = forms.BooleanField(required=False)
    sort = forms.ChoiceField(choices=[(OLDEST, "先报先审"), (BY_MEASURE, "按措施")], required=False)

    @property
    def filters(self) -> Filters:
        """The filters that are set."""
        self.full_clean()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})


class DecidedFilter(forms.Form):
    """What the address says about the decisions."""

    period = forms.IntegerField(required=False)
    reviewer = forms.IntegerField(required=False)

    @property
    def wanted(self) -> tuple[int | None, int | None]:
        """The period and the reviewer asked for; None where nothing was said."""
        self.full_clean()
        return self.cleaned_data.get("period"), self.cleaned_data.get("reviewer")
