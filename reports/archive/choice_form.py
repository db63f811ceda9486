"""The form beside a circular's draft: agencies to praise and to name, and 经市政府同意."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from agencies.models import User
from lib.forms import tick_field
from lib.official.edits import OPENING
from measures.chasing.page import candidates
from reports.archive.choices import circular_data
from reports.documents.proposals import (
    Proposal,
    issuer_words,
    naming_proposals,
    praise_proposals,
)
from reports.models import CircularChoice, Report, ReportEdit
from reports.rules.editing import may_choose

# The parts of a circular whose text depends on the choices.
TOUCHED = (OPENING, "filings", "problems")
UNKNOWN = "“%(value)s”不在所列单位之中，请刷新页面后重选。"


class ChoiceForm(forms.Form):
    praised = forms.MultipleChoiceField(
        label="表扬",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="列出的单位本期全部按时报送并通过、未经退回，各期均不欠报，牵头的措施没有滞后。",
        error_messages={"invalid_choice": UNKNOWN},
    )
    named = forms.MultipleChoiceField(
        label="点名",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="文中只写事实，每个单位一次，不排名。",
        error_messages={"invalid_choice": UNKNOWN},
    )
    with_consent = tick_field("写明“经市政府同意”", "已报经市政府同意的才勾选；写在开头。")
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)  # the one on the page

    def __init__(
        self,
        data: Any,
        *,
        praise: Sequence[Proposal],
        naming: Sequence[Proposal],
        initial: dict[str, Any],
        candidates: Collection[str] = (),
        issuer: str = "",
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["named"].help_text += issuer
        for field, proposals in (("praised", praise), ("named", naming)):
            choices = [
                (one.code, _label(one, is_candidate=field == "named" and one.code in candidates))
                for one in proposals
            ]
            self.fields[field].choices = choices  # type: ignore[attr-defined]


def _label(one: Proposal, *, is_candidate: bool) -> str:
    # Its head was told: ten working days late by the ladder of that day.
    told = "；催报后仍未报，通报候选" if is_candidate else ""
    return f"{one.agency}（{one.facts}{told}）"


@dataclass(frozen=True)
class Choosing:
    """The choices as the page shows them; `form` is None if the reader may not change them."""

    newest: CircularChoice | None
    praised: list[Proposal]
    named: list[Proposal]
    form: ChoiceForm | None
    edited: list[str]  # headings of parts edited by hand, which choices no longer change

    @property
    def seen(self) -> int:
        """The version on the page, which the form replaces."""
        return self.newest.version if self.newest else 0


def choosing_for(report: Report, user: User, data: Any = None) -> Choosing | None:
    """Return the choices of a finished circular for a person who drafts; None for others.

    `data`: the submitted form data, to show them again.
    """
    if not (report.is_done and may_choose(user, report.kind_choice)):
        return None
    content = circular_data(report)
    praise, naming = praise_proposals(content), naming_proposals(content)
    newest = CircularChoice.objects.filter(report=report).select_related("by").first()
    initial = newest.as_data() if newest else {}
    is_open = report.takes_edits and may_choose(user, report.kind_choice, report.issue_state)
    told = candidates(report.period_id)
    form = ChoiceForm(
        data,
        praise=praise,
        naming=naming,
        initial=initial,
        candidates=told,
        issuer=issuer_words(content),
    )
    edited = ReportEdit.objects.of(report.pk).filter(key__in=TOUCHED).order_by("key", "version")
    latest = {edit.key: edit for edit in edited}
    return Choosing(
        newest,
        [one for one in praise if newest and one.code in newest.praised],
        [one for one in naming if newest and one.code in newest.named],
        form if is_open else None,
        [edit.heading for edit in latest.values() if not edit.is_undo],
    )
