"""办结 and 转入常态: requested by the lead, decided by an uninvolved chief, who may reopen."""

from datetime import date, timedelta

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.approvals.closing import (
    agree_closing,
    ask_closing,
    reopen_measure,
)
from measures.approvals.due_dates import ask_due_date
from measures.choices import EvidenceKind, FilingState, Light, RequestState, Stage
from measures.filings.evidence import no_file_left_behind, read_evidence
from measures.integrity import faults
from measures.models import ClosingFile, ClosingRequest, DueDateRequest, Filing
from measures.periods.actions import open_period
from measures.requests.actions import refuse_request, withdraw_request
from measures.reviews.actions import update_status
from measures.rules.tests.files import PDF
from measures.rules.uploads import Upload
from measures.tests.asking import told
from measures.tests.factories import (
    NOW,
    TODAY,
    commission,
    join,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_period,
    make_responsibility,
    make_user,
)
from measures.tests.request_factories import make_closing_request

pytestmark = pytest.mark.django_db
S = FilingState
DONE_ON = date(2026, 11, 20)


def upload(data=PDF, name="完成报告.pdf"):
    return Upload(name, EvidenceKind.PDF, ContentFile(data))


def ask(measure, by, *, uploads=None, at=NOW, **said):
    said = {"result": "各项任务均已完成。", "completed_on": DONE_ON} | said
    uploads = [upload()] if uploads is None else uploads
    with no_file_left_behind() as stored:
        return ask_closing(measure, by=by, uploads=uploads, stored=stored, at=at, **said)


def stored_files():
    folder = settings.MEDIA_ROOT / "evidence"
    return {path.name for path in folder.iterdir()} if folder.exists() else set()


@pytest.mark.parametrize("who", ["liaison", "head"])
def test_the_lead_asks_with_result_and_files(measure, people, who):
    request = ask(measure, getattr(people, who))
    assert request.state == RequestState.OPEN
    file = ClosingFile.objects.get()
    assert (file.request, file.name, file.uploaded_by) == (
        request, "完成报告.pdf", getattr(people, who)
    )  # fmt: skip
    assert read_evidence(file) == PDF
    assert "完成报告" not in file.file.name
    measure.refresh_from_db()
    assert measure.stage == Stage.UNDER_WAY
    assert told("申请") == {people.chief}


@pytest.mark.parametrize(
    "who", ["other_liaison", "other_head", "coordinator", "chief", "leader", "security_admin"]
)
def test_nobody_else_asks(measure, people, who):
    with pytest.raises(PermissionDenied):
        ask(measure, getattr(people, who))


def test_a_coordinator_asks_for_what_the_commission_leads(people):
    request = ask(make_measure(lead=commission()), people.coordinator)
    assert request.post == "市商务委统筹岗"
    agree_closing(request, by=people.chief, at=NOW)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"result": " "}, "须写明完成情况"),
        ({"completed_on": TODAY + timedelta(days=1)}, "不能晚于今日"),
        ({"uploads": []}, "至少上传一份"),
        ({"uploads": [upload(), upload(name="又一份.pdf")]}, "“又一份.pdf”与同时上传的另一份"),
        ({"uploads": [upload(PDF + bytes([n])) for n in range(21)]}, "最多上传20份"),
    ],
)
def test_what_is_refused_leaves_no_row_and_no_file(
    measure, people, said, sentence, settings, tmp_path
):
    settings.EVIDENCE_PER_NOTE = 20
    settings.MEDIA_ROOT = tmp_path
    before = stored_files()
    with pytest.raises(DomainError, match=sentence):
        ask(measure, people.liaison, **said)
    assert not ClosingRequest.objects.exists()
    assert stored_files() == before


def test_one_at_a_time(measure, people):
    ask(measure, people.liaison)
    with pytest.raises(DomainError, match="已有一项转入常态申请待审批"):
        ask(measure, people.head)


def test_a_suspended_measure_is_resumed_first(measure, people):
    said = {"percent": None, "reason": "政策调整。", "at": NOW}
    update_status(measure, by=people.coordinator, stage="suspended", **said)
    with pytest.raises(DomainError, match="已中止，请先由市商务委恢复推进"):
        ask(measure, people.liaison)
    update_status(measure, by=people.coordinator, stage="under_way", **said)
    assert ask(measure, people.liaison).is_open


def test_suspended_while_it_waits_it_is_not_agreed_to(measure, people):
    request = ask(measure, people.liaison)
    said = {"percent": None, "reason": "政策调整。", "at": NOW}
    update_status(measure, by=people.coordinator, stage="suspended", **said)
    with pytest.raises(DomainError, match="已中止"):
        agree_closing(request, by=people.chief, at=NOW)


def test_agreed_an_ongoing_measure_turns_into_routine(measure, people):
    request = agree_closing(ask(measure, people.liaison), by=people.chief, note="好。", at=NOW)
    measure.refresh_from_db()
    assert (measure.stage, measure.completed_on, measure.percent) == (Stage.DONE, DONE_ON, None)
    assert measure.stage_shown.label == "常态化"
    assert (measure.light, measure.light_sentence) == (Light.GREEN, "已转入常态化")
    assert (request.state, request.decided_by) == (RequestState.AGREED, people.chief)
    assert told("转入常态申请已同意：好。") == {people.liaison, people.head}
    assert not faults(on=TODAY)


def test_agreed_a_dated_measure_is_done_whole(people, agency):
    dated = make_dated_measure(lead=agency)
    agree_closing(ask(dated, people.liaison), by=people.chief, at=NOW)
    dated.refresh_from_db()
    assert (dated.stage, dated.percent) == (Stage.DONE, 100)
    assert dated.stage_shown.label == "已完成"


def test_refused_it_goes_on_and_may_be_asked_again(measure, people):
    request = refuse_request(ask(measure, people.liaison), by=people.chief, note="不足。", at=NOW)
    measure.refresh_from_db()
    assert (measure.stage, measure.completed_on) == (Stage.UNDER_WAY, None)
    assert request.state == RequestState.REFUSED
    assert told("未同意：不足。") == {people.liaison, people.head}
    assert ask(measure, people.liaison).is_open


def test_a_refusal_has_words(measure, people):
    with pytest.raises(DomainError, match="不同意须写明理由"):
        refuse_request(ask(measure, people.liaison), by=people.chief, note="", at=NOW)


@pytest.mark.parametrize("who", ["liaison", "head", "coordinator", "leader", "other_liaison"])
def test_only_a_chief_decides_and_reopens(measure, people, who):
    request, by = ask(measure, people.liaison), getattr(people, who)
    with pytest.raises(PermissionDenied):
        agree_closing(request, by=by, at=NOW)
    with pytest.raises(PermissionDenied):
        refuse_request(request, by=by, note="不足。", at=NOW)
    agree_closing(request, by=people.chief, at=NOW)
    with pytest.raises(PermissionDenied):
        reopen_measure(request, by=by, reason="又有任务。", at=NOW)


def test_who_has_a_part_in_it_neither_closes_nor_reopens(measure, people, agency):
    writer, head = make_user(Role.CHIEF), make_user(Role.CHIEF)
    make_filing(measure=measure, state=S.ACCEPTED, author=writer)
    join(head, Role.AGENCY_HEAD, agency)
    asker = join(people.liaison, Role.CHIEF).user
    request = ask(measure, asker)
    for by in (writer, head, asker):
        with pytest.raises(PermissionDenied, match=f"请商务委负责人{people.chief.name}办理。$"):
            agree_closing(request, by=by, at=NOW)
    agree_closing(request, by=people.chief, at=NOW)
    for by in (writer, head, asker):
        with pytest.raises(PermissionDenied, match=f"请商务委负责人{people.chief.name}办理。$"):
            reopen_measure(request, by=by, reason="又有任务。", at=NOW)


def test_the_lead_withdraws_until_it_is_decided(measure, people):
    request = withdraw_request(ask(measure, people.liaison), by=people.head, at=NOW)
    assert request.state == RequestState.WITHDRAWN
    with pytest.raises(DomainError, match="已撤回，不能再同意"):
        agree_closing(request, by=people.chief, at=NOW)
    for who in ("coordinator", "chief", "other_liaison"):
        with pytest.raises(PermissionDenied):
            withdraw_request(request, by=getattr(people, who), at=NOW)


def test_what_never_left_its_agency_is_waived_and_what_did_goes_on(measure, people):
    others = [make_agency() for _ in range(3)]
    for agency in others:
        make_responsibility(measure, agency, "responsible")
    states = dict(zip(others, (S.DRAFT, S.SUBMITTED, S.RETURNED), strict=True))
    own = make_filing(measure=measure)
    for agency, state in states.items():
        make_filing(measure=measure, agency=agency, state=state)
    agree_closing(ask(measure, people.liaison), by=people.chief, at=NOW)
    own.refresh_from_db()
    assert (own.state, own.waived_reason) == (S.WAIVED, "措施已办结，本期不再填报")
    assert own.waived_by == people.chief
    found = {f.agency: f.state for f in Filing.objects.exclude(pk=own.pk)}
    assert found == states | {others[0]: S.WAIVED}


def test_later_periods_ask_nothing_of_it(measure, people):
    agree_closing(ask(measure, people.liaison), by=people.chief, at=NOW)
    make_measure()
    period = make_period(state="draft")
    open_period(period, by=people.coordinator, at=NOW)
    assert not Filing.objects.filter(measure=measure).exists()
    assert Filing.objects.count() == 1


def test_a_request_about_its_date_that_waits_falls_away(people, agency):
    dated = make_dated_measure(lead=agency)
    later = {"to_on": date(2027, 6, 30), "reason": "政策调整。", "at": NOW}
    ask_due_date(dated, by=people.liaison, **later)
    agree_closing(ask(dated, people.liaison), by=people.chief, at=NOW)
    request = DueDateRequest.objects.get()
    assert (request.state, request.decision_note) == (RequestState.WITHDRAWN, "措施已办结")
    assert Event.objects.filter(action="due_date.lapse").count() == 1
    with pytest.raises(DomainError, match="已办结，时限不再调整"):
        ask_due_date(dated, by=people.coordinator, **later)


def test_its_status_is_not_updated_any_more(measure, people):
    agree_closing(ask(measure, people.liaison), by=people.chief, at=NOW)
    with pytest.raises(DomainError, match="已办结，不能再更新进度"):
        update_status(
            measure, by=people.coordinator, stage="under_way", percent=None, reason="有。", at=NOW
        )


def test_reopened_it_goes_on_and_owes_again_and_history_stays(measure, people):
    filing = make_filing(measure=measure, state=S.DRAFT, author=people.liaison)
    request = agree_closing(ask(measure, people.liaison), by=people.chief, at=NOW)
    newcomer = make_responsibility(measure, make_agency(), "responsible").agency
    reopen_measure(request, by=people.chief, reason="又有新任务。", at=NOW)
    measure.refresh_from_db()
    filing.refresh_from_db()
    assert (measure.stage, measure.completed_on) == (Stage.UNDER_WAY, None)
    assert (filing.state, filing.waived_reason) == (S.DRAFT, "")
    assert Filing.objects.filter(agency=newcomer, state=S.PENDING).exists()
    request.refresh_from_db()
    assert (request.state, request.decision_note) == (RequestState.REOPENED, "")
    assert request.reopened_reason == "又有新任务。"
    assert told("重新启动") == {people.liaison, people.head}
    assert not faults(on=TODAY)
    assert ask(measure, people.liaison).is_open  # closing may be requested again


def test_reopened_a_dated_measure_is_as_far_as_it_was(people, agency):
    dated = make_dated_measure(lead=agency)
    said = {"stage": "nearly_done", "percent": 90, "reason": "差一点。", "at": NOW}
    update_status(dated, by=people.coordinator, **said)
    request = agree_closing(ask(dated, people.liaison), by=people.chief, at=NOW)
    reopen_measure(request, by=people.chief, reason="又有新任务。", at=NOW + timedelta(days=1))
    dated.refresh_from_db()
    assert (dated.stage, dated.percent, dated.due_on) == (
        Stage.UNDER_WAY, 90, date(2026, 12, 31)
    )  # fmt: skip
    assert not faults(on=TODAY)


def test_only_what_stands_is_reopened_and_with_words(measure, people):
    request = make_closing_request(measure)
    with pytest.raises(DomainError, match="待审批，不能再重新启动"):
        reopen_measure(request, by=people.chief, reason="有。", at=NOW)
    agree_closing(request, by=people.chief, at=NOW)
    with pytest.raises(DomainError, match="重新启动须写明理由"):
        reopen_measure(request, by=people.chief, reason=" ", at=NOW)


def test_each_step_leaves_one_event(measure, people):
    request = agree_closing(ask(measure, people.liaison), by=people.chief, at=NOW)
    reopen_measure(request, by=people.chief, reason="又有任务。", at=NOW)
    actions = list(Event.objects.order_by("pk").values_list("action", flat=True))
    assert actions == ["closing.ask", "closing.decide", "closing.reopen"]
