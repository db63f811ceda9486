"""Pages for changing a report before it is final: its prose, and a circular's choices."""

from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import now

from agencies.guards import GET, POST, allowed_to
from lib.diff import Span, changes
from lib.errors import DomainError, StaleError
from lib.http import UserRequest, redirect_with
from lib.official.edits import Passage, passages_of
from reports.archive import choices
from reports.archive import edit as actions
from reports.archive.choice_form import choosing_for
from reports.archive.forms import PassageForm, SeenForm
from reports.archive.views import find, report_page
from reports.jobs.request import request_report
from reports.kinds import generated_for
from reports.models import Report, ReportEdit
from reports.rules.asking import READERS
from reports.rules.editing import FigureChange, figure_change, may_edit, may_finalise


class ShownPassage(NamedTuple):
    passage: Passage
    history: list[ReportEdit]

    @property
    def version(self) -> int:
        return self.history[0].version if self.history else 0

    @property
    def text(self) -> str:
        return self._or_generated(self.history[0].text if self.history else None)

    @property
    def paragraphs(self) -> list[str]:
        return self.text.split("\n")

    @property
    def versions(self) -> list[tuple[ReportEdit, list[Span]]]:
        """Each version with its changes from the previous one, the newest first."""
        before = [*(edit.text for edit in self.history[1:]), None]
        pairs = zip(self.history, before, strict=True)
        said = self._or_generated
        return [(edit, changes(said(was), said(edit.text))) for edit, was in pairs]

    def _or_generated(self, text: str | None) -> str:
        return self.passage.text if text is None else text

    @property
    def generated(self) -> list[str]:
        return self.passage.text.split("\n")

    @property
    def is_edited(self) -> bool:
        return self.text != self.passage.text

    @property
    def spans(self) -> list[Span]:
        return changes(self.passage.text, self.text)

    @property
    def figures(self) -> FigureChange:
        return figure_change(self.passage.text, self.text)


class EditPage(NamedTuple):
    passages: list[ShownPassage]
    # Edits of passages that the current version of the system no longer generates.
    without_place: list[ShownPassage]


def shown_for(report: Report) -> EditPage:
    """Return all passages of a report; only the edited ones if its text was not stored."""
    history: dict[str, list[ReportEdit]] = {}
    for edit in ReportEdit.objects.of(report.pk).select_related("by"):
        history.setdefault(edit.key, []).append(edit)
    passages = [] if report.keeps_files_only else passages_of(generated_for(report))
    shown = [ShownPassage(passage, history.pop(passage.key, [])) for passage in passages]
    return EditPage(shown, [_without_place(edits) for edits in history.values()])


def _without_place(history: list[ReportEdit]) -> ShownPassage:
    newest = history[0]
    return ShownPassage(Passage(newest.key, newest.heading, text=""), history)


@allowed_to(*READERS, methods=GET)
def report_edit(request: UserRequest, pk: int) -> HttpResponse:
    report = _find(request, pk)
    shown, without_place = shown_for(report) if report.is_done else ([], [])
    kind, agency_id = report.kind_choice, report.agency_id
    is_open = _is_open(request, report)
    context = {
        "report": report,
        "rows": [(one, _form_for(one) if is_open else None) for one in shown],
        "parts": sum(not one.passage.is_heading for one in shown),
        "headings": sum(one.passage.is_heading for one in shown),
        "edited": sum(one.is_edited for one in shown),
        "without_place": without_place,
        "with_figures": [one for one in shown if one.figures],
        "is_open": is_open,
        "may_finalise": is_open and may_finalise(request.user, kind, agency_id),
    }
    return render(request, "reports/archive/edit.html", context)


@allowed_to(*READERS)
def passage(request: UserRequest, pk: int, key: str) -> HttpResponse:
    report = _find(request, pk)
    if not _is_open(request, report):
        raise DomainError("这份报告已经送审、定稿、签发或正在生成，不能修改。请返回报告页查看。")
    shown = _shown(report, key)
    form = PassageForm(request.POST or None, initial={"text": shown.text, "seen": shown.version})
    if not form.is_valid():
        return _page(request, report, shown, form, status=422 if form.is_bound else 200)
    try:
        actions.edit_passage(report, key=key, by=request.user, at=now(), **form.cleaned_data)
    except StaleError as error:
        form.add_error(None, str(error))
        return _page(request, report, _shown(report, key), form, status=409)
    _say_saved(request, report, _shown(report, key))
    return redirect(f"{reverse('reports:edit', args=[pk])}#{key}")


@allowed_to(*READERS, methods=POST)
def passage_undo(request: UserRequest, pk: int, key: str) -> HttpResponse:
    report = _find(request, pk)
    form = SeenForm(request.POST)
    if not form.is_valid():
        raise DomainError("没有说明恢复的是哪一版，请返回修改文字的页面重试。")
    seen = form.cleaned_data["seen"]
    actions.undo_edit(report, key=key, seen=seen, by=request.user, at=now())
    messages.success(request, "已恢复生成的文字，修改过的文字留在历次修改里。")
    return redirect(f"{reverse('reports:edit', args=[pk])}#{key}")


@allowed_to(*READERS, methods=POST)
def report_final(request: UserRequest, pk: int) -> HttpResponse:
    actions.finalise_report(_find(request, pk), by=request.user, at=now())
    return redirect_with(request, "已定稿，文字就此固定，正在写成正式文件。", "reports:report", pk)


@allowed_to(*READERS, methods=POST)
def report_anew(request: UserRequest, pk: int) -> HttpResponse:
    """另拟一份: request another document on the same subject, which can be edited."""
    report = _find(request, pk)
    again = request_report(
        by=request.user,
        kind=report.kind,
        period=report.period,
        section=report.section,
        agency=report.agency,
        at=now(),
        is_anew=True,
        again="again" in request.POST,
    )
    return redirect_with(request, "正在另拟一份。原来的一份不变。", "reports:report", again.pk)


def _find(request: UserRequest, pk: int) -> Report:
    report = find(request, pk)
    if not may_edit(request.user, report.kind_choice, report.agency_id):
        raise PermissionDenied
    return report


def _is_open(request: UserRequest, report: Report) -> bool:
    """Whether this person may edit it now; while it waits for a signature, only the signer may."""
    kind, agency_id = report.kind_choice, report.agency_id
    return report.takes_edits and may_edit(request.user, kind, agency_id, report.issue_state)


def _form_for(shown: ShownPassage) -> PassageForm:
    initial = {"text": shown.text, "seen": shown.version}
    return PassageForm(initial=initial, auto_id=f"{shown.passage.key}_%s")


def _shown(report: Report, key: str) -> ShownPassage:
    for one in shown_for(report).passages:
        if one.passage.key == key:
            return one
    raise Http404


def _page(
    request: UserRequest, report: Report, shown: ShownPassage, form: PassageForm, *, status: int
) -> HttpResponse:
    # If the page now shows another person's text, the next save replaces that version.
    seen = form["seen"].value() if status == 422 else shown.version
    is_stale = status == 409
    context = {"report": report, "one": shown, "form": form, "seen": seen, "is_stale": is_stale}
    return render(request, "reports/archive/passage.html", context, status=status)


def _say_saved(request: UserRequest, report: Report, shown: ShownPassage) -> None:
    closes = "签发" if report.kind_choice.is_issued else "定稿"
    messages.success(
        request, f"“{shown.passage.heading}”已保存。重新生成文件或{closes}后写入文件。"
    )
    if shown.figures:
        lost, new = shown.figures
        said = [("生成的文字中有、现在没有：", lost), ("生成的文字中没有、新出现：", new)]
        listed = "；".join(f"{words}{'、'.join(numbers)}" for words, numbers in said if numbers)
        doubt = f"请核对数字：{listed}。数据里的数字不会随文字改动，由修改人负责。"
        messages.warning(request, doubt)


@allowed_to(*READERS, methods=POST)
def report_choose(request: UserRequest, pk: int) -> HttpResponse:
    report = find(request, pk)
    choices.demand_open(report, by=request.user)
    choosing = choosing_for(report, request.user, request.POST)
    assert choosing is not None  # it is open to this person
    assert choosing.form is not None
    form = choosing.form
    if not form.is_valid():
        return report_page(request, report, choosing=choosing, status=422)
    chosen = form.cleaned_data
    seen = chosen.pop("version")
    try:
        choices.choose_agencies(report, **chosen, seen=seen, by=request.user, at=now())
    except StaleError as error:
        form.add_error(None, str(error))
        return report_page(request, report, choosing=choosing, status=409)
    return redirect_with(
        request,
        "已保存。下面的文字已按选择写成；重新生成文件或签发后写入文件。",
        "reports:report",
        pk,
    )
