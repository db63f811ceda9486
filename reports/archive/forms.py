"""Forms for requesting, finding and signing reports."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.utils.timezone import localdate, localtime

from agencies.models import Agency, User
from agencies.permissions import Perm
from lib.forms import ask_once, filter_field, tick_field
from measures.models import Period, Section
from reports.choices import IssueState, ReportKind, ReportState
from reports.jobs.request import First, first_to_know_of
from reports.kinds import KINDS
from reports.models import Report
from reports.models.edit import EDIT_MOST
from reports.models.report import Scope
from reports.rules.asking import PERM_FOR, kinds_open_to, may_ask
from reports.rules.signing import SIGNERS

NEEDS_AGENCY = "请选择单位：{kind}须写明是哪个单位。"
ORDERS = {"": "按申请时间", "period": "按填报期", "kind": "按类别"}
NO_REPORT = "没有这份已完成的报告，请重新选择。"
# Filter values for reports that wait for the current person.
TO_SIGN, TO_SUBMIT, TO_RETRY = "to_sign", "to_submit", "to_retry"
READ_FIELDS = ("notes_settled", "stale", "again", "word")  # each step uses some of them
ONE_SCOPE = "部分和单位只能选一个。"


class RequestForm(forms.Form):
    kind = forms.ChoiceField(label="类别")
    period = forms.ModelChoiceField(
        Period.objects.none(),
        label="填报期",
        empty_label=None,
        help_text="填报中的按当前情况汇总。已关闭的，进度、预警灯和通报中的报送情况按关闭当日留存的汇总；"
        "其他文件写现在已通过的进展。",
        error_messages={"invalid_choice": "没有这个已开始的填报期，请重新选择。"},
    )
    section = forms.ModelChoiceField(
        Section.objects.none(),
        label="部分",
        required=False,
        empty_label="全部",
        help_text="只用于进展情况报告和工作台账；不选为整份文件。",
        error_messages={"invalid_choice": "没有这个部分，请重新选择。"},
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(),
        label="单位",
        required=False,
        empty_label="不限单位",
        help_text="单位进展情况报告和提示函须选单位，工作台账可以选。",
        error_messages={"invalid_choice": "没有这个单位，或不能为其生成，请重新选择。"},
    )

    with_previous = tick_field("附与上期报告对照表", "只用于进展情况报告；上期须已有完成的报告。")

    def __init__(
        self, data: Any = None, *, user: User, wanted: Any = None, notice: int | None = None
    ) -> None:
        """`notice`: the notice whose periods and sections can be chosen."""
        opened = Period.objects.opened().main()
        current = opened.current(on=localdate(), notice=notice)
        super().__init__(data, initial=_initial(wanted or {}) or {"period": current})
        self.only = {"notice": notice} if notice else {}
        self.user = user
        self.first: First | None = None  # the report already issued on the same period
        self.kinds = [kind for kind in kinds_open_to(user) if kind in KINDS]
        self.fields["kind"].choices = [(k.value, k.label) for k in self.kinds]  # type: ignore[attr-defined]
        periods: Any = self.fields["period"]
        periods.queryset = opened.filter(**self.only).newest_first()
        periods.label_from_instance = _label
        self._offer_scopes()

    def _offer_scopes(self) -> None:
        agencies: Any = self.fields["agency"]
        # People who may request reports on any agency can choose all; others only their own.
        if any(self.user.can(PERM_FOR[kind]) for kind in self.kinds if kind.takes_agency):
            agencies.queryset = Agency.objects.responsible()
        else:
            agencies.queryset = Agency.objects.filter(pk__in=self.user.own_agencies())
            agencies.empty_label = None
        if any(kind.takes_section for kind in self.kinds):
            sections: Any = self.fields["section"]
            own = Section.objects.filter(**self.only)
            sections.queryset = own.order_by("notice", "ordinal")
        else:
            del self.fields["section"]
        if not any(kind.takes_agency for kind in self.kinds):
            del self.fields["agency"]
        if ReportKind.PROGRESS not in self.kinds:
            del self.fields["with_previous"]

    def scopes(self) -> list[tuple[forms.BoundField, str, str]]:
        takes = (
            ("section", [k for k in self.kinds if k.takes_section], "is-half"),
            ("agency", [k for k in self.kinds if k.takes_agency], "is-half"),
            ("with_previous", [ReportKind.PROGRESS], ""),
        )
        return [
            (self[name], ",".join(kind.value for kind in kinds), width)
            for name, kinds, width in takes
            if name in self.fields
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "kind" not in cleaned:
            return cleaned
        kind = ReportKind(cleaned["kind"])
        self._check_scope(kind, cleaned)
        if not self.errors:
            self._ask_about_first(kind, cleaned)
        return cleaned

    def _check_scope(self, kind: ReportKind, cleaned: dict[str, Any]) -> None:
        section, agency = cleaned.get("section"), cleaned.get("agency")
        if cleaned.get("with_previous") and kind != ReportKind.PROGRESS:
            self.add_error("with_previous", f"{kind.label}不附对照表，请不选。")
        if section and not kind.takes_section:
            self.add_error("section", f"{kind.label}不能只写一个部分，请改选“全部”。")
        if agency and not kind.takes_agency:
            self.add_error("agency", f"{kind.label}不能只写一个单位，请改选“不限单位”。")
        if section and agency and kind.takes_section:
            self.add_error("agency", ONE_SCOPE)
        if kind.needs_agency and not agency and "agency" not in self.errors:
            self.add_error("agency", NEEDS_AGENCY.format(kind=kind.label))
        if agency and not self.errors and not may_ask(self.user, kind, agency.pk):
            self.add_error("agency", "不能为这个单位生成，请重新选择。")

    def _ask_about_first(self, kind: ReportKind, cleaned: dict[str, Any]) -> None:
        """Require a confirmation for a second report on the same period."""
        self.first = first_to_know_of(kind, Scope(cleaned["period"].pk))
        ask_once(self, self.first.sentence if self.first else "", "已看过前一份，仍要再拟一份")
        cleaned["again"] = self.first is not None and not self.errors


def _initial(wanted: Mapping[str, str]) -> dict[str, str]:
    """Return initial values from a link: ?new=letter&new_period=3&new_agency=7."""
    names = {"kind": "new", "period": "new_period", "agency": "new_agency"}
    return {field: wanted[name] for field, name in names.items() if wanted.get(name)}


def _label(period: Period) -> str:
    return f"{period}（{period.state_choice.label}）"


class FindForm(forms.Form):
    kind = forms.ChoiceField(label="类别", required=False)
    period = forms.ModelChoiceField(
        Period.objects.none(), label="填报期", required=False, empty_label="全部"
    )
    state = filter_field(
        "状态", [*ReportState.choices, *((one.value, one.label) for one in IssueState)]
    )

    def __init__(self, data: Any = None, *, user: User, notice: int | None = None) -> None:
        """`notice`: the notice whose periods can be chosen."""
        super().__init__(data, auto_id="find_%s")
        states: Any = self.fields["state"]
        waiting = [(TO_SIGN, "待我签发")] if any(map(user.can_anywhere, SIGNERS)) else []
        if user.own_agencies() or user.can(Perm.DRAFT_DOCUMENT):
            waiting.append((TO_SUBMIT, "待我送审"))
        waiting.append((TO_RETRY, "没有生成，待重试"))
        states.choices = [states.choices[0], *waiting, *states.choices[1:]]
        self.fields["kind"].choices = [("", "全部"), *ReportKind.choices]  # type: ignore[attr-defined]
        periods = Period.objects.opened().main().filter(notice=notice)
        self.fields["period"].queryset = periods.newest_first()  # type: ignore[attr-defined]

    def found(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def order(self) -> str:
        chosen = self.data.get("order", "")
        return chosen if chosen in ORDERS else ""

    def orders(self) -> list[tuple[str, str, bool]]:
        return [(value, label, value == self.order) for value, label in ORDERS.items()]


class ReadForm(forms.Form):
    """The form of a sign-off step; `seen` is the digest of the text on the page."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    notes_settled = forms.BooleanField(
        label="编辑核对事项已逐项处理",
        error_messages={"required": "请逐项处理编辑核对事项，再勾选。"},
    )
    stale = forms.BooleanField(
        label="已知数据已变化，仍按此稿签发",
        error_messages={"required": "数据已变化，请重新生成；确需按此稿签发时，请勾选。"},
    )
    again = forms.BooleanField(
        label="已看过前一份，仍要再发一份",
        error_messages={"required": "请先看前一份；确需再发时，请勾选。"},
    )
    word = forms.CharField(
        label="机关代字",
        max_length=20,
        help_text="2至20个汉字或字母，排在年份和序号之前；由本单位确定，本系统只编序号。",
        error_messages={"required": "请填写本单位的机关代字。"},
    )

    def __init__(
        self, data: Any = None, *, asked: Collection[str] = (), initial: Any = None, at: str
    ) -> None:
        """`asked`: the fields besides `seen` that this step uses; `at`: the prefix of ids."""
        super().__init__(data, initial=initial, auto_id=f"{at}_%s")
        for name in READ_FIELDS:
            if name not in asked:
                del self.fields[name]


class PaperReturnForm(forms.Form):
    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    reason = forms.CharField(
        label="退回意见",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明要改什么；送审人会收到。",
        error_messages={"required": "请写明退回意见。"},
    )

    def __init__(self, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial, auto_id="return_%s")


class WithdrawForm(forms.Form):
    reason = forms.CharField(
        label="撤回理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "请写明撤回理由。"},
    )


class CompareForm(forms.Form):
    one = forms.ModelChoiceField(
        Report.objects.none(),
        label="一份",
        empty_label=None,
        error_messages={"invalid_choice": NO_REPORT, "required": "请选择一份报告。"},
    )
    other = forms.ModelChoiceField(
        Report.objects.none(),
        label="另一份",
        empty_label=None,
        help_text="须与上面的一份同类。",
        error_messages={"invalid_choice": NO_REPORT, "required": "请再选一份同类报告。"},
    )

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        # The list only needs names, not the datasets.
        found = Report.objects.visible_to(user).done().select_related("period")
        self.rows = list(found.without_dataset())
        for name in ("one", "other"):
            field: Any = self.fields[name]
            field.queryset = found.without_dataset()
            field.widget.choices = _by_kind(self.rows)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        one, other = cleaned.get("one"), cleaned.get("other")
        if one and other and one == other:
            self.add_error("other", "两次选的是同一份，请另选一份。")
        elif one and other and one.kind != other.kind:
            self.add_error(
                "other",
                f"{one.get_kind_display()}只能与同类的对照，所选的是{other.get_kind_display()}。",
            )
        return cleaned

    def pair(self) -> tuple[Report, Report]:
        """Return the earlier and the later report, by covered days, then by time of freezing."""
        chosen = [self.cleaned_data["one"].pk, self.cleaned_data["other"].pk]
        rows = Report.objects.filter(pk__in=chosen).select_related("period", "issue")
        before, after = sorted(rows, key=lambda r: (r.period.covers_to, r.frozen_at, r.pk))
        return before, after


def _by_kind(rows: list[Report]) -> list[tuple[str, list[tuple[int, str]]]]:
    """Return the options grouped by kind: only reports of one kind can be compared."""
    return [
        (kind.label, [(row.pk, _numbered(row)) for row in rows if row.kind == kind])
        for kind in ReportKind
        if any(row.kind == kind for row in rows)
    ]


def _numbered(report: Report) -> str:
    """Return the option's text, with the number first because narrow screens cut the end."""
    return f"编号{report.pk} {report}（{localtime(report.frozen_at):%Y-%m-%d %H:%M}）"


class SeenForm(forms.Form):
    seen = forms.IntegerField(min_value=0, max_value=2**31 - 1, widget=forms.HiddenInput)


class PassageForm(SeenForm):
    text = forms.CharField(
        label="文字",
        max_length=EDIT_MOST,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="每个自然段一行，标题只有一行；表格由数据生成，不在这里改。",
        error_messages={"required": "请填写文字；不需要修改时，请点“恢复生成的文字”。"},
    )
