"""Asking for a report."""

from django import forms

from measures.models import Period
from reports.choices import ReportKind


class RequestForm(forms.Form):
    """Which kind, for which period; the newest period is chosen beforehand."""

    kind = forms.ChoiceField(label="类别", choices=ReportKind)
    period = forms.ModelChoiceField(
        Period.objects.none(),
        label="填报期",
        empty_label=None,
        help_text="已关闭的按关闭当日留存的情况汇总，填报中的按当前情况汇总。",
        error_messages={"invalid_choice": "没有这个已开始的填报期，请重新选择。"},
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.fields["period"].queryset = Period.objects.opened().main().newest_first()  # type: ignore[attr-defined]
        self.fields["period"].label_from_instance = _label  # type: ignore[attr-defined]


def _label(period: Period) -> str:
    return f"{period}（{period.state_choice.label}）"
