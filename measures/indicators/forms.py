"""Forms for staff: indicators, their baselines, targets and values."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from agencies.models import Agency
from lib.forms import ask_once, tick_field
from measures.choices import Direction
from measures.fields import date_field, text_area, text_line, value_field
from measures.indicators.milestone_forms import named
from measures.models import Indicator, IndicatorTarget
from measures.models.limits import MOST_DECIMALS, WORDS_MOST
from measures.rules.figures import doubt_about

NAMES = ("name", "unit", "decimals", "direction", "is_cumulative", "meaning", "asked_since")


class IndicatorForm(forms.Form):
    name = text_line("指标名称", "请填写指标名称。", most=60)
    direction = forms.ChoiceField(label="方向", choices=Direction.choices)
    unit = text_line(
        "单位", most=20, required=False, help_text="例如小时、万吨、亿元；“实现与否”的指标不填。"
    )
    decimals = forms.IntegerField(label="小数位数", min_value=0, max_value=MOST_DECIMALS, initial=0)
    is_cumulative = tick_field("按年累计", "自每年1月1日起累计的数，与上年同期比较。")
    meaning = text_area("口径说明（可不填）", most=WORDS_MOST, required=False)
    reporter = forms.TypedChoiceField(
        label="填报单位",
        coerce=int,
        empty_value=None,
        required=False,
        help_text="指定后，该单位随进展填报；不指定的由市商务委登记。",
    )
    asked_since = date_field(
        "起报日期", required=False, help_text="截止日不早于这一天的填报期起填报。"
    )

    def __init__(
        self,
        data: object = None,
        *,
        agencies: Iterable[Agency],
        on: date,
        indicator: Indicator | None = None,
    ) -> None:
        initial: dict[str, object] = {"asked_since": on}
        if indicator is not None:
            initial = {name: getattr(indicator, name) for name in NAMES}
            initial["reporter"] = indicator.reporter_id or ""
        super().__init__(data, auto_id="indicator_%s", initial=initial)  # type: ignore[arg-type]
        self.agencies = {agency.pk: agency for agency in agencies}
        self.fields["reporter"].choices = named(self.agencies.values())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        values = super().clean() or {}
        if values.get("reporter") and not values.get("asked_since"):
            self.add_error("asked_since", "指定填报单位后，请填写起报日期。")
        if values.get("direction") != Direction.REACH and not values.get("unit"):
            self.add_error("unit", "请填写单位；只看实现与否的，方向请选“实现与否”。")
        if values.get("is_cumulative") and values.get("direction") != Direction.UP:
            self.add_error("is_cumulative", "按年累计的指标只能是越高越好。")
        return values

    def said(self) -> dict[str, Any]:
        """Return the arguments of an action; a yes/no indicator has neither unit nor decimals."""
        values = dict(self.cleaned_data)
        reason = {"reason": values.pop("ground")} if "ground" in values else {}
        values["reporter"] = self.agencies.get(values["reporter"])
        if values["reporter"] is None:
            values["asked_since"] = None
        if values["direction"] == Direction.REACH:
            values |= {"unit": "", "decimals": 0}
        return {"said": values} | reason


class IndicatorChangeForm(IndicatorForm):
    ground = text_area("调整理由", "请写明调整指标的理由。")


class _NumberForm(forms.Form):
    """Base of the forms of values, baselines and targets."""

    def said(self) -> dict[str, Any]:
        """Return the arguments of an action."""
        said = {"value": None, **self.cleaned_data}
        return said | ({"reason": said.pop("ground")} if "ground" in said else {})


class ValueForm(_NumberForm):
    as_of = date_field("截至日期", "请填写数值截至哪一天。", help_text="不晚于今日。")
    source = text_line(
        "来源", "请写明数值的来源。", most=WORDS_MOST, help_text="例如统计报表、来函的名称和日期。"
    )
    ground = text_line(
        "更正理由（更正时填写）",
        most=300,
        required=False,
        help_text="这一天已有数值的，按更正办理，原值保留可查。",
    )
    field_order = ("as_of", "value", "source", "ground")

    def __init__(
        self,
        data: object = None,
        *,
        indicator: Indicator,
        stands: Sequence[tuple[date, Decimal]] = (),
    ) -> None:
        """`stands`: the current values with their days."""
        super().__init__(data, auto_id="value_%s")  # type: ignore[arg-type]
        self.fields["value"] = value_field(indicator, required=True)
        self.order_fields(self.field_order)
        self.stands, self.is_cumulative = stands, indicator.is_cumulative

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if {"as_of", "value"} <= said.keys():
            doubt = doubt_about(
                said["value"], said["as_of"], self.stands, is_cumulative=self.is_cumulative
            )
            ask_once(self, doubt, "确认数值无误")
        return said


class BaselineForm(_NumberForm):
    on = date_field("基线日期", "请填写基线日期。")
    source = text_line("基线来源", "请写明基线的来源，没有来源的保持待定。", most=WORDS_MOST)
    ground = forms.CharField(label="更改理由（更改时填写）", max_length=300, required=False)
    field_order = ("value", "on", "source", "ground")

    def __init__(self, data: object = None, *, indicator: Indicator) -> None:
        names = {"on": "baseline_on", "source": "baseline_source"}
        initial = {name: getattr(indicator, field) for name, field in names.items()}
        super().__init__(data, auto_id="baseline_%s", initial=initial)  # type: ignore[arg-type]
        self.fields["value"] = value_field(
            indicator,
            label=f"基线值（{indicator.unit}）",
            required=True,
            initial=indicator.baseline_value,
        )
        self.order_fields(self.field_order)


class TargetForm(_NumberForm):
    """A target by a day; one that is a share of the baseline has no value field."""

    due_on = date_field("目标日期", required=False, help_text="不清楚的留空，显示为待定。")
    basis = text_line("目标依据", "请写明目标的依据。", most=WORDS_MOST)
    field_order = ("due_on", "value", "basis", "ground")

    def __init__(
        self, data: object = None, *, indicator: Indicator, target: IndicatorTarget | None = None
    ) -> None:
        initial = {"due_on": target.due_on, "basis": target.basis} if target else {}
        super().__init__(data, auto_id="target_%s", initial=initial)  # type: ignore[arg-type]
        if target is None or target.share_of is None:
            unit = f"（{indicator.unit}）" if indicator.unit else ""
            own = target.value if target else None
            self.fields["value"] = value_field(
                indicator, label=f"目标值{unit}", required=True, initial=own
            )
        if target is not None:
            self.fields["ground"] = text_area("调整理由", "请写明调整目标的理由。")
        self.order_fields(self.field_order)
