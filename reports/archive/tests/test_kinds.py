"""报告: requesting each kind, finding one, who sees which, and issuing on the page."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, User
from agencies.permissions import Role
from measures.models import Period, Section
from measures.tests.factories import NOW, TODAY, join, make_user
from measures.tests.starts import define_start
from reports.archive.issue import issue_report
from reports.archive.submit import may_step_now, submit_report
from reports.archive.tests.sign_off import seen
from reports.choices import ReportKind
from reports.conftest import make_done
from reports.datasets.frozen import digest_of
from reports.jobs.request import request_report
from reports.kinds import gather, making_for
from reports.models import Issue, Report
from reports.rules.signing import Step

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
KINDS = [
    ("progress", ""),
    ("circular", ""),
    ("ledger", ""),
    ("agency", "cqcustoms"),
    ("letter", "cqcustoms"),
    ("brief", ""),
]


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    client.get("/inbox/")
    return client


def waiting(period: Period, kind: str, code: str = "") -> Report:
    """Create the same, submitted."""
    by = make_user(Role.COORDINATOR)
    report = made(period, kind, code, by)
    submit_report(report, by=by, seen=seen(report), notes_settled=True, at=NOW)
    return Report.objects.get(pk=report.pk)


def made(period: Period, kind: str, code: str = "", by: User | None = None) -> Report:
    agency = Agency.objects.get(code=code) if code else None
    by = by or make_user(Role.COORDINATOR)
    report = request_report(by=by, kind=kind, period=period, agency=agency, at=NOW)
    data = gather(ReportKind(kind), report.scope, on=TODAY)
    Report.objects.filter(pk=report.pk).update(
        state="done", dataset=data, digest=digest_of(data), frozen_at=NOW, finished_at=NOW
    )
    return Report.objects.get(pk=report.pk)


def options(page: str, name: str) -> list[str]:
    """Return the values that a select offers."""
    select = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL)
    return re.findall(r'value="([^"]*)"', select[0]) if select else []


@pytest.mark.parametrize(("kind", "code"), KINDS)
def test_each_kind_can_be_requested_and_read(filed: Period, kind: str, code: str) -> None:
    client = client_of(make_user(Role.COORDINATOR))
    agency = Agency.objects.get(code=code).pk if code else ""
    answer = client.post("/reports/new/", {"kind": kind, "period": filed.pk, "agency": agency})
    report = Report.objects.get()
    assert answer["Location"] == f"/reports/{report.pk}/"
    data = gather(report.kind_choice, report.scope, on=TODAY)
    Report.objects.update(
        state="done", dataset=data, digest=digest_of(data), frozen_at=NOW, finished_at=NOW
    )
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "<article" in page
    assert "重庆市商务委员会" in page or "重庆海关" in page


OFFERED = [
    (Role.COORDINATOR, list(ReportKind.values)),
    (Role.CHIEF, list(ReportKind.values)),
    (Role.LEADER, ["progress", "ledger", "brief"]),
    (Role.LIAISON, ["agency"]),
    (Role.AGENCY_HEAD, ["agency"]),
]


@pytest.mark.parametrize(("role", "kinds"), OFFERED)
def test_only_kinds_that_a_person_may_request_are_offered(
    filed: Period, role: Role, kinds: list[str]
) -> None:
    agency = Agency.objects.get(code="cqcustoms")
    page = client_of(make_user(role, agency)).get("/reports/").content.decode()
    assert options(page, "kind") == kinds
    for kind in kinds:
        assert ReportKind(kind).purpose in page
    offered = options(page, "agency")
    if role in (Role.LIAISON, Role.AGENCY_HEAD):
        assert offered == [str(agency.pk)]


REFUSED = [
    # role, what is sent, sentence
    (Role.COORDINATOR, {"kind": "agency"}, "请选择单位：单位进展情况报告须写明是哪个单位。"),
    (Role.COORDINATOR, {"kind": "letter"}, "请选择单位：提示函须写明是哪个单位。"),
    (Role.COORDINATOR, {"kind": "brief", "section": 1}, "专题简报不能只写一个部分"),
    (Role.COORDINATOR, {"kind": "progress", "agency": "kjj"}, "进展情况报告不能只写一个单位"),
    (Role.COORDINATOR, {"kind": "ledger", "section": 1, "agency": "kjj"}, "只能选一个"),
    (Role.LIAISON, {"kind": "agency", "agency": "kjj"}, "没有这个单位，或不能为其生成"),
    (Role.LIAISON, {"kind": "progress"}, "progress"),
    (Role.LEADER, {"kind": "circular"}, "circular"),
    (Role.COORDINATOR, {"kind": "agency", "agency": "x"}, "没有这个单位"),
    (Role.COORDINATOR, {"kind": "ledger", "section": "9999999"}, "没有这个部分"),
]


@pytest.mark.parametrize(("role", "sent", "sentence"), REFUSED)
def test_an_invalid_value_is_refused_at_its_field(
    filed: Period, role: Role, sent: dict[str, object], sentence: str
) -> None:
    client = client_of(make_user(role, Agency.objects.get(code="cqcustoms")))
    sent = {"period": filed.pk} | sent
    if sent.get("agency") == "kjj":
        sent["agency"] = Agency.objects.get(code="kjj").pk
    if sent.get("section") == 1:
        sent["section"] = Section.objects.get(ordinal=1).pk
    answer = client.post("/reports/new/", sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Report.objects.exists()


def test_a_letter_is_refused_at_once_if_nothing_is_late(filed: Period) -> None:
    client = client_of(make_user(Role.COORDINATOR))
    agency = Agency.objects.get(code="kjj").pk
    answer = client.post("/reports/new/", {"kind": "letter", "period": filed.pk, "agency": agency})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "没有逾期未报的进展，不需要提示函" in page
    for chosen in ("letter", str(filed.pk), str(agency)):
        assert f'<option value="{chosen}" selected>' in page


def test_an_agencys_report_is_refused_at_once_if_nothing_was_filed(filed: Period) -> None:
    agency = Agency.objects.get(code="zscqj")
    sent = {"kind": "agency", "period": filed.pk, "agency": agency.pk}
    for user in (make_user(Role.COORDINATOR), make_user(Role.LIAISON, agency)):
        answer = client_of(user).post("/reports/new/", sent)
        assert answer.status_code == 409
        assert "市知识产权局在2026年前三季度还没有报送进展" in answer.content.decode()
    assert not Report.objects.exists()


def test_a_field_is_shown_for_the_kinds_that_need_it(filed: Period) -> None:
    page = client_of(make_user(Role.COORDINATOR)).get("/reports/").content.decode()
    for kinds in ("progress,ledger", "ledger,agency,letter", "progress"):
        assert f'data-shown-when="kind={kinds}"' in page


def test_a_refused_field_is_shown_whatever_the_kind(filed: Period) -> None:
    section = Section.objects.get(ordinal=1).pk
    sent = {"kind": "brief", "period": filed.pk, "section": section}
    answer = client_of(make_user(Role.COORDINATOR)).post("/reports/new/", sent)
    assert 'data-shown-when="kind=progress,ledger"' not in answer.content.decode()


def test_a_chief_sees_how_many_documents_wait_for_the_signature(filed: Period) -> None:
    waiting(filed, "circular")
    made(filed, "letter", "cqcustoms")  # still a draft
    chief = client_of(make_user(Role.CHIEF))
    page = chief.get("/approvals/").content.decode()
    assert "待签发的文稿（1件）" in page
    assert '<span class="count is-red">1<' in page
    blocks = {one.group.label: one.total for one in chief.get("/todo/").context["found"].blocks}
    assert blocks["待签发与审批"] == 1
    staff = client_of(make_user(Role.COORDINATOR)).get("/approvals/").content.decode()
    assert "待签发的文稿</a>" in staff


def test_a_document_to_the_chiefs_own_agency_is_not_counted(filed: Period) -> None:
    waiting(filed, "letter", "cqcustoms")
    chief = make_user(Role.CHIEF)
    assert Report.objects.awaiting_word_of(chief).count() == 1
    join(chief, Role.LIAISON, Agency.objects.get(code="cqcustoms"))
    chief = User.objects.get(pk=chief.pk)
    assert not Report.objects.awaiting_word_of(chief).exists()
    report = Report.objects.select_related("issue").get()
    assert not may_step_now(report, Step.ISSUE, chief)


SEES = [
    # kind, about, state of the issue → who sees it
    ("progress", "", "", {"commission", "leader"}),
    ("brief", "", "", {"commission", "leader"}),
    ("agency", "cqcustoms", "", {"commission", "leader", "own"}),
    ("circular", "", "draft", {"commission"}),
    ("circular", "", "issued", {"commission", "leader", "own", "other"}),
    ("letter", "cqcustoms", "draft", {"commission"}),
    ("letter", "cqcustoms", "issued", {"commission", "leader", "own"}),
    ("letter", "cqcustoms", "withdrawn", {"commission", "leader", "own"}),
    ("letter", "cqcustoms", "dropped", {"commission"}),
]


@pytest.mark.parametrize(("kind", "code", "state", "seen"), SEES)
def test_who_sees_which(filed: Period, kind: str, code: str, state: str, seen: set[str]) -> None:
    people = {
        "commission": make_user(Role.COORDINATOR),
        "leader": make_user(Role.LEADER),
        "own": make_user(Role.LIAISON, Agency.objects.get(code="cqcustoms")),
        "other": make_user(Role.AGENCY_HEAD, Agency.objects.get(code="kjj")),
        "stranger": make_user(Role.LIAISON, Agency.objects.get(code="d500101")),
        "system": make_user(Role.SYSTEM_ADMIN),
    }
    report = made(filed, kind, code)
    numbered = {"year": 2026, "serial": 1, "number": "渝商务〔2026〕1号", "issued_on": TODAY}
    numbered |= {"issued_at": NOW, "issued_by": people["commission"]}
    withdrawn = {"withdrawn_at": NOW, "withdrawn_by": people["commission"]}
    withdrawn |= {"withdrawn_reason": "误。", "state": "withdrawn"}
    Issue.objects.update(
        **{
            "issued": numbered | {"state": "issued"},
            "withdrawn": numbered | withdrawn,
            "dropped": withdrawn,
        }.get(state, {})
        or {"kind": kind}
    )
    for name, person in people.items():
        can = Report.objects.visible_to(person).filter(pk=report.pk).exists()
        assert can == (name in seen), name
        status = client_of(person).get(f"/reports/{report.pk}/").status_code
        assert (status == 200) == (name in seen), name


FOUND = [
    ("", 3),
    ("?kind=brief", 1),
    ("?kind=nothing", 3),
    ("?state=draft", 2),
    ("?state=submitted", 0),
    ("?state=failed", 0),
    ("?state=done&kind=circular", 1),
    ("?period=999999", 3),
    ("?order=kind", 3),
    ("?order=x&page=99", 3),
]


def _make_three() -> None:
    for kind in ("progress", "brief", "circular"):
        made(Period.objects.get(), kind)


start_with_three = define_start("start_with_three", _make_three, after="start_filed")


@pytest.mark.parametrize(("query", "count"), FOUND)
def test_the_list_is_filtered_by_its_address(
    start_with_three: None, query: str, count: int
) -> None:
    page = client_of(make_user(Role.COORDINATOR)).get(f"/reports/{query}").content.decode()
    assert f"共{count}份" in page or (not count and "没有符合条件的报告" in page)


def test_a_link_from_another_page_preselects_values(filed: Period) -> None:
    agency = Agency.objects.get(code="cqcustoms")
    client = client_of(make_user(Role.COORDINATOR))
    page = client.get(f"/reports/?new=letter&new_agency={agency.pk}").content.decode()
    assert '<option value="letter" selected>' in page
    assert f'<option value="{agency.pk}" selected>' in page


def test_a_chief_issues_the_text_on_the_page(filed: Period) -> None:
    report, client = waiting(filed, "circular"), client_of(make_user(Role.CHIEF))
    page = client.get(f"/reports/{report.pk}/").content.decode()
    seen = re.search(r'name="seen" value="(\w+)"', page)
    assert seen is not None
    answer = client.post(f"/reports/{report.pk}/issue/", {"seen": seen[1]})
    assert answer.status_code == 302
    Report.objects.update(state="done")
    assert "渝商务通报〔2026〕1号" in client.get(f"/reports/{report.pk}/").content.decode()
    assert client.post(f"/reports/{report.pk}/issue/", {"seen": seen[1]}).status_code == 409


def test_a_coordinator_has_no_button_to_issue(filed: Period) -> None:
    report = waiting(filed, "circular")
    page = client_of(make_user(Role.COORDINATOR)).get(f"/reports/{report.pk}/").content.decode()
    assert "签发并编号" not in page
    assert "等待商务委负责人签发" in page
    assert "收回送审" in page


def test_requesting_a_second_circular_needs_a_confirmation(filed: Period) -> None:
    first = waiting(filed, "circular")
    chief = make_user(Role.CHIEF)
    issue_report(first, by=chief, seen=seen(first), at=NOW)
    Report.objects.update(state="done")
    client = client_of(make_user(Role.COORDINATOR))
    sent = {"kind": "circular", "period": filed.pk}
    answer = client.post("/reports/new/", sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "已于2026年11月23日签发渝商务通报〔2026〕1号。" in page
    assert f'href="/reports/{first.pk}/">看前一份</a>' in page
    assert making_for(Report.objects.get(pk=first.pk)).document.opening in page
    assert client.post("/reports/new/", sent | {"is_sure": "on"}).status_code == 302
    again = make_done(Report.objects.exclude(pk=first.pk).get())
    page = client.get(f"/reports/{again.pk}/").content.decode()
    assert "已看过前一份，仍要再发一份" in page
    read = {"seen": seen(again), "notes_settled": "on"}
    assert client.post(f"/reports/{again.pk}/submit/", read).status_code == 422
    assert client.post(f"/reports/{again.pk}/submit/", read | {"again": "on"}).status_code == 302


def test_an_agencys_head_signs_its_own_report_on_the_page(filed: Period) -> None:
    customs = Agency.objects.get(code="cqcustoms")
    liaison = client_of(make_user(Role.LIAISON, customs))
    head = client_of(make_user(Role.AGENCY_HEAD, customs))
    report = made(filed, "agency", "cqcustoms")
    address = f"/reports/{report.pk}/"
    sent = {"seen": seen(report), "notes_settled": "on"}
    assert liaison.post(f"{address}submit/", sent).status_code == 302
    assert '<span class="count is-red">1<' in head.get("/reports/?state=submitted").content.decode()
    assert "机关代字" in head.get(address).content.decode()
    read = {"seen": seen(Report.objects.get(pk=report.pk))}
    assert head.post(f"{address}issue/", read).status_code == 422
    assert liaison.post(f"{address}issue/", read | {"word": "渝关函"}).status_code == 403
    assert head.post(f"{address}issue/", read | {"word": "渝关函"}).status_code == 302
    Report.objects.update(state="done")
    assert "渝关函〔2026〕1号" in liaison.get(address).content.decode()


def test_withdrawing_without_a_reason_shows_the_page_again(filed: Period) -> None:
    report = made(filed, "circular")
    client = client_of(make_user(Role.COORDINATOR))
    answer = client.post(f"/reports/{report.pk}/withdraw/", {"reason": " "})
    assert answer.status_code == 422
    assert "请写明撤回理由。" in answer.content.decode()
    assert client.post(f"/reports/{report.pk}/withdraw/", {"reason": "重拟。"}).status_code == 302
    page = client.get(f"/reports/{report.pk}/").content.decode()
    assert "理由：重拟。" in page


def test_a_kind_that_is_not_issued_has_no_sign_off_address(filed: Period) -> None:
    report = made(filed, "brief")
    client = client_of(make_user(Role.CHIEF))
    assert client.post(f"/reports/{report.pk}/issue/", {"seen": ""}).status_code == 404
    assert client.post(f"/reports/{report.pk}/withdraw/", {"reason": "x"}).status_code == 404


def test_an_agencys_list_takes_equal_queries_for_one_and_for_ten(filed: Period) -> None:
    liaison = make_user(Role.LIAISON, Agency.objects.get(code="cqcustoms"))
    made(filed, "agency", "cqcustoms")
    client = client_of(liaison)
    with CaptureQueriesContext(connection) as few:
        client.get("/reports/")
    for _ in range(9):
        Report.objects.filter(state="done").update(state="failed", error="x")
        made(filed, "agency", "cqcustoms")
    with CaptureQueriesContext(connection) as many:
        client.get("/reports/")
    assert len(many) == len(few)
