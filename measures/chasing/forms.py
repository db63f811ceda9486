"""The forms of 催报: which filings, with which words; and what an agency answers."""

from collections.abc import Iterable
from typing import Any

from django import forms

from measures.chasing.page import BY_HAND_MOST
from measures.fields import date_field, text_area
from measures.models import Urge
from measures.models.limits import WORDS_MOST


class ChosenForm(forms.Form):
    """The filings that were ticked in a list."""

    filing = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        chosen = list(dict.fromkeys(data.getlist("filing")))[:BY_HAND_MOST]
        numbers = [(one, one) for one in chosen if one.isascii() and one.isdecimal()]
        fitting = [(one, one) for one, _ in numbers if len(one) <= 18]
        self.fields["filing"].choices = fitting  # type: ignore[attr-defined]
        self.chosen = [int(one) for one, _ in fitting]


class ChaseForm(ChosenForm):
    words = text_area(
        "催报说明（可不填）", rows=2, most=WORDS_MOST, required=False, help_text="附在消息的末尾。"
    )

    def said(self) -> dict[str, Any]:
        """Return what an action takes."""
        return {"filings": self.chosen, "words": self.cleaned_data["words"]}


class ChaseAnswerForm(forms.Form):
    """One answer for the filings that are ticked: words, a day, or both."""

    filings = forms.TypedMultipleChoiceField(
        label="答复哪几项",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选择一项。"},
    )
    promised_on = date_field("拟报送日期", required=False, help_text="不改变报送截止。")
    words = text_area("情况说明", rows=3, most=WORDS_MOST, required=False)

    def __init__(self, data: Any = None, *, urges: Iterable[Urge]) -> None:
        super().__init__(data, auto_id="chase_%s")
        choices = [(urge.filing_id, _label(urge)) for urge in urges]
        self.fields["filings"].choices = choices  # type: ignore[attr-defined]
        self.fields["filings"].initial = [pk for pk, _ in choices]

    def said(self) -> dict[str, Any]:
        """Return what an action takes."""
        return dict(self.cleaned_data)


def _label(urge: Urge) -> str:
    said = ""
    if urge.answered_at:
        day = f"拟于{urge.promised_on:%Y-%m-%d}报送" if urge.promised_on else ""
        words = "，".join(filter(None, (day, urge.answer)))
        said = f"；已答复：{words}"
    filing = urge.filing
    return f"{filing.agency_name}：{filing.measure}（{filing.period}）{said}"
