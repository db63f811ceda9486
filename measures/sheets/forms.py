"""The upload of a filled sheet, and checks that the file is a workbook that can be read safely."""

import zipfile
from collections.abc import Mapping
from contextlib import suppress
from typing import IO
from xml.parsers import expat

from django import forms
from django.core.files.uploadedfile import UploadedFile
from openpyxl.worksheet.cell_range import CellRange

from measures.choices import EvidenceKind
from measures.rules.uploads import UnfitFile, clean_name, kind_of

MOST_MB = 20
MB = 1024 * 1024
UNPACKED_MOST = 60 * MB  # a filled sheet of 1,000 rows has about 2 MB
# The reader creates an object for every element (styles take most memory), every range in a list
# and every merged cell. A sheet of ROWS_MOST filled rows has about 250,000 elements.
PART_MOST = 1 * MB  # of styles, names of ranges and all other parts but rows and texts
ELEMENTS_MOST, RANGES_MOST, MERGED_MOST = 500_000, MB // 2, 50_000
TOO_COMPLEX = "内容过于复杂，不能接收，请重新下载填报表，只把内容填入后再上传。"
_ROWS_AND_TEXTS = ("xl/worksheets/", "xl/sharedstrings.xml")
# Parts with which a workbook can access other data or run code.
_REACHING = ("externallinks/", "embeddings/", "activex/", "connections.xml", "querytables/")


def demand_workbook(name: str, file: IO[bytes], *, size: int) -> None:
    """Raise UnfitFile, with a sentence, for anything but a plain .xlsx."""
    kind = kind_of(name, file, size=size, most_mb=MOST_MB, endings=EvidenceKind.XLSX.value)
    if kind is not EvidenceKind.XLSX:
        raise UnfitFile(f"“{name}”不是Excel工作簿，请上传从本页下载并填好的.xlsx文件。")
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if sum(part.file_size for part in parts) > UNPACKED_MOST:
            raise UnfitFile(f"“{name}”解压后过大，不能接收，请重新下载填报表后再填。")
        for part in parts:
            inside = part.filename.lower().replace("\\", "/").removeprefix("xl/")
            if inside.startswith(_REACHING):
                raise UnfitFile(f"“{name}”引用了外部数据或嵌入了对象，请删除后另存再上传。")
        try:
            _demand_light(archive, parts)
        except _TooComplex:
            raise UnfitFile(f"“{name}”{TOO_COMPLEX}") from None
    file.seek(0)


class _TooComplex(Exception):
    """Reading it would take too much memory or time."""


def _demand_light(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """Count while parsing what the reader would create. Raises _TooComplex."""
    elements = ranges = merged = 0

    def count(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal elements, ranges, merged
        elements += 1
        ranges += len(attributes.get("sqref", ""))
        merged += _cells_in(attributes.get("ref", "")) if name.endswith("mergeCell") else 0
        if elements > ELEMENTS_MOST or ranges > RANGES_MOST or merged > MERGED_MOST:
            raise _TooComplex

    for part in parts:
        name = part.filename.lower()
        if not name.endswith((".xml", ".rels", ".vml")):
            continue
        if part.file_size > PART_MOST and not name.startswith(_ROWS_AND_TEXTS):
            raise _TooComplex
        parser = expat.ParserCreate()
        parser.StartElementHandler = count
        # An error or unknown encoding that stops this parser also stops the reader of rows.
        with archive.open(part) as stream, suppress(expat.ExpatError, ValueError, LookupError):
            parser.ParseFile(stream)


def _cells_in(range_words: str) -> int:
    try:
        size = CellRange(range_words).size
        return int(size["rows"] * size["columns"])
    except (ValueError, TypeError) as error:  # whole columns, or not a range
        raise _TooComplex from error


class SheetForm(forms.Form):
    """One .xlsx file, recognised by its content; a refused file is not kept."""

    file = forms.FileField(
        label="填好的文件",
        allow_empty_file=True,  # refused below, with a sentence
        help_text=f".xlsx，不超过{MOST_MB}MB。",
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
        error_messages={"required": "请选择填好的文件后再上传。"},
    )

    name: str  # of the valid file, safe to show

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        self.name = clean_name(file.name or "")
        try:
            demand_workbook(self.name, file, size=file.size or 0)
        except UnfitFile as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return file
