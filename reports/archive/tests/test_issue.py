"""签发 and 撤回: who may do it and when, and numbers without gaps."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client

from agencies.models import Agency, Event, Message, User
from agencies.permissions import Role
from lib.errors import DomainError
from lib.official.document import digest_of_words
from measures.models import Filing, Period
from measures.tests.factories import NOW, TODAY, join, make_user
from reports.archive.issue import issue_report, withdraw_report
from reports.archive.submit import submit_report
from reports.archive.tests.test_pages import signed_in
from reports.choices import IssueState, ReportKind, ReportState
from reports.conftest import accept
from reports.datasets.frozen import digest_of
from reports.jobs.build import run_report
from reports.jobs.cancel import cancel_report
from reports.jobs.request import request_report
from reports.jobs.retry import retry_report
from reports.kinds import gather, making_for
from reports.models import Issue, NumberCounter, Report

pytestmark = pytest.mark.django_db


def drafted(period: Period, kind: str = "circular", code: str = "") -> Report:
    """Create a draft with a frozen dataset and no files."""
    agency = Agency.objects.get(code=code) if code else None
    by = make_user(Role.COORDINATOR)
    report = request_report(
        by=by, kind=kind, period=period, agency=agency, at=NOW, is_anew=True, again=True
    )
    data = gather(ReportKind(kind), report.scope, on=TODAY)
    Report.objects.filter(pk=report.pk).update(
        state="done", dataset=data, digest=digest_of(data), frozen_at=NOW, finished_at=NOW
    )
    return Report.objects.get(pk=report.pk)


def submitted(period: Period, kind: str = "circular", code: str = "") -> Report:
    """Create a draft that waits for a signature."""
    report = drafted(period, kind, code)
    by = make_user(Role.COORDINATOR)
    submit_report(report, by=by, seen=seen(report), notes_settled=True, again=True, at=NOW)
    return Report.objects.get(pk=report.pk)


def seen(report: Report) -> str:
    return digest_of_words(making_for(report).document)


def issued(report: Report, by: User | None = None, at=NOW) -> Issue:  # type: ignore[no-untyped-def]
    by = by or make_user(Role.CHIEF)
    return issue_report(report, by=by, seen=seen(report), again=True, at=at)


@pytest.mark.parametrize(("kind", "code"), [("circular", ""), ("letter", "cqcustoms")])
def test_a_chief_issues_it_with_number_and_day(filed: Period, kind: str, code: str) -> None:
    report, chief = submitted(filed, kind, code), make_user(Role.CHIEF)
    issue = issued(report, chief)
    word = {"circular": "渝商务通报", "letter": "渝商务提示"}[kind]
    assert (issue.number, issue.issued_on) == (f"{word}〔2026〕1号", TODAY)
    assert (issue.state, issue.issued_by, issue.issued_at) == (IssueState.ISSUED, chief, NOW)
    again = Report.objects.get(pk=report.pk)
    assert again.state == ReportState.QUEUED  # its files are written again, with the number
    document = making_for(again).document
    assert document.head is not None
    assert (document.head.number, document.made_on) == (issue.number, TODAY)
    assert again.digest == report.digest
    event = Event.objects.get(action="report.issue")
    assert issue.number in event.sentence


def test_the_event_of_the_second_writing_says_why_it_is_written_again(filed: Period) -> None:
    report = submitted(filed, "letter", "cqcustoms")
    issued(report)
    run_report(report.pk, at=NOW)
    event = Event.objects.get(action="report.done")  # the draft was made without one
    assert event.sentence.startswith("按签发内容重新生成")


@pytest.mark.parametrize(
    "role",
    [
        Role.COORDINATOR,
        Role.LEADER,
        Role.LIAISON,
        Role.AGENCY_HEAD,
        Role.SYSTEM_ADMIN,
        Role.SECURITY_ADMIN,
        Role.AUDITOR,
    ],
)
@pytest.mark.parametrize(("kind", "code"), [("circular", ""), ("letter", "cqcustoms")])
def test_nobody_else_can_issue_it(filed: Period, role: Role, kind: str, code: str) -> None:
    report = submitted(filed, kind, code)
    with pytest.raises(PermissionDenied):
        issued(report, make_user(role))
    assert Issue.objects.get().is_submitted
    assert not NumberCounter.objects.exists()


def test_a_chief_who_files_for_the_agency_cannot_sign_its_letter(filed: Period) -> None:
    chief = make_user(Role.CHIEF)
    join(chief, Role.LIAISON, Agency.objects.get(code="cqcustoms"))
    with pytest.raises(PermissionDenied):
        issued(submitted(filed, "letter", "cqcustoms"), chief)


def test_if_no_chief_may_sign_a_letter_its_page_says_who_must_be_appointed(
    client: Client, filed: Period
) -> None:
    chief = make_user(Role.CHIEF)
    join(chief, Role.LIAISON, Agency.objects.get(code="cqcustoms"))
    report = submitted(filed, "letter", "cqcustoms")
    client.force_login(chief)
    address, sentence = f"/reports/{report.pk}/", "另行授予一人“商务委负责人”角色。"
    assert sentence in client.get(address).content.decode()
    assert not Message.objects.filter(user=chief, kind="request").exists()
    issued_by = make_user(Role.CHIEF)
    assert sentence not in client.get(address).content.decode()
    assert issued(report, issued_by).issued_by == issued_by


def test_the_agency_s_people_are_notified(filed: Period) -> None:
    customs, other = Agency.objects.get(code="cqcustoms"), Agency.objects.get(code="kjj")
    head, stranger = make_user(Role.AGENCY_HEAD, customs), make_user(Role.AGENCY_HEAD, other)
    report = submitted(filed, "letter", "cqcustoms")
    issue = issued(report)
    message = Message.objects.get(user=head, kind="document")
    assert message.sentence == f"收到{issue.number}《{report}》，请查收办理。"
    assert message.url == f"/reports/{report.pk}/"
    assert not Message.objects.filter(user=stranger, kind="document").exists()


def test_all_agencies_that_owe_filings_are_notified_of_a_circular(filed: Period) -> None:
    heads = [
        make_user(Role.AGENCY_HEAD, Agency.objects.get(code=code)) for code in ("cqcustoms", "kjj")
    ]
    issued(submitted(filed))
    for head in heads:
        assert Message.objects.filter(user=head, kind="document").count() == 1


def test_numbers_have_no_gaps_in_the_series_of_a_kind_and_year(filed: Period) -> None:
    numbers = []
    for kind, code in (("circular", ""), ("letter", "cqcustoms"), ("circular", "")):
        numbers.append(issued(submitted(filed, kind, code)).number)
        Report.objects.update(state="done")  # its files are written
    assert numbers == ["渝商务通报〔2026〕1号", "渝商务提示〔2026〕1号", "渝商务通报〔2026〕2号"]


def test_a_refused_signature_uses_no_number(filed: Period) -> None:
    first = submitted(filed)
    with pytest.raises(DomainError, match="有改动"):
        issue_report(first, by=make_user(Role.CHIEF), seen="x", at=NOW)
    assert issued(first).number.endswith("〕1号")


def test_a_withdrawn_number_is_never_used_again(filed: Period) -> None:
    first = submitted(filed)
    issued(first)
    Report.objects.update(state="done")
    withdraw_report(first, by=make_user(Role.CHIEF), reason="口径有误。", at=NOW)
    assert issued(submitted(filed)).number == "渝商务通报〔2026〕2号"
    assert Issue.objects.get(report=first).number == "渝商务通报〔2026〕1号"


def test_an_assigned_number_never_changes(filed: Period) -> None:
    issue = issued(submitted(filed))
    for change in (
        {"number": "x"},
        {"serial": 9},
        {"year": 2025},
        {"issued_on": TODAY.replace(day=1)},
    ):
        with pytest.raises(InternalError, match="stays"), transaction.atomic():
            Issue.objects.filter(pk=issue.pk).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        issue.delete()


def test_the_database_refuses_an_issued_document_without_a_number(filed: Period) -> None:
    submitted(filed)
    with pytest.raises(IntegrityError, match="issue_number_when_issued"), transaction.atomic():
        Issue.objects.update(state=IssueState.ISSUED)


NOT_NOW = [
    (ReportState.QUEUED, "还没有生成完成"),
    (ReportState.FAILED, "还没有生成完成"),
]


@pytest.mark.parametrize(("state", "sentence"), NOT_NOW)
def test_an_unfinished_report_cannot_be_issued(
    filed: Period, state: ReportState, sentence: str
) -> None:
    report = submitted(filed)
    words = seen(report)
    Report.objects.filter(pk=report.pk).update(state=state, error="没写成。")
    with pytest.raises(DomainError, match=sentence):
        issue_report(report, by=make_user(Role.CHIEF), seen=words, at=NOW)


def test_nothing_is_issued_twice(filed: Period) -> None:
    report = submitted(filed)
    words = seen(report)
    issued(report)
    with pytest.raises(DomainError, match="现为“已签发”，不能签发"):
        issue_report(report, by=make_user(Role.CHIEF), seen=words, at=NOW)


def test_a_kind_without_numbers_is_not_issued(filed: Period) -> None:
    report = request_report(by=make_user(Role.CHIEF), kind="brief", period=filed, at=NOW)
    with pytest.raises(DomainError, match="不须签发"):
        issue_report(report, by=make_user(Role.CHIEF), seen="", at=NOW)


def test_a_letter_is_not_issued_once_the_agency_has_filed(filed: Period) -> None:
    report = submitted(filed, "letter", "cqcustoms")
    accept(Filing.objects.get(agency__code="cqcustoms", measure__ordinal=17), progress="补报。")
    with pytest.raises(DomainError, match="第（十七）项已经报送或免报，请重新生成"):
        issued(report)


@pytest.mark.usefixtures("frozen")
def test_an_outdated_letter_says_so_before_anybody_signs(filed: Period, client: Client) -> None:
    report = submitted(filed, "letter", "cqcustoms")
    page, words = f"/reports/{report.pk}/", "文中写为未报的第（十七）项已经报送或免报"
    client.force_login(make_user(Role.CHIEF))
    assert words not in client.get(page).content.decode()
    accept(Filing.objects.get(agency__code="cqcustoms", measure__ordinal=17), progress="补报。")
    assert words in client.get(page).content.decode()


def test_a_circular_is_not_issued_once_a_named_agency_has_filed(filed: Period) -> None:
    report = submitted(filed)
    accept(Filing.objects.get(agency__code="cqcustoms", measure__ordinal=17), progress="补报。")
    with pytest.raises(DomainError, match="请重新生成"):
        issued(report)


# Drafted on 2026-11-23: five working days later is 2026-11-30.
DAYS = [(6, True), (7, False), (8, False)]


@pytest.mark.parametrize(("days", "goes"), DAYS)
def test_a_letter_is_not_issued_once_its_deadline_has_come(
    filed: Period, days: int, goes: bool
) -> None:
    report, at = submitted(filed), NOW + timedelta(days=days)
    if goes:
        assert issued(report, at=at).issued_on == TODAY + timedelta(days=days)
        return
    with pytest.raises(DomainError, match="期限2026-11-30已到"):
        issued(report, at=at)


def test_drafters_can_drop_a_draft(filed: Period) -> None:
    report = submitted(filed)
    issue = withdraw_report(report, by=make_user(Role.COORDINATOR), reason="重复。", at=NOW)
    assert (issue.state, issue.number) == (IssueState.WITHDRAWN, "")
    assert not Message.objects.filter(kind="document").exists()


def test_only_a_chief_withdraws_an_issued_one_and_its_people_are_notified(filed: Period) -> None:
    head = make_user(Role.AGENCY_HEAD, Agency.objects.get(code="cqcustoms"))
    report = submitted(filed, "letter", "cqcustoms")
    issued(report)
    Report.objects.update(state="done")
    with pytest.raises(PermissionDenied):
        withdraw_report(report, by=make_user(Role.COORDINATOR), reason="误发。", at=NOW)
    withdraw_report(report, by=make_user(Role.CHIEF), reason="误发。", at=NOW)
    told = Message.objects.filter(user=head, kind="document")
    assert told.count() == 2
    assert "撤回" in told.unread().get().sentence  # nothing is left to do
    with pytest.raises(DomainError, match="已撤回"):
        withdraw_report(report, by=make_user(Role.CHIEF), reason="误发。", at=NOW)


def test_withdrawing_needs_a_reason(filed: Period) -> None:
    with pytest.raises(DomainError, match="须写明理由"):
        withdraw_report(submitted(filed), by=make_user(Role.CHIEF), reason="  ", at=NOW)


def test_writing_the_files_of_a_numbered_document_cannot_be_cancelled(filed: Period) -> None:
    report = submitted(filed)
    issued(report)
    with pytest.raises(DomainError, match="正在写入文号"):
        cancel_report(report, by=make_user(Role.COORDINATOR), at=NOW)
    page = signed_in(Role.COORDINATOR).get(f"/reports/{report.pk}/").content.decode()
    assert "排队中" in page
    assert "取消生成" not in page


def test_one_signature_sends_one_message(filed: Period) -> None:
    report = submitted(filed)
    issued(report)
    assert run_report(report.pk, at=NOW)
    told = Message.objects.filter(url=f"/reports/{report.pk}/", kind__startswith="report_")
    assert list(told.values_list("kind", flat=True)) == ["report_issued"]
    retry_report(report, by=make_user(Role.COORDINATOR), at=NOW)
    assert run_report(report.pk, at=NOW)
    assert told.filter(kind="report_ready").count() == 1  # for the request, not for signing


def test_after_a_withdrawal_the_same_report_can_be_requested_again(filed: Period) -> None:
    report = submitted(filed)
    withdraw_report(report, by=make_user(Role.COORDINATOR), reason="重拟。", at=NOW)
    assert report not in Report.objects.done().not_withdrawn()


@pytest.mark.django_db(transaction=True)
def test_two_concurrent_signatures_get_consecutive_numbers(filed: Period) -> None:
    reports = [submitted(filed, "letter", code) for code in ("cqcustoms", "zscqj")]
    chiefs, start = [make_user(Role.CHIEF), make_user(Role.CHIEF)], Barrier(2)

    def run(report: Report, by: User) -> None:
        start.wait()
        issued(report, by)
        connection.close()

    threads = [Thread(target=run, args=pair) for pair in zip(reports, chiefs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(Issue.objects.values_list("serial", flat=True)) == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_chiefs_are_notified_once_that_a_draft_waits(filed: Period) -> None:
    chief = make_user(Role.CHIEF)
    by = make_user(Role.COORDINATOR)
    report = request_report(by=by, kind="circular", period=filed, at=NOW)
    assert run_report(report.pk, at=NOW)
    assert not Message.objects.filter(user=chief).exists()  # a draft waits for nobody
    report = Report.objects.get(pk=report.pk)
    submit_report(report, by=by, seen=seen(report), notes_settled=True, again=False, at=NOW)
    message = Message.objects.get(user=chief, kind="request")
    assert (message.sentence, message.url) == (
        "2026年前三季度情况通报待您签发。",
        f"/reports/{report.pk}/",
    )
    assert message.read_at is None
    issued(Report.objects.get(pk=report.pk), chief)
    message.refresh_from_db()
    assert message.settled_at is not None  # an issued document waits for nobody
    assert run_report(report.pk, at=NOW)
    assert Message.objects.filter(user=chief, kind="request").count() == 1
    with Report.objects.get(pk=report.pk).files.get(format="docx").file.open() as file:
        assert file.read(2) == b"PK"


@pytest.mark.django_db(transaction=True)
def test_a_dropped_draft_leaves_all_inboxes(filed: Period) -> None:
    chief, coordinator = make_user(Role.CHIEF), make_user(Role.COORDINATOR)
    agency = Agency.objects.get(code="cqcustoms")
    report = request_report(by=coordinator, kind="letter", period=filed, agency=agency, at=NOW)
    assert run_report(report.pk, at=NOW)
    report = Report.objects.get(pk=report.pk)
    submit_report(
        report, by=coordinator, seen=seen(report), notes_settled=True, again=False, at=NOW
    )
    assert Message.objects.to(chief).unread().count() == 1
    withdraw_report(Report.objects.get(pk=report.pk), by=coordinator, reason="重拟。", at=NOW)
    assert not Message.objects.to(chief).unread().exists()
