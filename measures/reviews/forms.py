"""What a reviewer types."""

from typing import Any

from django import forms

from measures.fields import text_area
from measures.models.limits import SHORT_MOST
from measures.reviews.queue import BY_MEASURE, OLDEST, Filters
from measures.status.page import StatusDesk
from measures.status.update_form import StatusForm

KEEP, UPDATE = "keep", "update"
STATUS_FIELDS = {"stage", "percent", "reason"}


class AcceptForm(StatusForm):
    comment = text_area("审核意见（可不填）", most=SHORT_MOST, required=False)
    status = forms.ChoiceField(
        label="措施进度",
        choices=[(KEEP, "保持不变"), (UPDATE, "更新进度")],
        initial=KEEP,
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, desk: StatusDesk) -> None:
        super().__init__(data, desk=desk, auto_id="accept_%s")
        if "notes" in self.fields:
            self.fields["notes"].help_text = "正在审核的这一版通过后自动列为依据，可另选其他进展。"
        if data is None or data.get("status") != UPDATE:
            for field in STATUS_FIELDS & set(self.fields):
                self.fields[field].required = False

    @property
    def is_wanted(self) -> bool:
        return bool(self.cleaned_data.get("status") == UPDATE)

    def said(self) -> dict[str, Any]:
        words = {"comment": self.cleaned_data["comment"]}
        if not self.is_wanted:
            return words
        said = super().said()
        said["seen_status"] = said.pop("seen")
        return words | said


class ReturnForm(forms.Form):
    comment = text_area("退回意见", "退回时须填写意见，填报人据此补正。", rows=3, most=SHORT_MOST)

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
        self.full_clean()
        return Filters(**{name: value for name, value in self.cleaned_data.items() if value})


class DecidedFilter(forms.Form):
    period = forms.IntegerField(required=False)
    reviewer = forms.IntegerField(required=False)

    @property
    def wanted(self) -> tuple[int | None, int | None]:
        self.full_clean()
        return self.cleaned_data.get("period"), self.cleaned_data.get("reviewer")
