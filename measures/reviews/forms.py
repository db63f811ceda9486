"""Forms for reviews, steps after them, objections and remarks; and the queue's filters."""

from typing import Any

from django import forms

from lib.forms import SharedFields
from measures.choices import ObjectionState
from measures.fields import ReasonForm, text_area
from measures.models import StatusUpdate
from measures.models.limits import SHORT_MOST
from measures.reviews.queue import BY_MEASURE, OLDEST, Filters
from measures.status.actions import can_be_undone
from measures.status.page import StatusDesk
from measures.status.update_form import StatusForm

KEEP, UPDATE = "keep", "update"
DECISIONS = (ObjectionState.UPHELD, ObjectionState.DISMISSED)


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
        if self.errors:
            self.fields["comment"].widget.attrs["autofocus"] = True


class UnacceptForm(ReasonForm):
    restores_status = forms.BooleanField(required=False)

    def __init__(self, data: object = None, *, name: str, ground: StatusUpdate | None) -> None:
        super().__init__(data, name=name)
        if ground is None or not can_be_undone(ground):
            del self.fields["restores_status"]
        else:
            words = f"现在的进度是依据这一版定的，一并恢复此前的“{ground.words_before}”"
            self.fields["restores_status"].label = words


class RemarkForm(forms.Form):
    text = text_area("留言内容", "请填写留言。", rows=3, most=SHORT_MOST)

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="remark_%s")  # type: ignore[arg-type]


class ObjectionForm(forms.Form):
    text = text_area(
        "异议内容",
        "须写明异议内容。",
        rows=5,
        most=SHORT_MOST,
        help_text="请写明事实和依据，市商务委据此在5个工作日内答复。",
    )


class AnswerForm(forms.Form):
    decision = forms.ChoiceField(
        label="处理意见",
        choices=[(state.value, state.label) for state in DECISIONS],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择异议是否成立。"},
    )
    answer = text_area("答复", "办理异议须写明答复。", rows=4, most=SHORT_MOST)

    @property
    def is_upheld(self) -> bool:
        return bool(self.cleaned_data["decision"] == ObjectionState.UPHELD)


class QueueFilter(forms.Form):
    """The queue's filters in the URL; unknown values are ignored."""

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


QueueFilter.base_fields = SharedFields(QueueFilter.base_fields)


class DecidedFilter(forms.Form):
    period = forms.IntegerField(required=False)
    reviewer = forms.IntegerField(required=False)

    @property
    def wanted(self) -> tuple[int | None, int | None]:
        self.full_clean()
        return self.cleaned_data.get("period"), self.cleaned_data.get("reviewer")
