"""Forms for staff: milestones."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms

from agencies.models import Agency
from lib.forms import ask_once
from measures.fields import ReasonForm, date_field, text_area, text_line
from measures.models import Measure, Milestone

NOBODY = ("", "不指定")


def named(agencies: Iterable[Agency]) -> list[tuple[int | str, str]]:
    """Return agencies as choices with today's names, after an empty choice."""
    return [NOBODY, *((a.pk, getattr(a, "name_then", "") or str(a)) for a in agencies)]


class MilestoneForm(forms.Form):
    title = text_line("节点内容", "请写明到期要办成什么。", most=100)
    due_on = date_field("计划完成日期", "请填写计划完成日期。")
    agency = forms.TypedChoiceField(label="责任单位", coerce=int, empty_value=None, required=False)
    planned_percent = forms.IntegerField(
        label="计划进度（%）",
        min_value=0,
        max_value=100,
        required=False,
        help_text="到这一天应完成的比例，随日期递增；填写后代替按时间计算的序时进度。",
    )
    source = text_line(
        "来源", "请写明节点的来源。", most=200, help_text="例如工作方案或会议纪要的名称和文号。"
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
        """`on`: today, if a past day needs a confirmation."""
        initial = {}
        if milestone is not None:
            names = ("title", "due_on", "planned_percent", "source", "remark")
            initial = {name: getattr(milestone, name) for name in names}
            initial["agency"] = milestone.agency_id or ""
        super().__init__(data, auto_id="milestone_%s", initial=initial)  # type: ignore[arg-type]
        self.agencies = {agency.pk: agency for agency in agencies}
        self.fields["agency"].choices = named(self.agencies.values())  # type: ignore[attr-defined]
        if not measure.is_dated:
            del self.fields["planned_percent"]
        self.starts_on, self.on = measure.starts_on, on

    def clean(self) -> dict[str, Any]:
        """Ask once to confirm a past day, because such a milestone is late from the start."""
        said = super().clean() or {}
        due = said.get("due_on")
        is_past = self.on is not None and due is not None and self.starts_on <= due < self.on
        doubt = "计划完成日期已过，设定后即显示为逾期。" if is_past else ""
        ask_once(self, doubt, "确认日期无误")
        return said

    def said(self) -> dict[str, object]:
        values = {"planned_percent": None, **self.cleaned_data}
        return values | {"agency": self.agencies.get(values["agency"])}


class MilestoneChangeForm(MilestoneForm):
    ground = text_area(
        "调整理由", "请写明调整节点的理由。", help_text="随调整一起留存；原来的内容和日期仍可查看。"
    )

    def said(self) -> dict[str, object]:
        values = super().said()
        return values | {"reason": values.pop("ground")}


class DoneForm(forms.Form):
    done_on = date_field("实际完成日期", "请填写实际完成日期。", help_text="不晚于今日。")
    proof = text_line(
        "完成依据", "请写明完成的依据。", most=200, help_text="例如验收报告、印发文件的名称和文号。"
    )

    def __init__(self, data: object = None, *, on: date) -> None:
        super().__init__(data, auto_id="done_%s", initial={"done_on": on})  # type: ignore[arg-type]

    def said(self) -> dict[str, Any]:
        return {"done_on": self.cleaned_data["done_on"], "source": self.cleaned_data["proof"]}


class UndoForm(ReasonForm):
    ground = text_area("撤销理由", "请写明撤销完成登记的理由。")


class RemoveForm(ReasonForm):
    ground = text_area("删除理由", "请写明删除的理由。")
