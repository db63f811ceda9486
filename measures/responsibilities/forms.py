"""Forms for staff: changing who is responsible."""

from datetime import date
from typing import Any

from django import forms

from agencies.models import Agency
from agencies.models.agency import grouped_by_kind
from measures.choices import ResponsibilityRole
from measures.fields import date_field, text_area
from measures.models import Responsibility

ANY_DAY = "可填以后的日期，到日自动生效，此前可以撤销。"


class ResponsibilityChangeForm(forms.Form):
    role = forms.ChoiceField(
        label="责任",
        choices=[(role.value, f"{role.mark} {role.label}") for role in ResponsibilityRole],
        help_text="指定新的牵头单位后，原牵头单位转为责任单位。",
    )
    duty = forms.CharField(label="分工（可不填）", max_length=200, required=False)
    since = date_field("自哪一天起", "请填写从哪一天起。", help_text=ANY_DAY)
    ground = text_area(
        "理由", "请写明变更责任的理由。", help_text="随变更一起留存，例如调整依据的文件和文号。"
    )

    def __init__(self, data: object = None, *, on: date, row: Responsibility | None = None) -> None:
        role, duty = (row.role, row.duty) if row else (ResponsibilityRole.RESPONSIBLE, "")
        initial = {"since": on, "role": role, "duty": duty}
        super().__init__(data, auto_id="change_%s", initial=initial)  # type: ignore[arg-type]

    def said(self) -> dict[str, Any]:
        """Return the arguments of an action."""
        said = dict(self.cleaned_data)
        return said | {"role": ResponsibilityRole(said["role"]), "reason": said.pop("ground")}


class ResponsibilityAddForm(ResponsibilityChangeForm):
    agency = forms.TypedChoiceField(
        label="单位",
        coerce=int,
        error_messages={"required": "请选择单位或区县。"},
    )
    field_order = ["agency", "role", "duty", "since", "ground"]

    def __init__(self, data: object = None, *, on: date, agencies: list[Agency]) -> None:
        super().__init__(data, on=on)
        self.agencies = {agency.pk: agency for agency in agencies}
        self.fields["agency"].choices = [("", "请选择"), *grouped_by_kind(agencies)]  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        return super().said() | {"agency": self.agencies[self.cleaned_data["agency"]]}


class ResponsibilityEndForm(forms.Form):
    since = date_field("自哪一天起不再承担", "请填写从哪一天起。", help_text=ANY_DAY)
    ground = text_area("理由", "请写明终止责任的理由。")

    def __init__(self, data: object = None, *, on: date) -> None:
        super().__init__(data, auto_id="end_%s", initial={"since": on})  # type: ignore[arg-type]

    def said(self) -> dict[str, Any]:
        return {"since": self.cleaned_data["since"], "reason": self.cleaned_data["ground"]}
