"""The form for a new filing period."""

from datetime import date, timedelta

from django import forms

from measures.rules.periods import CUMULATIVE, SLICES, Quarter, quarter_of

A_YEAR = timedelta(days=365)


class PeriodForm(forms.Form):
    """A quarter of a year, and a due date where it is not the usual one."""

    year = forms.IntegerField(label="年份", min_value=2018, max_value=2099)
    quarter = forms.TypedChoiceField(
        label="季度",
        coerce=int,
        choices=[
            (n, slice_ if slice_ == total else f"{slice_}（累计：{total}）")
            for n, (slice_, total) in enumerate(zip(SLICES, CUMULATIVE, strict=True), start=1)
        ],
    )
    due_on = forms.DateField(
        label="报送截止",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="不填则为季度终了后第5个工作日。",
    )

    def __init__(self, data: object = None, *, on: date) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        usual = quarter_of(on).previous
        self.fields["year"].initial = usual.year
        self.fields["quarter"].initial = usual.number

    def clean(self) -> dict[str, object]:
        """A period is due after it has ended."""
        cleaned = super().clean() or {}
        due = cleaned.get("due_on")
        if due and {"year", "quarter"} <= cleaned.keys() and due <= self.slice_.ends_on:
            self.add_error("due_on", f"报送截止须晚于{self.slice_.ends_on:%Y-%m-%d}季度终了。")
        elif due and {"year", "quarter"} <= cleaned.keys() and due > self.slice_.ends_on + A_YEAR:
            self.add_error("due_on", "报送截止不能晚于季度终了后一年。")
        return cleaned

    @property
    def slice_(self) -> Quarter:
        """The quarter chosen."""
        return Quarter(self.cleaned_data["year"], self.cleaned_data["quarter"])
