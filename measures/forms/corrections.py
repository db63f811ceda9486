"""What is typed about a filing beside its notes."""

from django import forms

from measures.models.filing import REASON_MOST, SHORT_MOST


class GroundForm(forms.Form):
    """A reason for one step. `name` keeps its ids apart from those of other such forms."""

    ground = forms.CharField(
        label="理由",
        max_length=REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明理由。"},
    )

    def __init__(self, data: object = None, *, name: str) -> None:
        super().__init__(data, auto_id=f"{name}_%s")  # type: ignore[arg-type]


class RemarkForm(forms.Form):
    """A question on a filing, or its answer."""

    text = forms.CharField(
        label="留言",
        max_length=SHORT_MOST,
        widget=forms.Textarea(attrs={"rows": 3, "data-count": ""}),
        error_messages={"required": "请填写留言。"},
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data, auto_id="remark_%s")  # type: ignore[arg-type]
