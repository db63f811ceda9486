"""The forms of the working-day calendar: a year, one day, a list."""

import datetime

from django import forms

from lib.forms import FIRST_YEAR, LAST_YEAR, day_field
from measures.models import Workday
from measures.rules.calendar_list import COLUMNS, Day, read_days

BYTES_MOST = 64 * 1024
_SOURCE_MOST = Workday._meta.get_field("source").max_length
_NAME_MOST = Workday._meta.get_field("name").max_length


class YearForm(forms.Form):
    year = forms.IntegerField(label="年份", min_value=FIRST_YEAR, max_value=LAST_YEAR)


class DayForm(forms.Form):
    date = day_field("日期", required=True)
    is_workday = forms.TypedChoiceField(
        label="这一天",
        choices=[("0", "休息"), ("1", "上班")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        initial="0",
    )
    name = forms.CharField(
        label="名称", required=False, max_length=_NAME_MOST, help_text="如：国庆节、国庆节调休。"
    )
    source = forms.CharField(
        label="依据", max_length=_SOURCE_MOST, help_text="写明通知的文号或名称。"
    )

    def clean_date(self) -> datetime.date:
        day = self.cleaned_data["date"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise forms.ValidationError(f"请填写{FIRST_YEAR}年至{LAST_YEAR}年的日期。")
        return day

    def said(self) -> dict[str, object]:
        """Return what an action takes."""
        said = dict(self.cleaned_data)
        return said | {"day": said.pop("date")}


class ListForm(forms.Form):
    """A year's list, pasted or as a file; one faulty line refuses the whole list."""

    text = forms.CharField(
        label="粘贴名单",
        required=False,
        max_length=BYTES_MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"每行一天：{COLUMNS}，如 2026-10-01,休息,国庆节。",
    )
    file = forms.FileField(
        label="或上传CSV文件",
        required=False,
        help_text="UTF-8或GB18030编码，不超过64KB。",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    list_source = forms.CharField(
        label="名单依据", max_length=_SOURCE_MOST, help_text="写明通知的文号或名称。"
    )

    days: tuple[Day, ...] = ()
    read_from: tuple[str, str] | None = None  # the name of the file, and the list in it

    def __init__(self, data: object = None, files: object = None, *, year: int) -> None:
        super().__init__(data, files)  # type: ignore[arg-type]
        self.year = year

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if {"text", "file"} <= cleaned.keys():
            field, text = self._given(cleaned)
            read = read_days(text, year=self.year) if text is not None else None
            if read is not None and read.faults:
                self.add_error(field, list(read.faults))
            elif read is not None:
                self.days = read.days
        return cleaned

    def said(self) -> dict[str, object]:
        """Return what an action takes."""
        return {"days": self.days, "source": self.cleaned_data["list_source"]}

    def keep_list(self) -> str:
        """Put the lines of the uploaded file into the text field; returns the file's name.

        A page cannot refill a file input, so the lines are kept as text.
        """
        if self.read_from is None:
            return ""
        name, text = self.read_from
        self.data = {**self.data.dict(), "text": text}  # type: ignore[attr-defined]  # a QueryDict
        return name

    def _given(self, cleaned: dict) -> tuple[str, str | None]:
        """Return the name of the field with the list, and its text; None if it cannot be read."""
        if not cleaned["file"]:
            return "text", cleaned["text"]
        if cleaned["file"].size > BYTES_MOST:
            self.add_error("file", "文件超过64KB，一年的名单不会这么大，请核对后重新选择。")
            return "file", None
        text = self._decoded(cleaned["file"].read())
        if text is not None:
            self.read_from = (cleaned["file"].name, f"{cleaned['text']}\n{text}".lstrip())
        if cleaned["text"]:
            self.add_error("file", "请只用一种方式：粘贴名单，或者上传文件。")
            return "file", None
        return "file", text

    def _decoded(self, content: bytes) -> str | None:
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                text = content.decode(encoding)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text:
                return text
        self.add_error("file", "这不是文本格式的CSV文件，请另存为CSV后重新上传。")
        return None
