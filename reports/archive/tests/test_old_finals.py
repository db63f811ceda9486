"""Documents made final before their text was stored: their files stay, byte for byte."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db.models import F

from agencies.permissions import Role
from lib.errors import DomainError
from measures.models import Period
from measures.tests.factories import NOW, make_user
from reports.archive.edit import edit_passage
from reports.archive.tests.sign_off import drafted
from reports.archive.tests.test_pages import signed_in
from reports.choices import IssueState, ReportKind
from reports.datasets.frozen import digest_of
from reports.jobs.build import run_report
from reports.jobs.files import remove_old_files
from reports.jobs.request import request_report
from reports.jobs.retry import retry_report
from reports.kinds import KINDS
from reports.models import Issue, Report, ReportFile

pytestmark = pytest.mark.django_db(transaction=True)
YEARS = timedelta(days=4000)


@pytest.fixture
def old(filed: Period) -> Report:
    """Create a brief as an earlier version left it: final, with files, without stored text."""
    by = make_user(Role.COORDINATOR)
    report = request_report(by=by, kind="brief", period=filed, at=NOW)
    assert run_report(report.pk, at=NOW)
    edit_passage(report, key="help", text="当时改的话。", seen=0, by=by, at=NOW)
    digest = digest_of({"dataset": "…", "edits": {}})
    Report.objects.filter(pk=report.pk).update(final_at=NOW, final_by=by, final_digest=digest)
    return Report.objects.get(pk=report.pk)


@pytest.fixture
def old_circular(filed: Period) -> Report:
    """Create a circular as an earlier version issued it."""
    report, by = drafted(filed), make_user(Role.CHIEF)
    number = {"year": 2026, "serial": 1, "number": "渝商务通报〔2026〕1号", "issued_on": NOW.date()}
    signed = {"state": IssueState.ISSUED, "issued_at": NOW, "issued_by": by}
    Issue.objects.filter(report=report).update(**number, **signed)
    Report.objects.filter(pk=report.pk).update(final_at=NOW, final_by=by, final_digest="1" * 64)
    return Report.objects.get(pk=report.pk)


def files_of(report: Report) -> dict[str, bytes]:
    return {f.format: f.file.read() for f in ReportFile.objects.filter(report=report)}


def break_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the writer by later code that writes another text."""

    def document(*args, **kwargs):  # type: ignore[no-untyped-def]
        raise AssertionError("laid out anew")

    had = KINDS[ReportKind.BRIEF]
    monkeypatch.setitem(KINDS, ReportKind.BRIEF, had._replace(document=document))


def test_its_files_are_never_written_again_nor_removed(
    old: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_of(old)
    break_words(monkeypatch)
    with pytest.raises(DomainError, match="不再重新写成。需要时请另拟一份"):
        retry_report(old, by=make_user(Role.COORDINATOR), at=NOW + YEARS)
    assert signed_in().post(f"/reports/{old.pk}/rerun/").status_code == 409
    assert remove_old_files(days=30, at=NOW + YEARS) == 0
    assert files_of(old) == before


def test_its_page_shows_the_text_of_the_word_file(
    old: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_words(monkeypatch)
    page = signed_in().get(f"/reports/{old.pk}/").content.decode()
    assert "读自当时写成的 Word 文件" in page
    assert "滞后和预警事项" in page
    assert "重新生成文件" not in page
    assert "另拟一份" in page
    edit = signed_in().get(f"/reports/{old.pk}/edit/").content.decode()
    assert "没有留存全文" in edit
    assert f'href="/reports/{old.pk}/edit/"' in page
    assert "当时改的话。" in edit


def test_if_the_file_is_gone_the_page_says_so(old: Report) -> None:
    default_storage.delete(ReportFile.objects.get(report=old, format="docx").file.name)
    page = signed_in().get(f"/reports/{old.pk}/").content.decode()
    assert "当时的 Word 文件已经不在" in page
    assert "另拟一份" in page


def test_a_signer_can_withdraw_it_and_all_see_the_reason(old_circular: Report) -> None:
    url, chief = f"/reports/{old_circular.pk}/", signed_in(Role.CHIEF)
    page = chief.get(url).content.decode()
    assert "签发，文号渝商务通报〔2026〕1号" in page
    assert f'action="{url}withdraw/"' in page
    assert f'action="{url}withdraw/"' not in signed_in().get(url).content.decode()
    refused = chief.post(f"{url}withdraw/", {"reason": ""})
    assert refused.status_code == 422
    assert f'action="{url}withdraw/"' in refused.content.decode()
    assert chief.post(f"{url}withdraw/", {"reason": "期限有误"}).status_code == 302
    page = signed_in().get(url).content.decode()
    assert "原文号渝商务通报〔2026〕1号不再使用。理由：期限有误" in page
    assert f'action="{url}withdraw/"' not in page


def test_files_with_a_stored_text_are_removed_and_written_again_equally(
    old: Report, tmp_path: Path
) -> None:
    by = make_user(Role.COORDINATOR)
    report = request_report(by=by, kind="brief", period=old.period, at=NOW, is_anew=True)
    assert run_report(report.pk, at=NOW)
    client = signed_in()
    assert client.post(f"/reports/{report.pk}/final/").status_code == 302
    assert run_report(report.pk, at=NOW)
    before = files_of(report)
    ReportFile.objects.update(written_at=F("written_at") - timedelta(days=100))
    assert remove_old_files(days=30, at=NOW) == len(before)
    assert client.post(f"/reports/{report.pk}/rerun/").status_code == 302
    assert run_report(report.pk, at=NOW)
    assert files_of(report) == before
