"""Forms of 上下位文件."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from lib.forms import day_field
from measures.choices import DocumentRelation, LinkKind
from measures.models import DocumentClause, Measure, RelatedDocument

TEXT_MOST = 5000


class DocumentForm(forms.Form):
    relation = forms.ChoiceField(label="关系", choices=DocumentRelation)
    number = forms.CharField(
        label="发文字号", max_length=40, error_messages={"required": "请填写发文字号。"}
    )
    title = forms.CharField(
        label="标题", max_length=200, required=False, help_text="未核实的可以不填。"
    )
    issued_on = day_field("成文日期")


class ClauseForm(forms.Form):
    ordinal = forms.IntegerField(
        label="序号",
        min_value=1,
        max_value=999,
        error_messages={"required": "请填写序号。", "invalid": "序号只填整数。"},
    )
    heading = forms.CharField(
        label="标题", max_length=100, error_messages={"required": "请填写条款标题。"}
    )
    text = forms.CharField(
        label="原文",
        max_length=TEXT_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="未核实的不填，显示为原文待核对。",
    )


class LinkForm(forms.Form):
    """Which clause, which measure, and what one has to do with the other."""

    clause = forms.ModelChoiceField(
        DocumentClause.objects.none(),
        label="条款",
        required=False,
        empty_label="没有对应的条款",
        error_messages={"invalid_choice": "没有这一条款，请重新选择。"},
    )
    kind = forms.ChoiceField(label="对应", choices=LinkKind)
    measure = forms.ModelChoiceField(
        Measure.objects.none(),
        label="措施",
        required=False,
        empty_label="没有对应的措施",
        error_messages={"invalid_choice": "没有这项措施，请重新选择。"},
    )

    def __init__(
        self, data: Any = None, *, document: RelatedDocument, measures: QuerySet[Measure]
    ) -> None:
        super().__init__(data, auto_id=f"link-{document.pk}-%s")
        self.fields["clause"].queryset = document.clauses.all()  # type: ignore[attr-defined]
        self.fields["measure"].queryset = measures  # type: ignore[attr-defined]
