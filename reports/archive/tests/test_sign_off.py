"""送审, 收回, 退回, 签发, 撤回: who may, from which state, what is stored; races; frozen text."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, InternalError, connection, transaction
from django.test import Client
from django.utils.timezone import localdate
from lxml import html

from agencies.models import Agency, Event, Message, User
from agencies.permissions import Role
from lib.chinese import long_date
from lib.errors import DomainError
from measures.models import Period
from measures.tests.factories import NOW, make_user
from policy_tracker.tests.parsing import parse
from reports.archive.edit import edit_passage
from reports.archive.issue import word_of
from reports.archive.submit import may_step_now
from reports.archive.tests.sign_off import (
    OWN,
    at,
    drafted,
    drafter_of,
    fresh,
    seen,
    signer_of,
    take,
)
from reports.archive.tests.test_pages import signed_in
from reports.choices import IssueState as S
from reports.choices import ReportKind
from reports.jobs.request import request_report
from reports.kinds import KINDS, making_for
from reports.models import Issue, Report
from reports.rules.signing import Step

pytestmark = pytest.mark.django_db
OTHER = "kjj"

# Who takes the step: for a document of the commission, and for one of an agency.
DRAFT, SIGN = "draft", "sign"
WHO = {
    "commission": {
        DRAFT: {Role.COORDINATOR, Role.CHIEF},
        SIGN: {Role.CHIEF},
    },
    "own": {
        DRAFT: {"own liaison", "own head"},
        SIGN: {"own head"},
    },
}
TABLE = [
    # step, from, whose, to
    (Step.SUBMIT, {S.DRAFT, S.RETURNED}, DRAFT, S.SUBMITTED),
    (Step.TAKE_BACK, {S.SUBMITTED}, DRAFT, S.DRAFT),
    (Step.RETURN, {S.SUBMITTED}, SIGN, S.RETURNED),
    (Step.ISSUE, {S.SUBMITTED}, SIGN, S.ISSUED),
    (Step.DROP, {S.DRAFT, S.SUBMITTED, S.RETURNED}, DRAFT, S.WITHDRAWN),
    (Step.WITHDRAW, {S.ISSUED}, SIGN, S.WITHDRAWN),
]
ACTIONS = {
    Step.SUBMIT: "report.submit",
    Step.TAKE_BACK: "report.take_back",
    Step.RETURN: "report.return",
    Step.ISSUE: "report.issue",
    Step.DROP: "report.withdraw",
    Step.WITHDRAW: "report.withdraw",
}
PAPERS = [("commission", "progress", ""), ("commission", "letter", OWN), ("own", "agency", OWN)]


def everybody() -> dict[object, User]:
    own, other = Agency.objects.get(code=OWN), Agency.objects.get(code=OTHER)
    roles = [role for role in Role if role not in (Role.LIAISON, Role.AGENCY_HEAD)]
    return {role: make_user(role) for role in roles} | {
        "own liaison": make_user(Role.LIAISON, own),
        "own head": make_user(Role.AGENCY_HEAD, own),
        "other liaison": make_user(Role.LIAISON, other),
        "other head": make_user(Role.AGENCY_HEAD, other),
    }


@pytest.mark.parametrize(("whose", "kind", "code"), PAPERS)
@pytest.mark.parametrize("state", list(S))
def test_every_step_is_allowed_by_state_and_person(
    filed: Period, whose: str, kind: str, code: str, state: S
) -> None:
    report, people = at(state, filed, kind, code), everybody()
    words = seen(report)  # the same for all: each one's step is undone
    for step, open_from, who, to in TABLE:
        for name, person in people.items():
            may = name in WHO[whose][who]
            assert may_step_now(report, step, person) == (may and state in open_from), (step, name)
            if step in (Step.DROP, Step.WITHDRAW) and (state == S.ISSUED) != (
                step is Step.WITHDRAW
            ):
                continue  # one operation: the number decides which of the two it is
            with transaction.atomic():
                if not may:
                    with pytest.raises(PermissionDenied):
                        take(report, step, person, seen=words)
                elif state not in open_from:
                    with pytest.raises(DomainError, match=f"现为“{state.label}”"):
                        take(report, step, person, seen=words)
                else:
                    assert take(report, step, person, seen=words).issue.state == to
                    event = Event.objects.filter(action=ACTIONS[step]).latest("pk")
                    assert event.actor == person
                    assert (event.before["state"], event.after["state"]) == (state, to)
                transaction.set_rollback(True)


def test_each_step_notifies_its_people_and_settles_their_messages(filed: Period) -> None:
    chief, second = make_user(Role.CHIEF), make_user(Role.CHIEF)
    drafter = make_user(Role.COORDINATOR)
    report = take(drafted(filed, "progress"), Step.SUBMIT, drafter)
    for one in (chief, second):
        assert waiting(one) == [f"{report}待您签发。"]
    take(report, Step.RETURN, chief, reason="第二部分请补数字。")
    assert waiting(chief) == waiting(second) == []
    assert waiting(drafter) == [f"{report}被{chief.name}退回：第二部分请补数字。"]
    take(report, Step.SUBMIT, make_user(Role.COORDINATOR))  # done by a colleague
    assert waiting(drafter) == []
    take(report, Step.TAKE_BACK, drafter)
    assert waiting(chief) == waiting(second) == []
    take(report, Step.SUBMIT, drafter)
    issue = take(report, Step.ISSUE, second).issue
    assert waiting(chief) == waiting(second) == []
    assert waiting(drafter) == [f"{report}已由{second.name}签发，文号{issue.number}。"]
    named = f"{report}（编号{report.pk}）"
    actions = ["report.submit", "report.return", "report.take_back", "report.issue"]
    for event in Event.objects.filter(action__in=actions):
        assert named in event.sentence


def waiting(user: User) -> list[str]:
    return list(Message.objects.to(user).unread().values_list("sentence", flat=True))


def test_only_reports_that_wait_for_a_person_are_found(filed: Period) -> None:
    at(S.SUBMITTED, filed, "progress")
    at(S.SUBMITTED, filed, "agency", OWN)
    for role, agency, kind in ((Role.CHIEF, None, "进展情况报告"), (Role.AGENCY_HEAD, OWN, "单位")):
        client = Client()
        client.force_login(make_user(role, agency and Agency.objects.get(code=agency)))
        page = html.fromstring(client.get("/reports/?state=to_sign").content.decode())
        (row,) = page.xpath("//main//tbody/tr")
        assert kind in row.text_content()
        assert (
            page.xpath("string(//nav//a[@href='/reports/']//span[@class='count is-red'])")
            == "1件待签发"
        )


def test_a_liaisons_draft_does_not_wait_for_the_head_to_submit_it(filed: Period) -> None:
    report = drafted(filed, "agency", OWN)
    head, liaison = signer_of(report), drafter_of(report)
    Report.objects.filter(pk=report.pk).update(requested_by=liaison)
    assert list(Report.objects.awaiting_submission_by(liaison)) == [report]
    assert not Report.objects.awaiting_submission_by(head).exists()
    Report.objects.filter(pk=report.pk).update(requested_by=head)
    assert list(Report.objects.awaiting_submission_by(head)) == [report]
    assert list(Report.objects.awaiting_submission_by(liaison)) == [report]


def test_an_agencys_own_report_waits_for_its_head_and_notifies_the_commission(
    filed: Period,
) -> None:
    coordinator, chief = make_user(Role.COORDINATOR), make_user(Role.CHIEF)
    report = drafted(filed, "agency", OWN)
    Message.objects.all().delete()
    head, liaison = signer_of(report), drafter_of(report)
    take(report, Step.SUBMIT, liaison)
    assert waiting(head) == [f"{report}待您签发。"]
    assert waiting(chief) == []
    assert list(Report.objects.awaiting_word_of(head)) == [report]
    assert not Report.objects.awaiting_word_of(chief).exists()
    issue = take(report, Step.ISSUE, head).issue
    assert issue.number == "渝关函〔2026〕1号"
    document = making_for(fresh(report)).document
    assert document.head is not None
    assert document.head.number == issue.number
    assert waiting(coordinator) == [f"收到渝关函〔2026〕1号《{report}》，请查收办理。"]


@pytest.mark.parametrize("word", ["", " ", "渝", "渝关〔2026〕", "1号"])
def test_an_agency_types_its_number_word_and_it_is_kept(filed: Period, word: str) -> None:
    report = at(S.SUBMITTED, filed, "agency", OWN)
    head = signer_of(report)
    assert word_of(report) == ""
    with pytest.raises(DomainError, match="机关代字"):
        take(report, Step.ISSUE, head, word=word)
    take(report, Step.ISSUE, head, word="渝关函")
    assert word_of(report) == "渝关函"
    other = at(S.SUBMITTED, filed, "agency", OTHER)
    assert word_of(other) == ""
    # Each agency has its own series: the other's first number is 1 too.
    other = take(other, Step.ISSUE, signer_of(other), word="渝科")
    assert other.issue.number == "渝科〔2026〕1号"
    head = making_for(other).document.head  # a 报告, which goes to a higher body
    assert head is not None
    assert (head.number, head.signer) == (other.issue.number, other.issue.issued_by.name)


def test_a_report_to_a_superior_has_number_day_and_signer(filed: Period) -> None:
    report = at(S.SUBMITTED, filed, "progress")
    chief = make_user(Role.CHIEF)
    issue = take(report, Step.ISSUE, chief).issue
    assert issue.number == "渝商务报告〔2026〕1号"
    document = making_for(fresh(report)).document
    assert document.head is not None
    assert (document.head.number, document.head.signer) == (issue.number, chief.name)
    assert document.imprint is not None


def said_on(report: Report, rest: str = "") -> str:
    """Return the text of its page as a reader sees it."""
    page = signed_in().get(f"/reports/{report.pk}/{rest}").content.decode()
    return parse(page).text_content().replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.parametrize("step", [Step.SUBMIT, Step.RETURN, Step.ISSUE])
def test_a_step_on_a_text_that_changed_meanwhile_is_refused(filed: Period, step: Step) -> None:
    report = at(S.DRAFT if step is Step.SUBMIT else S.SUBMITTED, filed)
    read, chief = seen(report), make_user(Role.CHIEF)
    edit_passage(report, key="asked", text="改了。", seen=0, by=chief, at=NOW)
    with pytest.raises(DomainError, match="有改动，没有办成。请看过现在的内容"):
        take(report, step, chief, seen=read)
    assert fresh(report).issue.state == report.issue.state


@pytest.mark.parametrize(
    ("step", "path"), [(Step.SUBMIT, "submit"), (Step.RETURN, "return"), (Step.ISSUE, "issue")]
)
def test_once_the_changed_text_was_shown_the_step_succeeds(
    filed: Period, step: Step, path: str
) -> None:
    report = at(S.DRAFT if step is Step.SUBMIT else S.SUBMITTED, filed, "progress")
    chief = make_user(Role.CHIEF)
    sent = {"seen": seen(report), "notes_settled": "on", "reason": "请再核对。"}
    edit_passage(report, key="next", text="改了。", seen=0, by=chief, at=NOW)
    client, url = signed_in(Role.CHIEF), f"/reports/{report.pk}/{path}/"
    refused = client.post(url, sent)
    assert refused.status_code == 409
    page = refused.content.decode()
    assert "改了。" in page
    form = html.fromstring(page).xpath(f"//form[@action='{url}']")[0]
    assert form.xpath("string(.//input[@name='seen']/@value)") == seen(report)
    again = {name: form.fields[name] for name in form.fields if form.fields[name]}
    assert again.get("reason", "").strip() == ("请再核对。" if step is Step.RETURN else "")
    assert client.post(url, again).status_code == 302


def test_a_waiting_report_can_be_edited_by_its_signer_only(filed: Period) -> None:
    report, chief = at(S.SUBMITTED, filed, "progress"), make_user(Role.CHIEF)
    drafter = make_user(Role.COORDINATOR)
    with pytest.raises(DomainError, match="等待签发期间不能修改。需要修改时，请先收回"):
        edit_passage(report, key="overall", text="改。", seen=0, by=drafter, at=NOW)
    assert edit_passage(report, key="overall", text="改。", seen=0, by=chief, at=NOW)
    take(report, Step.TAKE_BACK, drafter)
    assert edit_passage(report, key="overall", text="再改。", seen=1, by=drafter, at=NOW)


@pytest.mark.parametrize(("kind", "code"), [("progress", ""), ("circular", ""), ("letter", OWN)])
def test_page_and_document_have_the_same_day(filed: Period, kind: str, code: str) -> None:
    report = drafted(filed, kind, code)
    page = said_on(report)
    assert f"截至{long_date(localdate(NOW))} ·" in page
    assert f"截至{long_date(localdate(NOW))}" in page.split("数据就此固定", 1)[1]


def test_an_agencys_own_report_names_the_months_of_its_period(filed: Period) -> None:
    assert f"截至{long_date(filed.covers_to)} ·" in said_on(drafted(filed, "agency", OWN))


def test_if_an_agency_has_no_signer_the_page_says_so(filed: Period) -> None:
    report = drafted(filed, "agency", OWN)
    assert "本单位现在没有可以签发的人员" in said_on(report)
    make_user(Role.AGENCY_HEAD, report.agency)
    assert "没有可以签发的人员" not in said_on(report)
    letter = drafted(filed, "letter", OWN)
    assert "请联系安全管理员，另行授予一人“商务委负责人”角色" in said_on(letter)
    make_user(Role.CHIEF)
    assert "没有可以签发的人员" not in said_on(letter)


def test_a_document_without_headings_has_no_table_of_contents(filed: Period) -> None:
    assert "目录" not in said_on(drafted(filed, "letter", OWN))
    assert "目录" in said_on(drafted(filed, "circular"))


def test_the_editing_page_says_that_the_document_was_signed(filed: Period) -> None:
    report = at(S.ISSUED, filed, "progress")
    page = said_on(report, "edit/")
    assert "签发，全文就此固定" in page
    assert "定稿，全文就此固定" not in page


def test_returning_needs_a_reason(filed: Period) -> None:
    with pytest.raises(DomainError, match="退回须写明理由"):
        take(at(S.SUBMITTED, filed), Step.RETURN, make_user(Role.CHIEF), reason=" ")


def with_notes(monkeypatch: pytest.MonkeyPatch, kind: ReportKind) -> None:
    had = KINDS[kind]

    def document(*args, **kwargs):  # type: ignore[no-untyped-def]
        made = had.document(*args, **kwargs)
        return made._replace(editor_notes=("第（十）项的标题原文缺失，请核对。",))

    monkeypatch.setitem(KINDS, kind, had._replace(document=document))


def test_notes_for_the_editor_need_a_tick_and_are_hidden_when_issued(
    filed: Period, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_notes(monkeypatch, ReportKind.PROGRESS)
    report, drafter = drafted(filed, "progress"), make_user(Role.COORDINATOR)
    assert making_for(report).document.editor_notes
    with pytest.raises(DomainError, match="编辑核对事项"):
        take(report, Step.SUBMIT, drafter, notes_settled=False)
    take(report, Step.SUBMIT, drafter)
    report = take(report, Step.ISSUE, make_user(Role.CHIEF))
    assert making_for(report).document.editor_notes == ()


def test_each_step_of_a_second_circular_shows_a_warning(filed: Period) -> None:
    first = at(S.ISSUED, filed)
    drafter, chief = make_user(Role.COORDINATOR), make_user(Role.CHIEF)
    warned = f"{first}已于2026年11月23日签发渝商务通报〔2026〕1号。"
    with pytest.raises(DomainError, match=warned):
        request_report(by=drafter, kind="circular", period=filed, at=NOW)
    second = drafted(filed, again=True)
    with pytest.raises(DomainError, match=warned):
        take(second, Step.SUBMIT, drafter, again=False)
    take(second, Step.SUBMIT, drafter)
    with pytest.raises(DomainError, match=warned):
        take(second, Step.ISSUE, chief, again=False)
    assert take(second, Step.ISSUE, chief).issue.number == "渝商务通报〔2026〕2号"


def test_a_withdrawn_one_does_not_count_as_the_first(filed: Period) -> None:
    first = at(S.ISSUED, filed)
    take(first, Step.WITHDRAW, make_user(Role.CHIEF))
    assert drafted(filed).issue.is_draft


@pytest.mark.parametrize(("kind", "code"), [("progress", ""), ("circular", ""), ("agency", OWN)])
def test_newer_code_does_not_change_an_issued_document(
    filed: Period, monkeypatch: pytest.MonkeyPatch, kind: str, code: str
) -> None:
    report = at(S.ISSUED, filed, kind, code)
    before = making_for(report).document
    of_kind = ReportKind(kind)

    def document(*args, **kwargs):  # type: ignore[no-untyped-def]
        return before._replace(opening="以后的话。", parts=())

    monkeypatch.setitem(KINDS, of_kind, KINDS[of_kind]._replace(document=document))
    assert making_for(fresh(report)).document == before
    with pytest.raises(InternalError, match="stays final"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(words={"shape": 1, "document": {}})
    with pytest.raises(DomainError, match="已经定稿"):
        edit_passage(report, key="opening", text="改。", seen=0, by=signer_of(report), at=NOW)


def test_the_database_refuses_a_step_without_its_person(filed: Period) -> None:
    drafted(filed)
    with pytest.raises(IntegrityError, match="issue_submitted_by_whom"), transaction.atomic():
        Issue.objects.update(state=S.SUBMITTED)
    with pytest.raises(IntegrityError, match="issue_returned_by_whom"), transaction.atomic():
        Issue.objects.update(state=S.RETURNED)


def race(*steps: Callable[[], object]) -> list[BaseException]:
    """Take the steps at the same time and return the refusals."""
    refused, start = list[BaseException](), Barrier(len(steps))

    def run(step: Callable[[], object]) -> None:
        start.wait()
        try:
            step()
        except (DomainError, PermissionDenied) as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(step,)) for step in steps]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


RACES = [(Step.ISSUE, Step.ISSUE), (Step.ISSUE, Step.RETURN), (Step.ISSUE, Step.TAKE_BACK)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("one", "other"), RACES)
def test_of_two_concurrent_steps_one_is_refused(filed: Period, one: Step, other: Step) -> None:
    report = at(S.SUBMITTED, filed)
    people = [make_user(Role.CHIEF), make_user(Role.CHIEF)]
    refused = race(
        lambda: take(report, one, people[0]),
        lambda: take(report, other, people[1]),
    )
    assert len(refused) == 1
    assert "现为" in str(refused[0])
    actions = [ACTIONS[one], ACTIONS[other]]
    assert Event.objects.filter(action__in=actions).count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_edit_concurrent_with_signing_is_included_or_refused(filed: Period) -> None:
    report, chief, other = at(S.SUBMITTED, filed), make_user(Role.CHIEF), make_user(Role.CHIEF)
    refused = race(
        lambda: take(report, Step.ISSUE, chief),
        lambda: edit_passage(report, key="asked", text="改。", seen=0, by=other, at=NOW),
    )
    report = fresh(report)
    if report.issue.is_issued:
        assert "改。" in str(report.words) or "已经定稿" in str(refused[0])
    else:
        assert "有改动" in str(refused[0])
