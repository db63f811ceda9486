"""Editing the text of a report, undoing an edit, and making the report final."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import InternalError, transaction

from agencies.models import Event, User
from agencies.permissions import Perm, Role
from lib.errors import DomainError, StaleError
from measures.tests.factories import NOW, make_period, make_user
from reports.archive.edit import edit_passage, finalise_report, undo_edit
from reports.choices import ReportKind, ReportState
from reports.conftest import make_done
from reports.datasets.frozen import digest_of
from reports.jobs.request import request_report
from reports.jobs.retry import retry_report
from reports.kinds import file_name, generated_for, making_for
from reports.models import Report, ReportEdit
from reports.rules.editing import may_edit, may_finalise

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def report() -> Report:
    """Create a finished progress report."""
    by = make_user(Role.COORDINATOR)
    return make_done(request_report(by=by, kind="progress", period=make_period(), at=NOW))


@pytest.fixture
def brief() -> Report:
    """Create a finished brief, which its drafters may make final."""
    by = make_user(Role.COORDINATOR)
    return make_done(request_report(by=by, kind="brief", period=make_period(), at=NOW))


@pytest.fixture
def editor() -> User:
    return make_user(Role.COORDINATOR)


def edit(report: Report, by: User, *, text: str = "一句话。", seen: int = 0, key: str = "overall"):  # type: ignore[no-untyped-def]
    return edit_passage(report, key=key, text=text, seen=seen, by=by, at=LATER)


def overall(report: Report) -> tuple[str, ...]:
    return making_for(report).document.parts[0].paragraphs


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CHIEF])
def test_the_commission_can_edit(report: Report, role: Role) -> None:
    by = make_user(role)
    made = edit(report, by, text=" 第一段。\r\n\r\n第二段。 ")
    assert (made.version, made.by, made.at) == (1, by, LATER)
    assert overall(report) == ("第一段。", "第二段。")
    event = Event.objects.get(action="report.edit")
    assert "“一、总体进展情况”修改文字，第1版" in event.sentence
    assert event.after["text"] == "第一段。\n第二段。"


@pytest.mark.parametrize("role", [Role.LEADER, Role.LIAISON, Role.AGENCY_HEAD, Role.AUDITOR])
def test_others_cannot_edit(report: Report, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        edit(report, make_user(role))


WHO = [
    # kind, who may edit, who may make final
    # A numbered document becomes final when it is issued.
    ("progress", {Role.COORDINATOR, Role.CHIEF}, set()),
    ("brief", {Role.COORDINATOR, Role.CHIEF}, {Role.COORDINATOR, Role.CHIEF}),
    ("circular", {Role.COORDINATOR, Role.CHIEF}, set()),
    ("letter", {Role.COORDINATOR, Role.CHIEF}, set()),
    ("ledger", set(), set()),  # it has no sentences
]


@pytest.mark.parametrize(("kind", "edit", "final"), WHO)
def test_who_may_edit_depends_on_the_kind(kind: str, edit: set[Role], final: set[Role]) -> None:
    people = {role: make_user(role) for role in Role}
    of_kind = ReportKind(kind)
    assert {role for role, one in people.items() if may_edit(one, of_kind, None)} == edit
    assert {role for role, one in people.items() if may_finalise(one, of_kind, None)} == final


def test_an_agency_can_edit_its_own_report() -> None:
    liaison = make_user(Role.LIAISON)
    own = next(iter(liaison.agencies_where(Perm.FILE)))
    assert may_edit(liaison, ReportKind.AGENCY, own.pk)
    assert not may_edit(liaison, ReportKind.AGENCY, own.pk + 1)


def test_an_edit_changes_neither_dataset_nor_generated_text(report: Report, editor: User) -> None:
    digest, generated = report.digest, generated_for(report).parts[0].paragraphs
    edit(report, editor)
    report.refresh_from_db()
    assert report.digest == digest == digest_of(report.dataset or {})
    assert generated_for(report).parts[0].paragraphs == generated
    assert making_for(report).document.parts[0].generated == generated


def test_every_version_is_kept_and_the_last_one_is_effective(report: Report, editor: User) -> None:
    edit(report, editor, text="第一版。")
    edit(report, editor, text="第二版。", seen=1)
    assert list(ReportEdit.objects.values_list("version", "text")) == [
        (2, "第二版。"),
        (1, "第一版。"),
    ]
    assert overall(report) == ("第二版。",)


def test_undoing_an_edit_adds_a_version_too(report: Report, editor: User) -> None:
    generated = overall(report)
    edit(report, editor)
    undo_edit(report, key="overall", seen=1, by=editor, at=LATER)
    assert overall(report) == generated
    assert ReportEdit.objects.first().is_undo  # type: ignore[union-attr]
    assert edit(report, editor, text="又改。", seen=2).version == 3


def test_a_heading_is_stored_as_one_line(report: Report, editor: User) -> None:
    made = edit(report, editor, text="一、总体\r\n 情况", key="heading-overall")
    assert made.text == "一、总体情况"


def test_typing_the_generated_text_is_not_an_edit(report: Report, editor: User) -> None:
    assert edit(report, editor, text="\n".join(overall(report))) is None
    edit(report, editor)
    assert edit(report, editor, text="一句话。", seen=1) is None
    assert ReportEdit.objects.count() == 1


def test_of_two_edits_of_one_part_the_second_is_refused(report: Report, editor: User) -> None:
    edit(report, editor, text="甲的话。")
    with pytest.raises(StaleError, match=f"{editor.name}于.*又修改了这一部分"):
        edit(report, make_user(Role.CHIEF), text="乙的话。")
    assert overall(report) == ("甲的话。",)


def test_the_refusal_names_the_earlier_person_and_beijing_time(
    report: Report, editor: User
) -> None:
    night = datetime(2026, 11, 25, 17, 30, tzinfo=UTC)
    edit_passage(report, key="overall", text="甲的话。", seen=0, by=editor, at=night)
    with pytest.raises(StaleError, match="于11-26 01:30又修改了"):
        edit(report, make_user(Role.CHIEF), text="乙的话。")


def test_concurrent_edits_of_two_parts_both_succeed(report: Report, editor: User) -> None:
    edit(report, editor)
    assert edit(report, make_user(Role.CHIEF), key="opening").version == 1


def test_an_unknown_part_is_refused(report: Report, editor: User) -> None:
    with pytest.raises(DomainError, match="没有这一部分"):
        edit(report, editor, key="nothing")


def test_a_report_that_is_being_built_cannot_be_edited(report: Report, editor: User) -> None:
    retry_report(report, by=editor, at=LATER)
    with pytest.raises(DomainError, match="还没有生成完毕"):
        edit(report, editor)


def test_it_is_marked_as_a_draft_until_it_is_final(brief: Report, editor: User) -> None:
    report = brief
    making = making_for(report)
    assert making.document.note_lines[0] == making.document.header[:3] == "送审稿"
    assert "（送审稿）" in file_name(making.kind.formats[0], making)
    finalise_report(report, by=editor, at=LATER)
    report.refresh_from_db()
    making = making_for(report)
    assert "送审稿" not in file_name(making.kind.formats[0], making)
    assert making.document.draft_line == ""


def test_a_ledger_has_no_text_to_make_final(editor: User) -> None:
    ledger = make_done(request_report(by=editor, kind="ledger", period=make_period(), at=NOW))
    assert not ReportKind.LEDGER.has_prose
    assert making_for(ledger).document.draft_line == ""
    with pytest.raises(PermissionDenied):
        edit(ledger, editor, key="opening")


def test_making_it_final_freezes_the_text_and_writes_the_files_again(
    brief: Report, editor: User
) -> None:
    edit(brief, editor, key="behind")
    finalise_report(brief, by=editor, at=LATER)
    brief.refresh_from_db()
    assert (brief.state, brief.final_by, brief.final_at) == (
        ReportState.QUEUED,
        editor,
        LATER,
    )
    assert brief.words is not None
    assert "一句话。" in str(brief.words)
    assert brief.final_digest == digest_of({"dataset": brief.digest, "words": brief.words})
    Report.objects.filter(pk=brief.pk).update(state=ReportState.DONE)
    with pytest.raises(DomainError, match="已经定稿"):
        edit(brief, editor, key="behind", seen=1)
    with pytest.raises(DomainError, match="已经定稿"):
        finalise_report(brief, by=editor, at=LATER)


def test_drafters_cannot_make_a_kind_final_that_is_issued(report: Report, editor: User) -> None:
    with pytest.raises(PermissionDenied):
        finalise_report(report, by=editor, at=LATER)


def test_the_database_also_refuses_changes_of_a_final_report(brief: Report, editor: User) -> None:
    report = brief
    edit(report, editor, key="behind")
    finalise_report(report, by=editor, at=LATER)
    again = {
        "key": "next",
        "heading": "四",
        "version": 1,
        "text": "迟到。",
        "by": editor,
        "at": NOW,
    }
    with pytest.raises(InternalError, match="final report is not edited"), transaction.atomic():
        ReportEdit.objects.create(report=report, **again)
    with pytest.raises(InternalError, match="stays final"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(final_digest="0" * 64)
    with pytest.raises(InternalError, match="stays final"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(words={})
    with pytest.raises(InternalError, match="Cannot update"), transaction.atomic():
        ReportEdit.objects.update(text="改写历史。")
