"""The forms of filing periods: a new one of each kind, a later due date, a reason."""

from collections.abc import Container
from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from lib.forms import (
    FIRST_YEAR,
    LAST_YEAR,
    SHORT_REASON_MOST,
    day_field,
    filter_field,
    reason_field,
)
from lib.workdays import Calendar
from measures.choices import PeriodKind
from measures.models import Measure, Period
from measures.rules import periods as rule
from measures.rules.periods import Slice, Special, Year


class PeriodFilter(forms.Form):
    kind = filter_field("类别", PeriodKind.choices, "全部类别")
    year = forms.IntegerField(
        label="年份", required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR
    )


class PlanForm(forms.Form):
    opens_on = day_field("计划开始填报", "不填则为所涵盖时段的最后一天。")
    due_on = day_field(
        "报送截止", "不填则为时段终了后第5个工作日；填休息日的，顺延至下一个工作日。"
    )
    opens_by_itself = forms.BooleanField(
        label="到期自动开始",
        required=False,
        help_text="到计划日期自动布置填报任务；已过截止日的不自动开始。",
    )
    closes_by_itself = forms.BooleanField(
        label="到期自动关闭",
        required=False,
        help_text="过了关闭日期（截止后第10个工作日）自动关闭。",
    )

    past_is_meant = forms.BooleanField(label="截止日已过，仍然新建", required=False)

    PLAN = ("opens_on", "due_on", "opens_by_itself", "closes_by_itself")

    def __init__(self, data: object = None, *, on: date, calendar: Calendar) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.on, self.calendar = on, calendar
        self.is_past = False  # whether its due day has passed

    def plan(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.PLAN}

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        opens, due = cleaned.get("opens_on"), cleaned.get("due_on")
        if opens and due and opens > due:
            self.add_error("opens_on", "计划开始填报不得晚于报送截止。")
        return cleaned

    def _warn_of_past(self, covering: Slice | Special) -> None:
        """Ask for confirmation if its due day has passed: filings would be late at once."""
        wanted = self.cleaned_data["due_on"]
        due = rule.due_on(covering, self.calendar, wanted=wanted)
        self.is_past = due < self.on
        if self.is_past and not self.cleaned_data["past_is_meant"]:
            words = f"报送截止{due:%Y-%m-%d}已过，开始后即为逾期；请另填日期，或确认仍然新建。"
            self.add_error("due_on", words)


class SliceForm(PlanForm):
    year = forms.IntegerField(label="年份", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    number = forms.TypedChoiceField(label="时段", coerce=int)

    field_order = ("year", "number", *PlanForm.PLAN)

    def __init__(
        self,
        data: object = None,
        *,
        kind: PeriodKind,
        on: date,
        calendar: Calendar,
        taken: Container[date] = (),
    ) -> None:
        """`taken`: first days of the slices of this kind that have a period already."""
        super().__init__(data, on=on, calendar=calendar)
        self.part, self.taken = rule.SLICES[kind], taken
        # The slice that ended last, or the first after it without a period and not past due.
        usual = self.part.holding(on).previous
        while usual.starts_on in taken or rule.due_on(usual, calendar) < on:
            usual = usual.next
        self.fields["year"].initial = usual.year
        self.fields["number"].initial = usual.number
        self.fields["number"].choices = [  # type: ignore[attr-defined]
            (number, total if self.part is Year or name == total else f"{name}（累计：{total}）")
            for number, (name, total) in enumerate(
                zip(self.part.names, self.part.totals, strict=True), start=1
            )
        ]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        due = cleaned.get("due_on")
        if isinstance(due, date) and {"year", "number"} <= cleaned.keys():
            ends = self.covering.ends_on
            if due <= ends:
                self.add_error("due_on", f"报送截止须晚于{ends:%Y-%m-%d}时段终了。")
        if not self.errors and self.covering.starts_on not in self.taken:
            self._warn_of_past(self.covering)
        return cleaned

    @property
    def covering(self) -> Slice:
        return self.part(self.cleaned_data["year"], self.cleaned_data["number"])

    def said(self) -> dict[str, Any]:
        """Return what an action takes."""
        return self.plan() | {"covering": self.covering}


class SpecialForm(PlanForm):
    label = forms.CharField(
        label="名称",
        max_length=Period._meta.get_field("label").max_length,
        help_text="如：第一届中国国际进口博览会成果落实情况。",
    )
    reason = reason_field("专项事由")
    covers_from = day_field("涵盖起", required=True)
    covers_to = day_field("涵盖止", required=True)
    measures = forms.ModelMultipleChoiceField(
        Measure.objects.none(),
        label="涉及措施",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一项措施。"},
    )

    field_order = ("label", "reason", "covers_from", "covers_to", *PlanForm.PLAN, "measures")

    def __init__(
        self, data: object = None, *, on: date, calendar: Calendar, measures: QuerySet[Measure]
    ) -> None:
        super().__init__(data, on=on, calendar=calendar)
        self.fields["measures"].queryset = measures  # type: ignore[attr-defined]

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        first, last = cleaned.get("covers_from"), cleaned.get("covers_to")
        if isinstance(first, date) and isinstance(last, date) and first > last:
            self.add_error("covers_to", "涵盖止不得早于涵盖起。")
        if not self.errors:
            self._warn_of_past(self.covering)
        return cleaned

    @property
    def covering(self) -> Special:
        said = self.cleaned_data
        days = (said["covers_from"], said["covers_to"])
        return Special(said["label"], *days, said["reason"])

    def said(self) -> dict[str, Any]:
        measures = list(self.cleaned_data["measures"])
        return self.plan() | {"covering": self.covering, "measures": measures}


class ExtendForm(forms.Form):
    due_on = day_field("新的报送截止", "填休息日的，顺延至下一个工作日。", required=True)
    reason = reason_field("延期原因")


class ExtendFilingForm(ExtendForm):
    """The same on a page of its own."""

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        if not self.is_bound:
            self.fields["due_on"].widget.attrs["autofocus"] = True


class ClosePeriodForm(forms.Form):
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class AlternateForm(forms.Form):
    """The proposed measures, all ticked; those not proposed any more are refused."""

    measures = forms.MultipleChoiceField(
        label="措施",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一项措施。"},
    )

    def __init__(self, data: object = None, *, proposed: list[Measure]) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        self.proposed = {str(one.pk): one for one in proposed}
        field = self.fields["measures"]
        field.choices = [  # type: ignore[attr-defined]
            (pk, f"{one}（{one.alternate_grounds}）") for pk, one in self.proposed.items()
        ]
        field.initial = list(self.proposed)

    def said(self) -> dict[str, Any]:
        return {"measures": [self.proposed[pk] for pk in self.cleaned_data["measures"]]}


class EndAlternateForm(forms.Form):
    reason = reason_field("恢复逐期填报的原因")


class AskShortNoticeForm(forms.Form):
    reason = reason_field("为什么来不及")


class DecideShortNoticeForm(forms.Form):
    agrees = forms.TypedChoiceField(
        label="决定",
        choices=[("yes", "同意"), ("no", "不同意")],
        widget=forms.RadioSelect,
        coerce=lambda said: said == "yes",
        error_messages={"required": "请选择同意或者不同意。"},
    )
    note = forms.CharField(
        label="意见",
        required=False,
        max_length=SHORT_REASON_MOST,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="不同意的，须写明。",
    )


class ReopenPeriodForm(forms.Form):
    reason = reason_field("重新开放原因")
