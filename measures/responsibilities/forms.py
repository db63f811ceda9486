"""Who is to be responsible, as staff enter it."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby

from django import forms

from agencies.choices import AgencyKind
from agencies.models import Agency
from measures.choices import ResponsibilityRole
from measures.models import Responsibility
from measures.models.limits import REASON_MOST


class ResponsibilityChangeForm(forms.Form):
    role = forms.ChoiceField(
        label="责任",
        choices=[(role.value, f"{role.mark} {role.label}") for role in ResponsibilityRole],
        help_text="指定新的牵头单位后，原牵头单位转为责任单位。",
    )
    duty = forms.CharField(label="分工（可不填）", max_length=200, required=False)
    since = forms.DateField(
        label="自哪一天起",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="不晚于今日。",
        error_messages={"required": "请填写从哪一天起。"},
    )
    ground = forms.CharField(
        label="理由",
        max_length=REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="随变更一起留存，例如调整依据的文件和文号。",
        error_messages={"required": "请写明变更责任的理由。"},
    )

    def __init__(self, data: object = None, *, on: date, row: Responsibility | None = None) -> None:
        super().__init__(data, auto_id="change_%s")  # type: ignore[arg-type]
        self.fields["since"].initial = on
        self.fields["role"].initial = row.role if row else ResponsibilityRole.RESPONSIBLE
        self.fields["duty"].initial = row.duty if row else ""


class ResponsibilityAddForm(ResponsibilityChangeForm):
    agency = forms.TypedChoiceField(
        label="单位",
        coerce=int,
        error_messages={"required": "请选择单位或区县。"},
    )
    field_order = ["agency", "role", "duty", "since", "ground"]

    def __init__(self, data: object = None, *, on: date, agencies: Iterable[Agency]) -> None:
        super().__init__(data, on=on)
        self.fields["agency"].choices = [("", "请选择"), *_grouped(agencies)]  # type: ignore[attr-defined]


class ResponsibilityEndForm(forms.Form):
    since = forms.DateField(
        label="自哪一天起不再承担",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="不晚于今日。",
        error_messages={"required": "请填写从哪一天起。"},
    )
    ground = forms.CharField(
        label="理由",
        max_length=REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明终止责任的理由。"},
    )

    def __init__(self, data: object = None, *, on: date) -> None:
        super().__init__(data, auto_id="end_%s")  # type: ignore[arg-type]
        self.fields["since"].initial = on


def _grouped(agencies: Iterable[Agency]) -> list[tuple[str, list[tuple[int, str]]]]:
    """By kind, both in protocol order."""
    kinds = list(AgencyKind.values)
    rows = sorted(agencies, key=lambda agency: (kinds.index(agency.kind), agency.order))
    return [
        (AgencyKind(kind).label, [(agency.pk, agency.name_then) for agency in group])
        for kind, group in groupby(rows, key=lambda agency: agency.kind)
    ]
