"""The form for uploading a filled sheet."""

from django import forms
from django.core.files.uploadedfile import UploadedFile

from measures.rules.uploads import UnfitFile, clean_name
from measures.sheets.archive import MOST_MB, demand_workbook


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
