"""The forms of 文件导入: a text or a file, a correction, and the confirmation."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict

from agencies.choices import AgencyKind
from agencies.models import Agency
from agencies.models.agency import labels_of
from lib.forms import day_field
from lib.numbers import row_number
from lib.workdays import Calendar
from measures.choices import PeriodKind
from measures.intake.acts import EditRefused
from measures.intake.rows import SourceLine, UnreadableSource
from measures.intake.source import ENDINGS, FILE_MOST_MB, read_file, read_text
from measures.models import Notice
from measures.rules import periods as rule
from measures.rules.uploads import clean_name

WORDS_MOST = 20_000  # of one selected text
_WORDS = (
    *("do", "text", "role", "on", "choice", "kind", "short_name", "full_name"),
    *("number", "title", "issuer", "issued_on"),
)
_NUMBERS = ("item", "at", "by", "first", "last", "doubt")
_FLAGS = ("ongoing", "all")
NO_PERIOD, THIS, LAST = "", "this", "last"


class StartForm(forms.Form):
    """A pasted text or a file. A refused text stays in the field; a file must be chosen again."""

    text = forms.CharField(
        label="文件全文",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "class": "intake-paste", "autofocus": True}),
        help_text="从公布的网页或文档中全选复制后粘贴，包括标题、文号和落款。",
    )
    file = forms.FileField(
        label="或选择文件",
        required=False,
        allow_empty_file=True,  # refused below, with a sentence
        help_text=f"{ENDINGS}，不超过{FILE_MOST_MB}MB。",
        widget=forms.FileInput(attrs={"accept": ".docx,.txt,.html,.htm"}),
    )

    def clean(self) -> dict[str, Any]:
        """Parse the file, or else the text, into `lines`."""
        cleaned = super().clean() or {}
        file, text = cleaned.get("file"), str(cleaned.get("text") or "")
        if file and text.strip():
            self.add_error("file", "既粘贴了文字又选择了文件，请只用其中一种。")
        elif not file and not text.strip():
            self.add_error("text", "没有文字，请粘贴文件正文或选择文件。")
        else:
            self._read(file, text)
        return cleaned

    def _read(self, file: Any, text: str) -> None:
        try:
            if file:
                self.file_name = clean_name(file.name or "")
                self.lines: tuple[SourceLine, ...] = read_file(self.file_name, file.read())
            else:
                self.file_name, self.lines = "", read_text(text)
        except UnreadableSource as refusal:
            self.add_error("file" if file else "text", str(refusal))

    def said(self) -> dict[str, Any]:
        return {"lines": self.lines, "file_name": self.file_name}


def act_said(data: QueryDict, known: Mapping[str, str]) -> dict[str, Any]:
    """Return the correction in a form's data, known fields only; `known`: agency names by key.

    Raises EditRefused.
    """
    act: dict[str, Any] = {name: _words(data[name]) for name in _WORDS if data.get(name)}
    act |= {name: _number(str(data[name])) for name in _NUMBERS if data.get(name)}
    act |= {name: True for name in _FLAGS if data.get(name)}
    act["do"] = act.get("do", "")
    if (kind := act.get("kind")) and kind not in AgencyKind.values:
        raise EditRefused("没有这种单位类别，请重新选择。")
    chosen = [key for key in data.getlist("agencies") if key]
    if lost := [key for key in chosen if key not in known]:
        raise EditRefused(f"名录中没有代码为{lost[0][:20]}的单位，请重新选择。")
    if chosen:
        act["agencies"] = [{"agency": key, "name": known[key]} for key in chosen]
        act |= {"agency": chosen[0], "name": known[chosen[0]]}
    if str(act.get("choice", "")).startswith("is:"):
        act["name"] = known.get(act["choice"].removeprefix("is:"), "")
    return act


def _words(said: object) -> str:
    """Return a text that JSON in PostgreSQL can hold: shortened, without NUL."""
    return str(said)[:WORDS_MOST].replace("\0", "")


def _number(words: str) -> int:
    if words in ("-1", "1"):
        return int(words)
    return row_number(words) or 0


class ConfirmForm(forms.Form):
    coordinator = forms.ChoiceField(label="统筹单位")
    main_kind = forms.ChoiceField(
        label="填报周期",
        choices=[one for one in PeriodKind.choices if one[0] != PeriodKind.SPECIAL],
        initial=PeriodKind.QUARTERLY,
    )
    period = forms.ChoiceField(
        label="首个填报期",
        required=False,
        choices=[
            (NO_PERIOD, "暂不新建"),
            (THIS, "新建本期并开始"),
            (LAST, "新建上期并开始"),
        ],
        widget=forms.RadioSelect,
    )
    due_on = day_field("报送截止", "不填则为时段终了后第5个工作日；休息日顺延。")
    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: object = None,
        *,
        on: date,
        calendar: Calendar,
        seen: int,
        made: Mapping[str, str],
    ) -> None:
        """`made`: the names of the agencies that confirming creates, by key."""
        super().__init__(data, initial={"seen": seen, "period": THIS})  # type: ignore[arg-type]
        self.on, self.calendar = on, calendar
        self.known = {str(one.pk): one for one in Agency.objects.existing(on=on)}
        labels = labels_of(self.known.values())
        self.fields["coordinator"].choices = [  # type: ignore[attr-defined]
            *labels.items(),
            *((key, f"{name}（确认时新建）") for key, name in made.items()),
        ]
        first = Notice.objects.order_by("pk").values_list("coordinator", flat=True).first()
        self.fields["coordinator"].initial = first

    def clean_coordinator(self) -> Agency | str:
        """Return an agency, or the key of one that confirming creates."""
        said = str(self.cleaned_data["coordinator"])
        return self.known.get(said, said)

    @property
    def covering(self) -> rule.Slice | None:
        said = self.cleaned_data
        if not said.get("period"):
            return None
        current = rule.SLICES[PeriodKind(said["main_kind"])].holding(self.on)
        return current if said["period"] == THIS else current.previous

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        covering = self.covering if not self.errors else None
        if covering is None:
            return cleaned
        due = rule.due_on(covering, self.calendar, wanted=cleaned.get("due_on"))
        if due <= covering.ends_on:
            self.add_error("due_on", f"报送截止须晚于{covering.ends_on:%Y-%m-%d}时段终了。")
        elif due < self.on:
            self.add_error("due_on", f"报送截止{due:%Y-%m-%d}已过，请另填日期，或改选本期。")
        return cleaned

    def said(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "seen": said["seen"],
            "coordinator": said["coordinator"],
            "main_kind": PeriodKind(said["main_kind"]),
            "covering": self.covering,
            "due_on": said["due_on"] if self.covering else None,
        }
