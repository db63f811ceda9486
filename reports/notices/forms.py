"""Forms of 全部文件."""

from django import forms

from lib.forms import reason_field


class FindNoticeForm(forms.Form):
    find = forms.CharField(max_length=60)


class ArchiveForm(forms.Form):
    reason = reason_field("理由")
