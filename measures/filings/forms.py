"""The form of one filing's note, with its figures."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.forms.models import fields_for_model
from django.utils.html import escape

from lib.forms import SharedFields
from measures.choices import NOTE_LABELS, Confidence, UnchangedReason
from measures.fields import EvidenceField, TakesEvidence, WrittenText, value_field
from measures.filings.card import Carried
from measures.filings.content import NOTE_FIELDS, typed_in
from measures.filings.evidence import digest_of
from measures.models import Filing, Note
from measures.models.limits import REASON_MOST, SHORT_MOST
from measures.rules.figures import AskedIndicator, Said
from measures.rules.notes import (
    REPEATABLE,
    claims_at_start,
    reason_in_words,
    words_of_unchanged,
)
from measures.rules.uploads import ENDINGS, Upload, secret_word_in

ROWS = {"progress": 4, "problems": 2, "next_steps": 2, "help_needed": 2}
REASON_LACKS = "请写明无新进展的原因。"


class FigureRow(NamedTuple):
    asked: AskedIndicator
    value: BoundField
    absence: BoundField


class NoteForm(TakesEvidence, forms.Form):
    """A liaison's note on one filing.

    `is_final`: it will be submitted, so required fields must be filled in. `lacks_news`: the button
    本期无新进展 was pressed. A note that says so already shows its reason instead of the progress.
    """

    revision = forms.IntegerField(
        label="页面版本",
        widget=forms.HiddenInput,
        min_value=0,
        initial=0,
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value"), "没有送达，请刷新页面后再填。"
        ),
    )
    is_unchanged = forms.BooleanField(
        label="本期无新进展", widget=forms.HiddenInput, required=False
    )
    unchanged_for = forms.ChoiceField(
        label="无新进展的原因", choices=UnchangedReason.choices, required=False
    )
    reason_words = forms.CharField(label="写明原因", max_length=REASON_MOST, required=False)
    is_confirmed = forms.BooleanField(label="与此前相同的内容已核对，仍适用", required=False)
    confirms = forms.CharField(  # the fields that the checkbox confirms
        widget=forms.HiddenInput, max_length=100, required=False
    )
    answer = WrittenText(
        label=NOTE_LABELS["answer"],
        max_length=SHORT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": " "}),  # the same as in base_fields
        help_text="随本次提交送审核人；填报内容请直接在下面修改。",
    )
    confidence = forms.ChoiceField(
        label=NOTE_LABELS["confidence"], choices=Confidence.choices, widget=forms.RadioSelect
    )
    claimed_percent = forms.IntegerField(
        label=NOTE_LABELS["claimed_percent"],
        min_value=0,
        max_value=100,
        required=False,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), "请填写0至100的整数。"),
    )
    evidence = EvidenceField(
        label="添加材料",
        required=False,
        help_text=f"可上传{ENDINGS}，每份不超过{settings.EVIDENCE_FILE_MB}MB，"
        f"每项最多{settings.EVIDENCE_PER_NOTE}份。严禁上传涉密文件和工作秘密。",
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        filing: Filing,
        note: Note | None,
        previous: Note | None = None,
        is_final: bool = False,
        lacks_news: bool = False,
    ) -> None:
        self.filing, self.note = filing, note
        self.is_final, self.lacks_news = is_final, lacks_news
        self.carried: list[Carried] = []  # the fields of an open question
        self.copies: list[Upload] = []  # files already attached
        initial = _initial(note) if note else _claims(filing, previous)
        prefix = prefix_of(filing)
        super().__init__(data, files, prefix=prefix, initial=initial)
        self.says_unchanged = _says_unchanged(data, prefix, note)
        if self.says_unchanged:
            del self.fields["progress"]
        if not filing.measure.is_dated:
            del self.fields["claimed_percent"]
        add_figure_fields(self, filing.asked, note)

    def clean_progress(self) -> str:
        """Require progress on submission; refuse 本期无新进展 while there is progress."""
        progress = str(self.cleaned_data["progress"]).strip()
        if self.is_final and not progress:
            raise forms.ValidationError("请填写进展情况后再提交。")
        if self.lacks_news and progress:
            raise forms.ValidationError(
                "已填写进展情况；如确无新进展，请先清空，再按“本期无新进展”。"
            )
        return progress

    def clean_confidence_reason(self) -> str:
        reason = str(self.cleaned_data["confidence_reason"]).strip()
        doubtful = self.cleaned_data.get("confidence") in (Confidence.YELLOW, Confidence.RED)
        if self.is_final and doubtful and not reason:
            raise forms.ValidationError("自评“有风险”或“难以完成”时须写明原因。")
        return reason

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._leave_out_copies()
        if (self.says_unchanged or self.lacks_news) and not reason_of(values):
            self.add_error("reason_words", REASON_LACKS)
        needed = self.is_final and not self.says_unchanged
        check_figures(self, self.filing.asked, needed=needed)
        return values

    def _leave_out_copies(self) -> None:
        """Remove uploads with the content of an attached file; they cause a message, no error."""
        uploads = self.fit_uploads
        newest = self.filing.notes.kept().order_by("-version").first() if uploads else None
        there = set(newest.evidence.values_list("sha256", flat=True)) if newest else set()
        most, number = settings.EVIDENCE_PER_NOTE, len(there)
        fresh: list[Upload] = []
        for upload in uploads:
            digest = digest_of(upload.file)
            (self.copies if digest in there else fresh).append(upload)
            there.add(digest)
        if fresh and number + len(fresh) > most:
            said = f"每项最多{most}份材料，现有{number}份，请减少后再上传。"
            self.add_error("evidence", said)
        if self.copies:
            self.fields["evidence"].fit = fresh  # type: ignore[attr-defined]
        if "evidence" in self.cleaned_data:
            self.cleaned_data["evidence"] = fresh

    @property
    def figure_rows(self) -> list[FigureRow]:
        return rows_of(self, self.filing.asked)

    def content(self) -> dict[str, object]:
        typed = {f: self.cleaned_data[f] for f in NOTE_FIELDS if f in self.fields}
        said = {"claimed_percent": None, "progress": ""} | typed
        said["is_confirmed"] = self.cleaned_data["is_confirmed"]
        said["carried"] = [name for name in REPEATABLE if name in self.confirmable]
        if self.says_unchanged:
            said |= {"progress": words_of_unchanged(self.words), "unchanged_reason": self.words}
        if self.add_prefix("answer") in self.data:  # only after a return
            said["answer"] = self.cleaned_data["answer"].strip()
        asked = self.filing.asked
        return said | ({"figures": figures_in(self.cleaned_data, asked)} if asked else {})

    @property
    def confirmable(self) -> set[str]:
        """The fields that the sent checkbox confirms."""
        return confirmable_in(self.data, str(self.prefix))

    @property
    def asks(self) -> bool:
        """Whether the only errors are unanswered questions."""
        return bool(self.errors) and not self.errors.keys() - {"is_sure", "is_confirmed"}

    @property
    def words(self) -> str:
        return reason_of(self.cleaned_data)

    @property
    def is_sure(self) -> bool:
        """Whether the box of lib.forms.ask_once was ticked."""
        return self.add_prefix("is_sure") in self.data

    @property
    def marked_secret(self) -> list[tuple[str, str]]:
        """Return names of files that mention a grade of secrecy, each with the word."""
        uploads = self.cleaned_data.get("evidence", [])
        return [(u.name, secret_word_in(u.name)) for u in uploads if secret_word_in(u.name)]


# The fields of a ModelForm, without its work for each row.
NoteForm.base_fields = SharedFields(
    fields_for_model(
        Note,
        NOTE_FIELDS,
        # The print stylesheet recognises an empty field by the blank placeholder.
        widgets={
            name: forms.Textarea(attrs={"rows": rows, "placeholder": " "})
            for name, rows in ROWS.items()
        },
        field_classes=dict.fromkeys(ROWS, WrittenText),
        labels={"confidence_reason": NOTE_LABELS["confidence_reason"]},
        help_texts={"confidence_reason": "自评“有风险”或“难以完成”时必填。"},
    )
    | NoteForm.base_fields
)


def prefix_of(filing: Filing) -> str:
    return f"f{filing.pk}"


def confirmable_in(data: Mapping[str, Any], prefix: str) -> set[str]:
    return set(str(data.get(f"{prefix}-confirms", "")).split(","))


def reason_of(values: Mapping[str, Any]) -> str:
    choice = values.get("unchanged_for") or ""
    return reason_in_words(choice, values.get("reason_words") or "") if choice else ""


def reason_as_typed(words: str) -> dict[str, str]:
    """Return a stored reason as the values of its fields: the reverse of reason_of()."""
    chosen = {reason.label: reason.value for reason in UnchangedReason}.get(words)
    if chosen:
        return {"unchanged_for": chosen}
    return {"unchanged_for": UnchangedReason.OTHER.value, "reason_words": words}


def _says_unchanged(data: Mapping[str, Any] | None, prefix: str, note: Note | None) -> bool:
    """Whether the sent page was in the 本期无新进展 form; 改为填写进展 (`written`) ends that."""
    if data is None:
        return bool(note and note.is_unchanged)
    return data.get(f"{prefix}-is_unchanged") == "1" and f"{prefix}-written" not in data


def _initial(note: Note) -> dict[str, object]:
    revision = note.revision if note.submitted_at is None else 0
    initial = typed_in(note) | {
        "revision": revision,
        "is_unchanged": "1" if note.is_unchanged else "",
        "is_confirmed": note.is_confirmed,
        "answer": "" if note.submitted_at else note.answer,
    }
    if note.is_unchanged:
        return initial | reason_as_typed(note.unchanged_reason)
    return initial | {"unchanged_for": UnchangedReason.ON_PLAN}


def _claims(filing: Filing, previous: Note | None) -> dict[str, object]:
    old = typed_in(previous) if previous else None
    usual = {"unchanged_for": UnchangedReason.ON_PLAN}
    return claims_at_start(old, stage=filing.measure.stage) | usual


def add_figure_fields(
    form: forms.BaseForm, asked: Sequence[AskedIndicator], note: Note | None
) -> None:
    stands = {said.indicator_id: said for said in note.shown_figures} if note else {}
    for one in asked:
        said = stands.get(one.pk)
        form.fields[f"figure_{one.pk}"] = value_field(
            one,
            required=False,
            initial=said.value if said else None,
            help_text=escape(one.meaning),  # the component does not escape it
        )
        form.fields[f"absence_{one.pk}"] = forms.CharField(
            label=f"{one.name}暂无数据的原因",
            max_length=100,
            required=False,
            initial=said.absence if said else "",
        )


def check_figures(form: forms.BaseForm, asked: Sequence[AskedIndicator], *, needed: bool) -> None:
    """Add an error unless there is a value or a reason, not both; `needed`: one is required."""
    for one in asked:
        value, absence = f"figure_{one.pk}", f"absence_{one.pk}"
        if value not in form.cleaned_data or absence not in form.cleaned_data:
            continue
        has_value = form.cleaned_data[value] is not None
        if has_value and form.cleaned_data[absence]:
            form.add_error(absence, "已填写数值，请清空暂无数据的原因。")
        if needed and not has_value and not form.cleaned_data[absence]:
            form.add_error(value, "请填写数值，或写明暂无数据的原因。")


def figures_in(values: Mapping[str, Any], asked: Sequence[AskedIndicator]) -> dict[int, Said]:
    return {one.pk: Said(values[f"figure_{one.pk}"], values[f"absence_{one.pk}"]) for one in asked}


def rows_of(form: forms.BaseForm, asked: Sequence[AskedIndicator]) -> list[FigureRow]:
    return [FigureRow(one, form[f"figure_{one.pk}"], form[f"absence_{one.pk}"]) for one in asked]
