"""Form fields of several packages: long texts, reasons, checked files, values."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from lib.forms import DayInput
from lib.numbers import typed_number
from measures.choices import EvidenceKind
from measures.models import Indicator
from measures.models.limits import REASON_MOST
from measures.rules.figures import AskedIndicator
from measures.rules.instructions import PAST, is_past
from measures.rules.uploads import UnfitFile, Upload, clean_name, kind_of

YES_OR_NO = [("", "请选择"), ("1", "已实现"), ("0", "未实现")]
MOST_DIGITS = 14  # before the decimal point


class WrittenText(forms.CharField):
    """Several lines; a line end is one character, as the page counts it and sheets store it."""

    def to_python(self, value: Any) -> str:
        """Return the text with one character per line end; browsers send two."""
        return str(super().to_python(value)).replace("\r\n", "\n")


class FilesInput(forms.FileInput):
    allow_multiple_selected = True


class EvidenceField(forms.FileField):
    """Several files, each checked by its content; its value is the argument of an action."""

    fit: list[Upload] = []  # the accepted ones, even if others are refused

    widget = FilesInput(attrs={"accept": ",".join(f".{ending}" for ending in EvidenceKind.values)})

    def clean(self, data: Any, initial: Any = None) -> list[Upload]:
        """Return all files. Raises ValidationError with a sentence for each refused one."""
        uploads, sentences = [], []
        for file in data or []:
            try:
                uploads.append(_checked(file))
            except UnfitFile as refusal:
                sentences.append(str(refusal))
        self.fit = uploads
        if sentences:
            raise forms.ValidationError(sentences)
        return uploads


class TakesEvidence:
    """Mixin of forms with an EvidenceField `evidence`."""

    fields: dict[str, forms.Field]
    cleaned_data: dict[str, Any]

    @property
    def fit_uploads(self) -> list[Upload]:
        """Return the acceptable files, even if the form is refused."""
        field = self.fields["evidence"]
        return field.fit if isinstance(field, EvidenceField) else []

    def evidence_beside(self, there: int, *, lacks: str) -> list[Upload]:
        """Return the new files, besides `there` existing ones; `lacks`: the sentence for no file.

        Raises ValidationError if there is no file at all, or too many in total.
        """
        uploads: list[Upload] = self.cleaned_data["evidence"]
        most = settings.EVIDENCE_PER_NOTE
        if lacks and not uploads and not there:
            raise forms.ValidationError(lacks)
        if there + len(uploads) > most:
            raise forms.ValidationError(f"最多上传{most}份，请减少或合并后再上传。")
        return uploads


class TakesDeadline:
    """Mixin of forms whose `due_on`, if given, may not be before the day `on`."""

    cleaned_data: dict[str, Any]
    on: date

    def clean_due_on(self) -> date | None:
        due_on: date | None = self.cleaned_data["due_on"]
        if is_past(due_on, on=self.on):
            raise forms.ValidationError(PAST)
        return due_on


class FigureField(forms.DecimalField):
    """A figure with the indicator's decimals; accepts full-width digits and thousands commas."""

    def __init__(self, *, decimals: int, **options: Any) -> None:
        most = f"最多{decimals}位小数。" if decimals else "只填整数，不带小数。"
        super().__init__(
            decimal_places=decimals,
            max_digits=MOST_DIGITS + decimals,
            widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            error_messages={
                "invalid": "请填写数字，不带单位，逗号只作千分位。",
                "required": "请填写数值。",
                "max_decimal_places": most,
                "max_digits": f"数字过长，整数部分最多{MOST_DIGITS}位。",
                "max_whole_digits": f"数字过长，整数部分最多{MOST_DIGITS}位。",
            },
            **options,
        )

    def to_python(self, value: Any) -> Any:
        """Return the number that lib.numbers.typed_number reads."""
        words = str(value or "").strip()
        number = typed_number(words)
        if words and number is None:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return number


def _refusing(lacks: str) -> dict[str, Any]:
    return {"error_messages": {"required": lacks}} if lacks else {}


def date_field(label: str, lacks: str = "", **options: Any) -> forms.DateField:
    """Return a field with the browser's date picker; `lacks`: the sentence if it is empty."""
    return forms.DateField(label=label, widget=DayInput(), **_refusing(lacks), **options)


def text_line(label: str, lacks: str = "", *, most: int, **options: Any) -> forms.CharField:
    """Return a field of one line, with at most `most` characters."""
    return forms.CharField(label=label, max_length=most, **_refusing(lacks), **options)


def text_area(
    label: str, lacks: str = "", *, rows: int = 2, most: int = REASON_MOST, **options: Any
) -> forms.CharField:
    """Return a field of several lines, with at most `most` characters."""
    widget = forms.Textarea(attrs={"rows": rows})
    return text_line(label, lacks, most=most, widget=widget, **options)


class ReasonForm(forms.Form):
    """A reason for one step. `name` distinguishes its ids from those of other such forms."""

    ground = text_area("理由", "请写明理由。")

    def __init__(self, data: object = None, *, name: str) -> None:
        super().__init__(data, auto_id=f"{name}_%s")  # type: ignore[arg-type]

    def said(self) -> dict[str, Any]:
        """Return the arguments of an action."""
        return {"reason": self.cleaned_data["ground"]}


def value_field(
    indicator: Indicator | AskedIndicator,
    *,
    required: bool,
    initial: Decimal | None = None,
    **options: Any,
) -> forms.Field:
    """Return the field for a value of an indicator, with its unit and decimals."""
    options = {
        "label": indicator.label,
        "initial": None if initial is None else f"{initial:.{indicator.decimals}f}",
        "required": required,
        **options,
    }
    if indicator.is_yes_or_no:
        return forms.TypedChoiceField(
            choices=YES_OR_NO,
            coerce=Decimal,
            empty_value=None,
            error_messages={"required": "请选择已实现或未实现。"},
            **options,
        )
    return FigureField(decimals=indicator.decimals, **options)


def _checked(file: UploadedFile) -> Upload:
    name = clean_name(str(file.name))
    kind = kind_of(name, file, size=file.size or 0, most_mb=settings.EVIDENCE_FILE_MB)
    return Upload(name, kind, file)
