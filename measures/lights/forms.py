"""Forms for lights set by hand, and for the thresholds with their first day."""

from decimal import Decimal
from typing import Any

from django import forms

from lib.forms import day_field, reason_field
from measures.choices import SETTABLE_LIGHTS
from measures.models import LightThresholds
from measures.rules.thresholds import BOUNDS, Thresholds

LABELS = {
    field.name: str(field.verbose_name)
    for field in LightThresholds._meta.concrete_fields
    if field.name in BOUNDS
}
TENTH = Decimal("0.1")
HELP = {
    "late_workdays": "其他责任单位有到期未报的，超过这么多个工作日为黄灯。",
    "lead_workdays": "牵头单位欠报一期为黄灯，超过这么多个工作日为红灯。",
    "lead_debts": "牵头单位欠报达到这么多期，不论多久，为红灯。",
    "gap_yellow": "实际进度低于序时进度或节点计划，达到这么多个百分点为黄灯。",
    "gap_red": "超过这么多个百分点为红灯，正好等于仍为黄灯。",
    "due_soon_workdays": "有时限的措施，这么多个工作日内到期而未完成为黄灯。",
    "milestone_workdays": "节点逾期未完成为黄灯，超过这么多个工作日为红灯。",
    "worse_percent": "指标最新数值朝相反方向变动，幅度超过百分之这么多为黄灯。",
    "stale_days": "指标超过这么多天没有新数据为黄灯。",
    "moved_periods": "时限推迟过的措施，完成比例在这么多个到期的填报期里没有提高为黄灯。",
    "unmoved_periods": "有时限的措施，完成比例在这么多个到期的填报期里没有提高为黄灯。",
    "override_days": "人工认定从申请之日起最长几天。",
    "alternate_periods": "连续这么多期无新进展、均已通过、关闭时为绿灯的措施可以隔期填报。",
}


class OverrideForm(forms.Form):
    light = forms.ChoiceField(
        label="认定为",
        choices=[(light.value, f"{light.shape} {light.label}") for light in SETTABLE_LIGHTS],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择认定为哪种灯。"},
    )
    reason = reason_field("理由")
    ends_on = day_field("截止日", required=True)


class OverrideEndForm(forms.Form):
    reason = reason_field("提前结束的理由")


class ThresholdsForm(forms.Form):
    """A whole set of thresholds; the initial values are the effective ones."""

    valid_from = day_field(
        "起始日期", "从今天或以后起用；过去的日子仍按当时的参数。", required=True
    )
    reason = reason_field("理由")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for column in LightThresholds._meta.concrete_fields:
            if column.name in BOUNDS:
                least, most = BOUNDS[column.name]
                words = f"{HELP[column.name]}{least}至{most}。"
                field = column.formfield(min_value=least, max_value=most, help_text=words)
                assert field is not None  # every threshold has a field
                self.fields[column.name] = field
        self.order_fields(BOUNDS)

    def clean(self) -> dict[str, Any]:
        """Require a smaller gap for yellow than for red."""
        cleaned = super().clean() or {}
        yellow, red = cleaned.get("gap_yellow"), cleaned.get("gap_red")
        if isinstance(yellow, Decimal) and isinstance(red, Decimal) and yellow >= red:
            self.add_error("gap_red", "红灯的落后点数须大于黄灯的落后点数。")
        return cleaned

    def said(self) -> dict[str, Any]:
        """Return the arguments of the action."""
        said = {name: self.cleaned_data[name] for name in ("valid_from", "reason")}
        return said | {"values": self.values}

    @property
    def values(self) -> Thresholds:
        """The typed set, with decimals rounded to one place as stored."""
        said: dict[str, Any] = {name: self.cleaned_data[name] for name in Thresholds._fields}
        points = {name: n.quantize(TENTH) for name, n in said.items() if isinstance(n, Decimal)}
        return Thresholds(**(said | points))
