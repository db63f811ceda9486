"""Forms for entering changes of the notice from a source, and for the second person."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.conf import settings

from agencies.choices import AgencyKind
from agencies.models import Agency
from agencies.models.agency import labels_of
from lib.chinese import listed
from lib.forms import demand_words, tick_field
from lib.numbers import row_numbers
from measures.choices import ChangeKind, GapKind, LeadBasis, ResponsibilityRole
from measures.fields import EvidenceField, TakesEvidence, WrittenText, date_field, text_line
from measures.models import Gap, Measure, NoticeChange, Section
from measures.models.limits import REASON_MOST, TEXT_MOST
from measures.notice_changes.actions import Entry
from measures.notice_changes.revising import current_basis, current_roles, supporting
from measures.rules.notice_changes import (
    DOCUMENT_MOST,
    NO_CONTENT,
    PLACE_MOST,
    TITLE_MOST,
    paragraphs_of,
)
from measures.rules.responsibilities import roles_in_list
from measures.rules.uploads import ENDINGS, Upload

# The fields for filling a gap, by its kind.
LISTED = ("agencies", "supporting", "agency_order", "moves_closing")
CONTENTS = {
    GapKind.TITLE: ("title",),
    GapKind.TEXT: ("text",),
    GapKind.AGENCIES: (*LISTED, "lead_basis"),
    GapKind.OTHERS: LISTED,
}
LISTS = ("agencies", "supporting")  # lists of checkboxes
FAR = (AgencyKind.DISTRICT, AgencyKind.ZONE)  # folded: notices rarely name them individually


class AgencyBoxes(NamedTuple):
    """One list of checkboxes: municipal and central bodies, then districts and zones."""

    field: forms.BoundField
    near: list[Any]
    far: list[Any]


class EntryForm(TakesEvidence, forms.Form):
    """The fields of a change: source, title, text, agencies in their order, files."""

    source_document = text_line(
        "来源文件", "请填写来源文件。", most=DOCUMENT_MOST, help_text="例如文号和版本，纸质归档件。"
    )
    source_place = text_line("页码或网址", "请填写页码或网址。", most=PLACE_MOST)
    source_on = date_field("来源日期", "请填写来源的日期。", help_text="文件的成文或公布日期。")
    title = text_line("标题", NO_CONTENT[GapKind.TITLE], most=TITLE_MOST)
    text = WrittenText(
        label="正文",
        max_length=TEXT_MOST,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": NO_CONTENT[GapKind.TEXT]},
        help_text="整项正文，每段一行，不含标题和责任单位。现存的文字已列出，请补全缺失处。",
    )
    agencies = forms.TypedMultipleChoiceField(
        label="责任单位",
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": NO_CONTENT[GapKind.AGENCIES]},
        help_text="请按原文先后依次选择，第一家列为牵头单位。",
    )
    supporting = forms.TypedMultipleChoiceField(
        label="配合单位",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        help_text="原文写明“配合”的在这里选，不在上面选。",
    )
    agency_order = forms.CharField(required=False, widget=forms.HiddenInput)
    lead_basis = forms.ChoiceField(
        label="牵头",
        choices=[(basis.value, basis.label) for basis in (LeadBasis.FIRST_NAMED, LeadBasis.TEXT)],
    )
    evidence = EvidenceField(
        label="证明材料",
        required=False,
        help_text=f"至少一份，例如公布文本该页的扫描件；可上传{ENDINGS}，"
        f"每份不超过{settings.EVIDENCE_FILE_MB}MB，最多{settings.EVIDENCE_PER_NOTE}份。",
    )

    def __init__(
        self,
        *args: Any,
        agencies: Sequence[Agency] = (),
        is_final: bool = True,
        behind: int = 0,
        **options: Any,
    ) -> None:
        """`behind`: the number of files attached to the change or kept."""
        super().__init__(*args, **options)
        self.behind, self.is_final = behind, is_final
        self.known = {agency.pk: agency for agency in agencies}
        for name in LISTS:
            self.fields[name].choices = [*labels_of(agencies).items()]  # type: ignore[attr-defined]

    def clean_title(self) -> str:
        return str(self.cleaned_data["title"]).strip()

    def clean_supporting(self) -> list[int]:
        chosen: list[int] = self.cleaned_data["supporting"]
        if twice := set(chosen) & set(self.cleaned_data.get("agencies", ())):
            names = listed(self.known[pk].short_name for pk in chosen if pk in twice)
            raise forms.ValidationError(f"{names}已选为责任单位，不能同时选为配合单位。")
        return chosen

    def clean_evidence(self) -> list[Upload]:
        lacks = "请至少上传一份证明材料。" if self.is_final else ""
        return self.evidence_beside(self.behind, lacks=lacks)

    @property
    def lists(self) -> list[AgencyBoxes]:
        return [
            AgencyBoxes(
                field,
                [box for box in field if not self._is_far(box)],
                [box for box in field if self._is_far(box)],
            )
            for field in (self[name] for name in LISTS)
        ]

    def entry(self) -> Entry:
        said = self.cleaned_data
        return Entry(
            title=said.get("title", ""),
            text=paragraphs_of(said.get("text", "")),
            agencies=self._ordered("agencies"),
            supporting=self._ordered("supporting"),
            lead_basis=said.get("lead_basis") or LeadBasis.FIRST_NAMED,
            moves_closing=bool(said.get("moves_closing")),
            holds_from=said.get("holds_from"),
            ends=bool(said.get("ends")),
            source_document=said["source_document"],
            source_place=said["source_place"],
            source_on=said["source_on"],
        )

    def _ordered(self, name: str) -> list[Agency]:
        """Return agencies in the order of choosing; without scripts, in protocol order."""
        chosen = list(self.cleaned_data.get(name, ()))
        told = str(self.cleaned_data.get("agency_order", "")).split(",")
        order = {pk: place for place, pk in enumerate(row_numbers(told))}
        chosen.sort(key=lambda pk: order.get(pk, len(order)))
        return [self.known[pk] for pk in chosen]

    def _is_far(self, box: Any) -> bool:
        return self.known[int(str(box.data["value"]))].kind in FAR


class GapForm(EntryForm):
    """Only the content fields of the gap's kind; nothing is required in a draft."""

    moves_closing = forms.BooleanField(label="填报期关闭日期顺延到新的截止日", required=False)

    def __init__(
        self,
        *args: Any,
        gap: Gap,
        change: NoticeChange | None,
        is_late: bool = False,
        **options: Any,
    ) -> None:
        """`is_late`: the filings would be due after the closing day."""
        super().__init__(*args, **options)
        for name in {name for names in CONTENTS.values() for name in names}:
            if name not in CONTENTS[GapKind(gap.kind)]:
                del self.fields[name]
        if gap.kind == GapKind.OTHERS:
            self.fields["agencies"].required = False  # all other agencies may be supporting ones
            self.fields["agencies"].help_text = "通知已列明的单位不在其中；牵头单位不变。"
        if not is_late:
            self.fields.pop("moves_closing", None)
        if not self.is_final:
            for field in self.fields.values():
                field.required = False
        self.initial = {**_initial(gap, change, is_late), **self.initial}


class RevisionForm(EntryForm):
    """A measure as a later document changes it, or a new one, with its first day."""

    holds_from = date_field(
        "自哪一天起", "请填写自哪一天起。", help_text="后来的文件规定的施行日期；可填以后的日期。"
    )
    ends = tick_field(
        "终止这项措施", "勾选后不看下列内容：自这一天起不再布置填报，措施列为已终止。"
    )

    def __init__(
        self, *args: Any, place: Measure | Section, change: NoticeChange | None, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["text"].help_text = "整项正文，每段一行，不含标题和责任单位。"
        if isinstance(place, Section):
            del self.fields["ends"]
        else:
            for name in ("title", "text", "agencies"):
                self.fields[name].required = False
        self.initial = {**_revision_initial(place, change), **self.initial}

    def roles_since(self) -> tuple[dict[int, ResponsibilityRole] | None, date | None]:
        """Return the future roles and their first day; None if missing or invalid."""
        self.is_valid()
        said = self.cleaned_data
        since = said.get("holds_from")
        if said.get("ends"):
            return {}, since
        if not (said.keys() >= {*LISTS}):
            return None, since
        chosen = [*self._ordered("agencies"), *self._ordered("supporting")]
        return roles_in_list([one.pk for one in chosen], said["supporting"]), since


class DecideForm(forms.Form):
    decision = forms.ChoiceField(
        label="核对结果",
        choices=[("confirm", "与来源一致，确认"), ("return", "退回")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选择确认或退回。"},
    )
    note = forms.CharField(
        label="退回理由",
        max_length=REASON_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-required-when": "decision=return"}),
        help_text="退回时必填，录入人将看到。",
    )

    def __init__(self, data: Any = None, *, change: NoticeChange) -> None:
        super().__init__(data)
        if change.is_taking_back:
            agree = ("confirm", "同意撤销，确认")
            self.fields["decision"].choices = [agree, ("return", "退回")]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("decision") == "return":
            demand_words(self, "note", "退回须写明理由。")
        return values


def _revision_initial(place: Measure | Section, change: NoticeChange | None) -> dict[str, Any]:
    """Return what is entered so far, or else the current measure."""
    if change is not None:
        return {
            **_entered(change),
            "holds_from": change.holds_from,
            "ends": change.kind == ChangeKind.END,
        }
    if isinstance(place, Section):
        return {}
    roles = current_roles(place)
    return {
        "title": place.title,
        "text": "\n".join(place.text),
        **_listed([*roles], supporting(roles)),
        "lead_basis": current_basis(place) or LeadBasis.FIRST_NAMED,
    }


def _listed(ids: Sequence[int], support: Sequence[int]) -> dict[str, Any]:
    return {
        "agencies": [pk for pk in ids if pk not in support],
        "supporting": support,
        "agency_order": ",".join(map(str, ids)),
    }


def _entered(change: NoticeChange) -> dict[str, Any]:
    return {
        "source_document": change.source_document,
        "source_place": change.source_place,
        "source_on": change.source_on,
        "title": change.title,
        "text": "\n".join(change.text),
        **_listed(change.agency_ids, change.support_ids),
        "lead_basis": change.lead_basis or LeadBasis.FIRST_NAMED,
    }


def _initial(gap: Gap, change: NoticeChange | None, is_late: bool) -> dict[str, Any]:
    """Return a form's initial data: the draft, or else the notice itself as the source."""
    if change is None:
        notice = gap.notice
        text = "\n".join(gap.measure.text) if gap.measure else ""
        return {
            "source_document": notice.number,
            "source_on": notice.issued_on,
            "text": text,
            "moves_closing": is_late,
        }
    return {**_entered(change), "moves_closing": change.moves_closing}
