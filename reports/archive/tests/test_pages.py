"""报告: the list, one report, its fragment and its files; and who sees them."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx import Document

from agencies.models import Event, User
from agencies.permissions import Role
from measures.models import Period
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, make_period, make_user
from reports.archive.edit import finalise_report
from reports.choices import ReportState
from reports.conftest import make_done
from reports.datasets.frozen import digest_of
from reports.jobs.attempt import fail_report
from reports.jobs.build import run_report
from reports.jobs.request import request_report
from reports.models import Report, ReportFile
from reports.tests.reading import read
from reports.tests.world import gather_progress

pytestmark = pytest.mark.django_db


def signed_in(role: Role = Role.COORDINATOR) -> Client:
    client = Client()
    client.force_login(make_user(role))
    client.get("/inbox/")  # the first request stores when the session began
    return client


def asked(period: Period, by: User | None = None) -> Report:
    by = by or make_user(Role.CHIEF)
    return request_report(by=by, kind="progress", period=period, at=NOW)


@pytest.fixture
def made(filed: Period) -> Report:
    """Create a finished report with its files."""
    report = asked(filed)
    run_report(report.pk, at=NOW)
    report.refresh_from_db()
    return report


SEES = [
    #                     the list, a report on the whole notice
    (Role.COORDINATOR, 200, 200),
    (Role.CHIEF, 200, 200),
    (Role.LEADER, 200, 200),
    (Role.LIAISON, 200, 404),
    (Role.AGENCY_HEAD, 200, 404),
    (Role.SYSTEM_ADMIN, 403, 403),
    (Role.SECURITY_ADMIN, 403, 403),
    (Role.AUDITOR, 403, 403),
]


@pytest.mark.parametrize(("role", "listed", "status"), SEES)
def test_who_sees_reports(role: Role, listed: int, status: int) -> None:
    report, client = asked(make_period()), signed_in(role)
    assert client.get("/reports/").status_code == listed
    assert client.get(f"/reports/{report.pk}/").status_code == status


@pytest.mark.parametrize(("role", "status"), [(r, s) for r, _, s in SEES if s != 200])
def test_others_reach_nothing(role: Role, status: int) -> None:
    report, client = asked(make_period()), signed_in(role)
    assert client.get(f"/reports/{report.pk}/files/docx/").status_code == status
    assert client.post(f"/reports/{report.pk}/rerun/").status_code == status
    assert client.post("/reports/new/", {}).status_code == (422 if status == 404 else 403)
    assert client.get("/reports/999999/").status_code == status


def test_a_report_that_does_not_exist_is_404() -> None:
    client = signed_in()
    for address in ("/reports/0/", "/reports/0/files/docx/"):
        assert client.get(address).status_code == 404


def test_a_request_redirects_to_the_report() -> None:
    period, client = make_period(), signed_in()
    answer = client.post("/reports/new/", {"kind": "progress", "period": period.pk})
    report = Report.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/reports/{report.pk}/")
    again = client.post("/reports/new/", {"kind": "progress", "period": period.pk})
    assert again["Location"] == answer["Location"]


def test_a_refused_request_shows_the_page_with_the_reason() -> None:
    draft = make_period(state="draft")
    make_period(Quarter(2026, 2))
    answer = signed_in().post("/reports/new/", {"kind": "progress", "period": draft.pk})
    assert answer.status_code == 422
    assert "没有这个已开始的填报期" in answer.content.decode()
    assert not Report.objects.exists()


def test_without_a_period_the_page_says_what_to_do() -> None:
    text = signed_in().get("/reports/").content.decode()
    assert "还没有可以汇总的填报期" in text
    assert "还没有报告" in text
    assert "严禁处理、存储国家秘密和工作秘密" in text


def test_the_list_takes_equal_queries_for_one_and_for_thirty() -> None:
    client, period = signed_in(), make_period()
    fail_report(asked(period).pk, reason="没写成。", at=NOW)
    with CaptureQueriesContext(connection) as few:
        client.get("/reports/")
    for _ in range(29):
        fail_report(asked(period).pk, reason="没写成。", at=NOW)
    with CaptureQueriesContext(connection) as many:
        client.get("/reports/")
    assert len(many) == len(few)


def test_while_it_is_built_the_page_refreshes_with_and_without_scripts() -> None:
    report = asked(make_period())
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.WRITING,
        lease_until=NOW + timedelta(days=9),
        rows_done=30,
        rows_total=120,
    )
    client = signed_in()
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert 'hx-trigger="every 1s"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert 'max="120" value="30"' in page
    fragment = client.get(f"/reports/{report.pk}/", headers={"HX-Request": "true"})
    assert fragment.content.decode().lstrip().startswith("<div")
    assert "生成文件" in fragment.content.decode()


def test_when_it_has_ended_the_fragment_reloads_the_page() -> None:
    report = asked(make_period())
    fail_report(report.pk, reason="没写成。", at=NOW)
    answer = signed_in().get(f"/reports/{report.pk}/", headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_a_failed_report_shows_the_reason_and_can_be_retried() -> None:
    report, client = asked(make_period()), signed_in()
    fail_report(report.pk, reason="存储空间不足，文件没有写成。", at=NOW)
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "存储空间不足，文件没有写成。" in page
    assert "重新生成" in page
    answer = client.post(f"/reports/{report.pk}/rerun/")
    assert answer["Location"] == f"/reports/{report.pk}/"
    assert Report.objects.get(pk=report.pk).state == ReportState.QUEUED
    assert client.post(f"/reports/{report.pk}/rerun/").status_code == 409


@pytest.mark.django_db(transaction=True)
def test_the_page_has_the_same_text_as_the_file(made: Report) -> None:
    page = signed_in().get(f"/reports/{made.pk}/").content.decode()
    with ReportFile.objects.get(report=made, format="docx").file.open() as file:
        paragraphs = [p.text for p in Document(file).paragraphs if p.text]
    # The page lays out the head and the title differently.
    body = paragraphs[paragraphs.index("市人民政府：") : paragraphs.index("特此报告。")]
    assert len(body) > 50
    for words in body:
        assert words.replace('"', "&quot;") in page


@pytest.mark.django_db(transaction=True)
def test_a_file_is_downloaded_under_its_chinese_name_and_recorded(made: Report) -> None:
    file = ReportFile.objects.get(report=made, format="docx")
    answer = signed_in(Role.LEADER).get(f"/reports/{made.pk}/files/docx/")
    assert answer["Content-Disposition"] == f"attachment; filename*=utf-8''{quote(file.name)}"
    assert b"".join(answer.streaming_content).startswith(b"PK")  # type: ignore[attr-defined]
    assert answer["Content-Length"] == str(file.size)
    event = Event.objects.get(action="report.download")
    assert event.after["sha256"] == file.sha256


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("harm", "sentence"), [("alter", "校验值不符"), ("remove", "找不到")])
def test_what_is_not_as_it_was_written_is_not_handed_out(
    made: Report, harm: str, sentence: str
) -> None:
    file = ReportFile.objects.get(report=made, format="xlsx")
    if harm == "alter":
        with open(file.file.path, "ab") as stored:
            stored.write(b"x")
    else:
        file.file.storage.delete(str(file.file))
    client = signed_in()
    answer = client.get(f"/reports/{made.pk}/files/xlsx/")
    assert answer.status_code == 409
    assert sentence in answer.content.decode()
    assert not Event.objects.filter(action="report.download").exists()
    client.post(f"/reports/{made.pk}/rerun/")
    run_report(made.pk, at=NOW)
    assert client.get(f"/reports/{made.pk}/files/xlsx/").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_a_report_that_is_built_again_shows_no_completion_day(made: Report) -> None:
    Report.objects.filter(pk=made.pk).update(state=ReportState.QUEUED, finished_at=NOW)
    cell = read(signed_in().get("/reports/")).xpath('//td[@data-label="完成"]')[0]
    assert (cell.text_content(), cell.get("class")) == ("—", "is-none")


def test_a_format_that_was_not_written_is_404() -> None:
    report = asked(make_period())
    assert signed_in().get(f"/reports/{report.pk}/files/docx/").status_code == 404


def test_a_finished_report_takes_few_queries(filed: Period) -> None:
    data = gather_progress(filed.pk, on=NOW.date())
    report = asked(filed)
    Report.objects.filter(pk=report.pk).update(
        state="done", dataset=data, digest=digest_of(data), frozen_at=NOW, finished_at=NOW
    )
    client = signed_in()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(f"/reports/{report.pk}/").status_code == 200
    assert len(queries) <= 9


@pytest.mark.django_db(transaction=True)
def test_a_report_that_is_built_again_has_not_ended(made: Report) -> None:
    client = signed_in()
    ended = '//td[@data-label="完成"]/time'
    assert read(client.get("/reports/")).xpath(ended)
    Report.objects.update(state=ReportState.QUEUED)
    assert not read(client.get("/reports/")).xpath(ended)


@pytest.mark.django_db(transaction=True)
def test_the_list_shows_which_reports_are_final(filed: Period) -> None:
    client, by = signed_in(), make_user(Role.COORDINATOR)
    brief = make_done(request_report(by=by, kind="brief", period=filed, at=NOW))
    assert "送审稿</span>" in client.get("/reports/").content.decode()
    finalise_report(brief, by=by, at=NOW)
    Report.objects.update(state=ReportState.DONE)
    text = client.get("/reports/").content.decode()
    assert "定稿</span>" in text
    assert "送审稿</span>" not in text
