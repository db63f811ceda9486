"""What is typed into an objection and its answer."""

from django import forms

from measures.choices import ObjectionState
from measures.fields import text_area
from measures.models.limits import SHORT_MOST

DECISIONS = (ObjectionState.UPHELD, ObjectionState.DISMISSED)


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
