"""Milestones as staff enter them."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from agencies.models import Agency
from lib.forms import ask_once
from measures.models import Measure, Milestone
from measures.models.limits import REASON_MOST

NOBODY = ("", "不指定")


def day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def reason_field(label: str, lacks: str, help_text: str = "") -> forms.CharField:
    """Why, in one or two lines; kept with the change. Named apart from the fields of the thing."""
    return forms.CharField(
        label=label,
        max_length=REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=help_text,
        error_messages={"required": lacks},
    )


def named(agencies: Iterable[Agency]) -> list[tuple[int | str, str]]:
    """Agencies as choices under today's names, after the one that leaves it open."""
    return [NOBODY, *((a.pk, getattr(a, "name_then", "") or str(a)) for a in agencies)]


class MilestoneForm(forms.Form):
    title = forms.CharField(
        label="节点内容", max_length=100, error_messages={"required": "请写明到期要办成什么。"}
    )
    due_on = forms.DateField(
        label="计划完成日期",
        widget=day_input(),
        error_messages={"required": "请填写计划完成日期。"},
    )
    agency = forms.TypedChoiceField(label="责任单位", coerce=int, empty_value=None, required=False)
    planned_percent = forms.IntegerField(
        label="计划进度（%）",
        min_value=0,
        max_value=100,
        required=False,
        help_text="到这一天应完成的比例，随日期递增；填写后代替按时间计算的序时进度。",
    )
    source = forms.CharField(
        label="来源",
        max_length=200,
        help_text="例如工作方案或会议纪要的名称和文号。",
        error_messages={"required": "请写明节点的来源。"},
    )
    remark = forms.CharField(label="备注（可不填）", max_length=300, required=False)

    def __init__(
        self,
        data: object = None,
        *,
        measure: Measure,
        agencies: Iterable[Agency],
        milestone: Milestone | None = None,
        on: date | None = None,
    ) -> None:
        """`on`: today, where a day that has passed is to be asked about."""
        initial = {}
        if milestone is not None:
            names = ("title", "due_on", "planned_percent", "source", "remark")
            initial = {name: getattr(milestone, name) for name in names}
            initial["agency"] = milestone.agency_id or ""
        super().__init__(data, auto_id="milestone_%s", initial=initial)  # type: ignore[arg-type]
        self.agencies = {agency.pk: agency for agency in agencies}
        choices = [
            NOBODY,
            *((a.pk, getattr(a, "name_then", "") or str(a)) for a in self.agencies.values()),
        ]
        self.fields["agency"].choices = choices  # type: ignore[attr-defined]
        if not measure.is_dated:
            del self.fields["planned_percent"]
        self.starts_on, self.on = measure.starts_on, on

    def clean(self) -> dict[str, Any]:
        """A day that has passed is asked about once: from the start the milestone is late."""
        said = super().clean() or {}
        due = said.get("due_on")
        is_past = self.on is not None and due is not None and self.starts_on <= due < self.on
        doubt = "计划完成日期已过，设定后即显示为逾期。" if is_past else ""
        ask_once(self, doubt, "确认日期无误")
        return said

    def said(self) -> dict[str, object]:
        values = {"planned_percent": None, **self.cleaned_data}
        values.pop("ground", None)
        return values | {"agency": self.agencies.get(values["agency"])}


class MilestoneChangeForm(MilestoneForm):
    ground = reason_field(
        "调整理由", "请写明调整节点的理由。", "随调整一起留存；原来的内容和日期仍可查看。"
    )


class DoneForm(forms.Form):
    done_on = forms.DateField(
        label="实际完成日期",
        widget=day_input(),
        help_text="不晚于今日。",
        error_messages={"required": "请填写实际完成日期。"},
    )
    proof = forms.CharField(
        label="完成依据",
        max_length=200,
        help_text="例如验收报告、印发文件的名称和文号。",
        error_messages={"required": "请写明完成的依据。"},
    )

    def __init__(self, data: object = None, *, on: date) -> None:
        super().__init__(data, auto_id="done_%s", initial={"done_on": on})  # type: ignore[arg-type]


class UndoForm(forms.Form):
    ground = reason_field("撤销理由", "请写明撤销完成登记的理由。")


class RemoveForm(forms.Form):
    ground = reason_field("删除理由", "请写明删除的理由。")
