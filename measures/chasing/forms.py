"""The forms of 催报: a chase by hand, an agency's answer, the ladder."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from lib.forms import day_field, filter_field, reason_field
from lib.numbers import row_numbers
from measures.chasing.page import BY_HAND_MOST, agencies_of, periods_of
from measures.choices import ChaseAudience, Rung
from measures.fields import date_field, text_area
from measures.models import Urge
from measures.models.chasing import UrgeQuerySet
from measures.models.limits import WORDS_MOST
from measures.rules.chasing import OFFSET_LEAST, OFFSET_MOST, Ladder, LadderStep

RUNGS = [rung for rung in Rung if rung != Rung.MANUAL]


class ChaseFilter(forms.Form):
    """The filters of the records in the URL; values that are not among the choices are ignored."""

    COLUMNS = {"agency": "filing__agency", "period": "filing__period", "rung": "rung"}

    agency = forms.TypedChoiceField(label="单位", required=False, coerce=int, empty_value=None)
    period = forms.TypedChoiceField(label="填报期", required=False, coerce=int, empty_value=None)
    rung = filter_field("事项", Rung.choices)
    answer = filter_field("答复", [("no", "未答复"), ("yes", "已答复")])

    def __init__(self, data: Any, *, rows: UrgeQuerySet) -> None:
        """`rows`: the records that the reader may see; the choices are taken from them."""
        super().__init__(data, auto_id="filter-%s")
        self._rows = rows
        for name, choices in (("agency", agencies_of(rows)), ("period", periods_of(rows))):
            self.fields[name].choices = [("", "全部"), *choices]  # type: ignore[attr-defined]
            if len(choices) < 2:
                del self.fields[name]
        self.is_valid()

    def narrow(self) -> UrgeQuerySet:
        chosen = {name: value for name, value in self.cleaned_data.items() if value}
        columns = {self.COLUMNS[name]: value for name, value in chosen.items() if name != "answer"}
        found = self._rows.filter(**columns)
        if answer := chosen.get("answer"):
            found = found.sent().filter(answered_at__isnull=answer == "no")
        return found


class ChosenForm(forms.Form):
    filing = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.chosen = row_numbers(dict.fromkeys(data.getlist("filing")))[:BY_HAND_MOST]
        self.fields["filing"].choices = [(one, one) for one in self.chosen]  # type: ignore[attr-defined]


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

    def __init__(self, data: Any = None, *, urges: Sequence[Urge], names_notices: bool) -> None:
        super().__init__(data, auto_id="chase_%s")
        several = len({urge.filing.agency_name for urge in urges}) > 1
        choices = [
            (urge.filing_id, _label(urge, with_agency=several, with_number=names_notices))
            for urge in urges
        ]
        self.fields["filings"].choices = choices  # type: ignore[attr-defined]
        if len(urges) == 1:  # else the person ticks filings: the answer may not be for all
            self.fields["filings"].initial = [urges[0].filing_id]

    def said(self) -> dict[str, Any]:
        """Return what an action takes."""
        return dict(self.cleaned_data)


def _label(urge: Urge, *, with_agency: bool, with_number: bool) -> str:
    said = ""
    if urge.answered_at:
        day = f"拟于{urge.promised_on:%Y-%m-%d}报送" if urge.promised_on else ""
        words = "，".join(filter(None, (day, urge.answer)))
        said = f"；已答复：{words}"
    filing = urge.filing
    about = f"{filing.period}，{urge.number}" if with_number else f"{filing.period}"
    agency = f"{filing.agency_name}：" if with_agency else ""
    return f"{agency}{filing.measure}（{about}）{said}"


class LadderForm(forms.Form):
    """A whole ladder; the initial values are the effective rungs."""

    valid_from = day_field("起始日期", "从今天或以后起用。", required=True)
    reason = reason_field("理由")

    def __init__(self, data: Any = None, *, ladder: Ladder, on: date) -> None:
        super().__init__(data, auto_id="ladder_%s")
        held = {step.rung: step for step in ladder}
        for rung in RUNGS:
            step = held.get(rung)
            self.fields[f"use_{rung}"] = forms.BooleanField(
                label=rung.label, required=False, initial=step is not None
            )
            self.fields[f"offset_{rung}"] = forms.IntegerField(
                label=f"{rung.label}：工作日",
                min_value=OFFSET_LEAST,
                max_value=OFFSET_MOST,
                required=False,
                initial=step.offset if step else None,
            )
            self.fields[f"audience_{rung}"] = forms.ChoiceField(
                label=f"{rung.label}：发给",
                choices=ChaseAudience.choices,
                required=False,
                initial=step.audience if step else ChaseAudience.LIAISONS,
            )
        self.fields["valid_from"].initial = on
        self.order_fields([name for name in self.fields if name not in ("valid_from", "reason")])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for rung in RUNGS:
            name = f"offset_{rung}"
            if cleaned.get(f"use_{rung}") and name not in self.errors and cleaned[name] is None:
                self.add_error(name, "请填写工作日数：截止前的写负数，截止当日写0。")
        return cleaned

    @property
    def lines(self) -> list[tuple[forms.BoundField, ...]]:
        """The fields of each rung."""
        return [
            tuple(self[f"{name}_{rung}"] for name in ("use", "offset", "audience"))
            for rung in RUNGS
        ]

    def said(self) -> dict[str, Any]:
        """Return what an action takes."""
        said = self.cleaned_data
        steps = [
            LadderStep(
                rung,
                said[f"offset_{rung}"],
                ChaseAudience(said[f"audience_{rung}"] or ChaseAudience.LIAISONS),
            )
            for rung in RUNGS
            if said[f"use_{rung}"]
        ]
        return {"steps": steps, "valid_from": said["valid_from"], "reason": said["reason"]}
