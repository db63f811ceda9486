"""Forms of 上下位文件."""

from collections import defaultdict
from typing import Any, NamedTuple

from django import forms

from lib.forms import day_field
from measures.choices import DocumentRelation, LinkKind
from measures.models import ClauseLink, Measure
from measures.related.actions import WantedLink
from measures.related.page import DocumentPart

PASTED_MOST = 5000
ROWS_MOST = 60  # measures on one page, those without a counterpart first


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
        max_length=PASTED_MOST,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="未核实的不填，显示为原文待核对。",
    )


class LinkRow(NamedTuple):
    """A measure, its existing links, and the two fields for one more."""

    measure: Measure
    links: list[ClauseLink]
    clause: forms.BoundField
    kind: forms.BoundField


class LinksForm(forms.Form):
    """How each measure relates to a clause, and which clauses have no measure."""

    def __init__(self, data: Any = None, *, part: DocumentPart, measures: list[Measure]) -> None:
        super().__init__(data)
        self.part = part
        self.clauses = {str(row.clause.pk): row.clause for row in part.clauses}
        untold = {measure.pk for measure in part.unlinked}
        shown = sorted(measures, key=lambda one: one.pk not in untold)[:ROWS_MOST]
        self.measures = sorted(shown, key=lambda one: one.ordinal)
        clauses = [("", "—"), *((pk, str(clause)) for pk, clause in self.clauses.items())]
        kinds = [("", "—"), *LinkKind.choices]
        for one in self.measures:
            self.fields[f"clause-{one.pk}"] = forms.ChoiceField(
                label=f"{one}：条款", choices=clauses, required=False
            )
            self.fields[f"kind-{one.pk}"] = forms.ChoiceField(
                label=f"{one}：对应", choices=kinds, required=False
            )
        for row in part.clauses:
            if row.is_open:
                name = f"adds-{row.clause.pk}"
                self.fields[name] = forms.BooleanField(label=str(row.clause), required=False)

    @property
    def rows(self) -> list[LinkRow]:
        links: defaultdict[int | None, list[ClauseLink]] = defaultdict(list)
        for one in (link for row in self.part.clauses for link in row.links):
            links[one.measure_id].append(one)
        for one in self.part.added:
            links[one.measure_id].append(one)
        return [
            LinkRow(one, links[one.pk], self[f"clause-{one.pk}"], self[f"kind-{one.pk}"])
            for one in self.measures
        ]

    @property
    def open_clauses(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("adds-")]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for one in self.measures:
            clause, kind = values.get(f"clause-{one.pk}"), values.get(f"kind-{one.pk}")
            if clause and not kind:
                self.add_error(f"kind-{one.pk}", "请选择承接或细化。")
            elif kind == LinkKind.ADDS and clause:
                self.add_error(f"clause-{one.pk}", "新增的措施没有对应的条款，请不选条款。")
            elif kind and kind != LinkKind.ADDS and not clause:
                self.add_error(f"clause-{one.pk}", "承接、细化须选定条款。")
        if not self.errors and not self._wanted(values):
            self.add_error(None, "没有选择对应，请至少选择一项。")
        return values

    def said(self) -> dict[str, Any]:
        return {"wanted": self._wanted(self.cleaned_data)}

    def _wanted(self, values: dict[str, Any]) -> list[WantedLink]:
        pairs = [
            WantedLink(LinkKind(kind), self.clauses.get(values[f"clause-{one.pk}"]), one)
            for one in self.measures
            if (kind := values[f"kind-{one.pk}"])
        ]
        ticked = [pk for pk in self.clauses if values.get(f"adds-{pk}")]
        return pairs + [WantedLink(LinkKind.ADDS, self.clauses[pk]) for pk in ticked]
