"""修改文字: all parts, one part, two people editing the same part, and 定稿."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from agencies.permissions import Role
from lib.official.document import digest_of_words, every_part
from measures.models import Period
from measures.tests.factories import NOW, make_user
from measures.tests.starts import define_start
from reports.archive.edit import edit_passage
from reports.archive.submit import submit_report
from reports.archive.tests.test_pages import signed_in
from reports.choices import ReportKind, ReportState
from reports.conftest import make_done
from reports.jobs.build import run_report
from reports.jobs.request import request_report
from reports.kinds import KINDS, making_for
from reports.models import Report, ReportEdit, ReportFile

pytestmark = pytest.mark.django_db


def _make_progress() -> None:
    by, period = make_user(Role.COORDINATOR), Period.objects.get()
    make_done(request_report(by=by, kind="progress", period=period, at=NOW))


start_with_progress = define_start("start_with_progress", _make_progress, after="start_filed")


@pytest.fixture
def report(start_with_progress: None) -> Report:
    """Create a finished progress report."""
    return Report.objects.get()


@pytest.fixture
def brief(filed: Period) -> Report:
    """Create a finished brief, which its drafters may make final."""
    by = make_user(Role.COORDINATOR)
    return make_done(request_report(by=by, kind="brief", period=filed, at=NOW))


@pytest.fixture
def client() -> Client:
    return signed_in()


def page(client: Client, report: Report, rest: str = "edit/") -> str:
    return client.get(f"/reports/{report.pk}/{rest}").content.decode()


def save(client: Client, report: Report, text: str, seen: int = 0, key: str = "next"):  # type: ignore[no-untyped-def]
    return client.post(f"/reports/{report.pk}/edit/{key}/", {"text": text, "seen": seen})


def test_every_part_is_shown_with_a_link_to_edit_it(client: Client, report: Report) -> None:
    text = page(client, report)
    for key in ("opening", "overall", "measure-1", "measure-17", "problems", "filings", "next"):
        assert f'action="/reports/{report.pk}/edit/{key}/"' in text
        assert f'id="{key}_text"' in text
    for key in ("heading-overall", "heading-measure-10", "annex-1"):
        assert f'action="/reports/{report.pk}/edit/{key}/"' in text
    assert "已编辑0处" in text


def test_an_edit_is_marked_everywhere_with_the_generated_text_beside_it(
    client: Client, report: Report
) -> None:
    answer = save(client, report, "继续做好各项工作。")
    assert answer["Location"] == f"/reports/{report.pk}/edit/#next"
    assert "重新生成文件或签发后写入文件" in page(client, report)
    text = page(client, report)
    assert "已编辑1处" in text
    assert "<ins>" in text
    whole = page(client, report, "")
    assert "继续做好各项工作。" in whole
    assert "已编辑 · 看生成的文字" in whole
    assert "对进展滞后的措施，逐项跟踪督办：" in whole


def test_a_number_that_was_added_or_removed_causes_a_warning(
    client: Client, report: Report
) -> None:
    answer = client.post(
        f"/reports/{report.pk}/edit/next/", {"text": "共有3项。", "seen": 0}, follow=True
    )
    text = answer.content.decode()
    assert "请核对数字：生成的文字中没有、新出现：3" in text
    assert "数字有出入的" in text


def test_an_empty_text_is_refused_with_a_sentence_what_to_do(
    client: Client, report: Report
) -> None:
    answer = save(client, report, "  ")
    assert answer.status_code == 422
    assert "恢复生成的文字" in answer.content.decode()
    assert not ReportEdit.objects.exists()


def test_of_two_concurrent_edits_both_are_shown_and_no_text_is_lost(
    client: Client, report: Report
) -> None:
    other = make_user(Role.CHIEF)
    edit_passage(report, key="next", text="别人的话。", seen=0, by=other, at=NOW)
    answer = save(client, report, "我的话。")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "又修改了这一部分，您的文字没有保存" in text
    assert "别人的话。" in text
    assert "我的话。" in text
    assert "仍用我的文字保存" in text
    assert save(client, report, "我的话。", seen=1).status_code == 302
    assert 'name="seen" value="1"' in text


def test_the_generated_text_can_be_restored_with_one_click(client: Client, report: Report) -> None:
    save(client, report, "改过的话。")
    answer = client.post(f"/reports/{report.pk}/edit/next/undo/", {"seen": 1})
    assert answer.status_code == 302
    text = page(client, report)
    assert "已编辑0处" in text
    assert "恢复为生成的文字" in text
    assert "改过的话。" in text  # in the history


def test_undoing_an_edit_that_another_person_has_just_made_is_refused(
    client: Client, report: Report
) -> None:
    save(client, report, "改过的话。")
    assert client.post(f"/reports/{report.pk}/edit/next/undo/", {"seen": 0}).status_code == 409
    assert client.post(f"/reports/{report.pk}/edit/next/undo/", {}).status_code == 409


def test_an_unknown_part_is_404(client: Client, report: Report) -> None:
    assert client.get(f"/reports/{report.pk}/edit/measure-99/").status_code == 404


def test_files_older_than_the_text_are_marked(client: Client, report: Report) -> None:
    assert "文件写成以后" not in page(client, report, "")
    save(client, report, "改过的话。")
    notice = 'class="notice-line no-print">文件写成以后，文字又有修改'
    assert notice in page(client, report, "")
    client.post(f"/reports/{report.pk}/edit/next/undo/", {"seen": 1})
    assert "文件写成以后" not in page(client, report, "")


def test_files_written_by_an_earlier_version_are_marked_as_older(
    client: Client, report: Report
) -> None:
    Report.objects.filter(pk=report.pk).update(words_written="")
    assert "文件写成以后，文字又有修改或者系统改了写法" in page(client, report, "")


def test_readers_see_no_marks_of_edits(client: Client, report: Report) -> None:
    save(client, report, "改过的话。")
    assert "看生成的文字" in page(client, report, "")
    text = page(signed_in(Role.LEADER), report, "")
    assert "改过的话。" in text
    assert "看生成的文字" not in text


def test_headings_and_titles_of_annexes_are_edited_like_prose(
    client: Client, report: Report
) -> None:
    heading = "10.外商投资进口企业服务"
    assert save(client, report, heading, key="heading-measure-10").status_code == 302
    assert save(client, report, "措施台账", key="annex-1").status_code == 302
    for words in (heading, "措施台账"):
        assert words in page(client, report)
        assert words in page(client, report, "")
    document = making_for(report).document
    assert document.annexes[0].title == "措施台账"
    assert heading in [part.heading for part in every_part(document.parts)]
    client.post(f"/reports/{report.pk}/edit/annex-1/undo/", {"seen": 1})
    assert making_for(report).document.annexes[0].title != "措施台账"


def test_notes_for_the_editor_are_shown_and_must_be_confirmed(
    client: Client, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    had = KINDS[ReportKind.PROGRESS]

    def document(*args, **kwargs):  # type: ignore[no-untyped-def]
        return had.document(*args, **kwargs)._replace(editor_notes=("第（十）项请核对。",))

    monkeypatch.setitem(KINDS, ReportKind.PROGRESS, had._replace(document=document))
    text = page(client, report, "")
    assert "编辑核对事项" in text
    assert "第（十）项请核对。" in text
    seen = digest_of_words(making_for(report).document)
    refused = client.post(f"/reports/{report.pk}/submit/", {"seen": seen})
    assert refused.status_code == 422
    assert "请逐项处理编辑核对事项，再勾选。" in refused.content.decode()
    sent = {"seen": seen, "notes_settled": "on"}
    assert client.post(f"/reports/{report.pk}/submit/", sent).status_code == 302


def test_an_edit_of_a_removed_part_stays_visible_and_is_shown_when_submitting(
    client: Client, brief: Report
) -> None:
    by = make_user(Role.COORDINATOR)
    place = {"key": "changes", "heading": "主要变化", "version": 1}
    ReportEdit.objects.create(report=brief, **place, text="以前写的话。", by=by, at=NOW)
    note = "对“主要变化”修改过的文字，现在的文稿里没有相应的部分，没有写入"
    whole = page(client, brief, "")
    assert note in whole
    assert "以前写的话。" not in whole
    text = page(client, brief)
    assert "没有相应部分的修改" in text
    assert "以前写的话。" in text
    client.post(f"/reports/{brief.pk}/final/")
    Report.objects.update(state=ReportState.DONE)
    assert note not in page(client, brief, "")
    assert "以前写的话。" in page(client, brief)


def test_a_submitted_report_is_edited_by_its_signer_and_edits_are_shown(
    client: Client, report: Report
) -> None:
    by = make_user(Role.COORDINATOR)
    seen = digest_of_words(making_for(report).document)
    submit_report(report, by=by, seen=seen, notes_settled=True, at=NOW)
    assert save(client, report, "改过的话。").status_code == 409
    assert "已经送审，签发前只有签发人能修改" in page(client, report)
    chief = signed_in(Role.CHIEF)
    assert save(chief, report, "负责人改过。").status_code == 302
    for reader in (chief, client):
        text = page(reader, report, "")
        assert "送审后改过：" in text
        assert "五、下一步工作打算" in text
    assert "<ins>" in page(client, report)


def test_a_final_report_cannot_be_edited_only_requested_again(
    client: Client, brief: Report
) -> None:
    report = brief
    save(client, report, "改过的话。", key="help")
    answer = client.post(f"/reports/{report.pk}/final/")
    assert answer["Location"] == f"/reports/{report.pk}/"
    Report.objects.update(state=ReportState.DONE)
    assert save(client, report, "又改。", seen=1, key="help").status_code == 409
    text = page(client, report)
    assert "全文就此固定" in text
    assert "改过的话。" in text
    assert "另拟一份" in page(client, report, "")
    anew = client.post(f"/reports/{report.pk}/anew/")
    again = Report.objects.exclude(pk=report.pk).get()
    assert (anew["Location"], again.is_anew) == (f"/reports/{again.pk}/", True)


@pytest.mark.django_db(transaction=True)
def test_the_files_have_the_edited_text_and_are_drafts_until_final(filed: Period) -> None:
    client, by = signed_in(), make_user(Role.COORDINATOR)
    report = request_report(by=by, kind="brief", period=filed, at=NOW)
    run_report(report.pk, at=NOW)
    name = ReportFile.objects.filter(report=report, format="docx").values_list("name", flat=True)
    assert name[0].endswith("简报（送审稿）.docx")
    save(client, report, "改过的话。", key="help")
    client.post(f"/reports/{report.pk}/final/")
    assert run_report(report.pk, at=NOW)
    file = ReportFile.objects.get(report=report, format="docx")
    assert file.name.endswith("简报.docx")
    words = [p.text for p in Document(file.file.open()).paragraphs]
    assert "改过的话。" in words
    assert not any("送审稿" in line for line in words)
    report.refresh_from_db()
    assert report.words_written == digest_of_words(making_for(report).document)


def test_thirty_versions_take_as_many_queries_as_one(client: Client, report: Report) -> None:
    save(client, report, "第0次。")
    with CaptureQueriesContext(connection) as few:
        page(client, report)
    for n in range(29):
        save(client, report, f"第{n + 1}次。", seen=n + 1)
    with CaptureQueriesContext(connection) as many:
        page(client, report)
    assert len(many) == len(few)
