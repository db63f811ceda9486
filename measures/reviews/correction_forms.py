"""What is typed about a filing beside its notes."""

from django import forms

from measures.fields import ReasonForm, text_area
from measures.models import StatusUpdate
from measures.models.limits import SHORT_MOST
from measures.status.basis import can_be_undone


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
