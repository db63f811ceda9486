"""本期无新进展 for several filings at once; the last period's text is confirmed for each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django import forms

from agencies.models import User
from measures.choices import Confidence, UnchangedReason
from measures.fields import WrittenText
from measures.filings.card import Card, Carried, carried_in, waiting_before
from measures.filings.content import typed_in
from measures.filings.forms import REASON_LACKS, prefix_of, reason_as_typed, reason_of
from measures.filings.page import WHOLE_MOST, OwedFilings
from measures.models import Filing, Note, Period
from measures.models.limits import REASON_MOST
from measures.rules.named_times import TimeMark
from measures.rules.notes import CARRIED, same_words

_ALWAYS = ("problems", "next_steps")  # offered even if empty in the last period


class Offered(NamedTuple):
    """Text of the last period, the field in which it may be changed, and the field's text now."""

    carried: Carried
    box: str
    earlier: str
    is_same: bool


class UnchangedForm(forms.Form):
    """The reason for 本期无新进展, and a confirmation that past times were checked."""

    unchanged_for = forms.ChoiceField(
        label="无新进展的原因", choices=UnchangedReason.choices, initial=UnchangedReason.ON_PLAN
    )
    reason_words = forms.CharField(label="写明原因", max_length=REASON_MOST, required=False)
    is_sure = forms.BooleanField(
        label="标出的时间已核对，仍照此填报", help_text="标出的时间都已修改的，不必勾选。"
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not reason_of(values):
            self.add_error("reason_words", REASON_LACKS)
        return values

    @property
    def words(self) -> str:
        return reason_of(self.cleaned_data)


class CarriedForm(forms.ModelForm):
    """One filing without news: the last period's text, to be kept, changed or emptied.

    `waiting`: a period after the last accepted one whose note is not reviewed yet.
    """

    is_included = forms.BooleanField(label="本期无新进展", required=False, initial=True)

    class Meta:
        model = Note
        fields = CARRIED
        widgets = dict.fromkeys(CARRIED, forms.Textarea(attrs={"rows": 2}))
        field_classes = dict.fromkeys(CARRIED, WrittenText)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, card: Card, waiting: Period | None
    ) -> None:
        self.card, self.waiting = card, waiting
        previous = card.previous.accepted_note if card.previous else None
        self.earlier = typed_in(previous) if previous else {}
        initial = {name: self.earlier.get(name, "") for name in CARRIED}
        super().__init__(data, prefix=prefix_of(card.filing), initial=initial)
        for name in CARRIED:
            if name not in _ALWAYS and not self.initial[name]:
                del self.fields[name]
        if self.earlier.get("confidence") == Confidence.GREEN:
            self.fields.pop("confidence_reason", None)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("is_included") and not values.get("confidence_reason", "-"):
            self.add_error("confidence_reason", "自评“有风险”或“难以完成”时须写明原因。")
        return values

    @property
    def counts(self) -> bool:
        return bool(self.cleaned_data.get("is_included"))

    @property
    def carried(self) -> list[Carried]:
        """The offered fields with text, and the times in them outside this period."""
        card, last = self.card, self.card.previous
        if last is None:
            return []
        note, names = last.accepted_note, [n for n in CARRIED if self.initial[n]]
        assert note is not None  # previous is a filing whose note was accepted
        shown = [name for name in names if name in self.fields]
        return carried_in(note, shown, card.filing.period, last, on=card.on)

    @property
    def offered(self) -> list[Offered]:
        """The same with the fields' current text: a removed time is not marked any more."""
        found = []
        for one in self.carried:
            box = self[one.name]
            words = str(box.value() or "")
            marks = [mark for mark in one.marks if mark.words in words]
            is_same = bool(same_words({one.name: words}, self.earlier, among=[one.name]))
            earlier = str(self.earlier[one.name])
            found.append(Offered(one._replace(marks=marks), box.html_name, earlier, is_same))
        return found

    @property
    def left_stale(self) -> list[TimeMark]:
        """The past times that are still in the text."""
        left = self.offered if self.counts else ()
        return [mark for one in left for mark in one.carried.marks if mark.is_over]

    def said(self) -> dict[str, str]:
        return {name: self.cleaned_data[name].strip() for name in CARRIED if name in self.fields}

    def _post_clean(self) -> None:
        """Do not fill the instance: only the action writes."""


@dataclass(frozen=True)
class UnchangedPage:
    """The form with the reason for all filings of a page, and one form for each.

    `total`: how many filings have no draft yet; `rest`: how many of them follow on later pages.
    """

    reasons: UnchangedForm
    items: list[CarriedForm]
    total: int
    rest: int

    @property
    def last(self) -> int:
        """The id of the page's last filing: the next page begins after it."""
        return self.items[-1].card.filing.pk

    @property
    def is_stale(self) -> bool:
        return any(one.carried.is_stale for form in self.items for one in form.offered)

    def is_valid(self) -> bool:
        """Whether all can be saved; errors are on the forms."""
        refused = [form for form in self.items if not form.is_valid()]
        stale = [
            form.card.filing.measure.mark + "、".join(mark.sentence for mark in marks)
            for form in self.items
            if (marks := form.left_stale)
        ]
        sure = self.reasons.fields["is_sure"]
        sure.required = bool(stale)
        sure.error_messages["required"] = (
            f"{'，'.join(stale)}，请修改；确认无误的，请勾选后再填入。"
        )
        return self.reasons.is_valid() and not refused

    def confirmed(self) -> dict[Filing, dict[str, str]]:
        return {form.card.filing: form.said() for form in self.items if form.counts}


def unchanged_page(owed: OwedFilings, *, after: int | None, by: User) -> UnchangedPage:
    """Return the forms of filings without a draft, a page of them: the first, or that after one.

    A later page offers the reason that the person gave last.
    """
    left = _after(owed, after)
    reasons = UnchangedForm(initial=_reason_before(owed.period, by) if left else None)
    return _page(owed, (left or owed.untouched)[:WHOLE_MOST], reasons)


def sent_page(owed: OwedFilings, data: Mapping[str, Any]) -> UnchangedPage:
    """Return the page that was sent, without filings that have got a draft meanwhile."""
    sent = {name.partition("-")[0] for name in data}
    cards = [card for card in owed.untouched if prefix_of(card.filing) in sent]
    return _page(owed, cards or owed.untouched[:WHOLE_MOST], UnchangedForm(data), data)


def _page(
    owed: OwedFilings,
    cards: list[Card],
    reasons: UnchangedForm,
    data: Mapping[str, Any] | None = None,
) -> UnchangedPage:
    waiting = waiting_before(cards)
    items = [CarriedForm(data, card=card, waiting=waiting.get(card.filing.pk)) for card in cards]
    rest = _after(owed, cards[-1].filing.pk) if cards else []
    return UnchangedPage(reasons, items, len(owed.untouched), len(rest))


def _after(owed: OwedFilings, key: int | None) -> list[Card]:
    """Return the filings without a draft that follow the one with this id."""
    keys = [card.filing.pk for card in owed.cards]
    start = keys.index(key) + 1 if key in keys else len(keys)
    following = set(keys[start:])
    return [card for card in owed.untouched if card.filing.pk in following]


def _reason_before(period: Period, by: User) -> dict[str, str]:
    """Return the reason of the person's newest draft without news in a period, as form data."""
    own = Note.objects.filter(filing__period=period, author=by, is_unchanged=True)
    words = own.order_by("-saved_at", "-pk").values_list("unchanged_reason", flat=True).first()
    return reason_as_typed(words) if words else {}
