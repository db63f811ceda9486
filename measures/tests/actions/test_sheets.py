"""Uploading, checking, applying and letting go of a sheet."""

import re
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage

from agencies.models import Event
from agencies.permissions import Role
from measures import doorbell
from measures.actions import exchange_apply, exchange_check, exchange_run
from measures.actions.exchange import ask_to_apply, discard_sheet, download_sheet, upload_sheet
from measures.actions.exchange_job import ERROR_MOST
from measures.actions.exchange_run import run_sheet, sweep_sheets
from measures.actions.filings import save_note
from measures.choices import FilingState, SheetKind, SheetState
from measures.models import Filing, Measure, Note, Period, SheetImport, StatusUpdate
from measures.rules.unchanged import words_of_unchanged
from measures.tests.actions.asking import told
from measures.tests.excel.sheets import (
    FIRST,
    LATER,
    applied,
    checked,
    file_of,
    handed_back,
    put,
    untouched,
)
from measures.tests.factories import (
    NOW,
    content,
    make_dated_measure,
    make_filing,
    make_user,
)
from policy_tracker.lib.errors import DomainError

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def filings(agency, measure):
    """Two of the agency's, nothing written yet."""
    return [make_filing(measure=one) for one in (measure, make_dated_measure(lead=agency))]


@pytest.fixture
def sheet(filings, agency, people):
    """Uploaded with a change in each row."""

    def fill(ws):
        put(ws, "进展情况", "第一项。")
        put(ws, "进展情况", "第二项。", row=FIRST + 1)
        put(ws, "自评完成比例", 60, row=FIRST + 1)

    return handed_back(filings[0].period, agency, people.liaison, fill)


def test_an_upload_waits_for_its_check_under_a_random_name(sheet, people):
    assert (sheet.state, sheet.uploaded_by, sheet.uploaded_at) == ("queued", people.liaison, LATER)
    assert sheet.file.name.startswith("sheets/")
    assert sheet.name not in sheet.file.name
    event = Event.objects.get(action="sheet.upload")
    assert event.after == {"sha256": sheet.sha256}


def test_a_worker_is_rung_for(
    filings, agency, people, monkeypatch, django_capture_on_commit_callbacks
):
    rung = []
    monkeypatch.setattr(doorbell, "ring", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        one = handed_back(filings[0].period, agency, people.liaison, untouched)
    assert rung == [one.pk]


def test_the_same_file_twice_at_once_is_one_sheet(filings, agency, people):
    content_ = download_sheet("filings", filings[0].period, agency, by=people.liaison, at=NOW)
    both = [
        upload_sheet(
            "filings", filings[0].period, agency,
            file=file_of(content_), name="a.xlsx", by=people.liaison, at=LATER,
        )
        for _ in range(2)
    ]  # fmt: skip
    assert both[0] == both[1]
    assert SheetImport.objects.count() == 1


@pytest.mark.parametrize(
    "who", ["head", "other_liaison", "other_head", "coordinator", "chief", "leader", "auditor"]
)
def test_only_the_agencys_liaison_fills_in_its_filings(sheet, agency, people, who):
    by = getattr(people, who)
    checked(sheet)
    for act in (
        lambda: download_sheet("filings", sheet.period, agency, by=by, at=NOW),
        lambda: handed_back(sheet.period, agency, by, untouched),
        lambda: ask_to_apply(sheet, by=by, at=LATER),
        lambda: discard_sheet(sheet, by=by, at=LATER),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert not Note.objects.exists()


@pytest.mark.parametrize("who", ["liaison", "head", "chief", "leader", "system_admin", "auditor"])
def test_only_coordinators_fill_in_statuses(filings, people, who):
    with pytest.raises(PermissionDenied):
        download_sheet("statuses", filings[0].period, None, by=getattr(people, who), at=NOW)


def test_all_is_applied_through_the_verbs_in_one_go(sheet, filings, people):
    done = applied(checked(sheet), people.liaison)
    assert (done.state, done.ended_by, done.rows_written) == ("applied", people.liaison, 2)
    notes = {note.filing_id: note for note in Note.objects.all()}
    assert [notes[f.pk].progress for f in filings] == ["第一项。", "第二项。"]
    assert notes[filings[1].pk].claimed_percent == 60
    assert {note.author for note in notes.values()} == {people.liaison}
    assert set(Filing.objects.values_list("state", flat=True)) == {FilingState.DRAFT}
    assert Event.objects.filter(action="filing.save").count() == 2
    event = Event.objects.get(action="sheet.apply")
    assert event.sentence.endswith("写入2项。")
    assert set(Measure.objects.values_list("light_on", flat=True)) == {LATER.date()}


def test_asking_twice_is_once(sheet, people):
    checked(sheet)
    asked = [ask_to_apply(sheet, by=people.liaison, at=LATER) for _ in range(2)]
    assert asked[0] == asked[1]
    assert Event.objects.filter(action="sheet.ask").count() == 1


def test_applying_twice_is_once(sheet, people):
    applied(checked(sheet), people.liaison)
    assert not run_sheet(sheet.pk, at=LATER)
    with pytest.raises(DomainError, match="“已应用”的文件不能应用"):
        ask_to_apply(sheet, by=people.liaison, at=LATER)
    assert set(Note.objects.values_list("revision", flat=True)) == {1}


def test_nothing_is_written_before_a_worker_comes(sheet, people):
    ask_to_apply(checked(sheet), by=people.liaison, at=LATER)
    waiting = SheetImport.objects.get()
    assert (waiting.state, waiting.asked_by, waiting.asked_at) == (
        "to_apply", people.liaison, LATER,
    )  # fmt: skip
    assert not Note.objects.exists()


def test_who_uploaded_and_who_asked_are_told_how_it_ended(sheet, agency, people):
    colleague = make_user(Role.LIAISON, agency)
    checked(sheet)
    assert told("已核对：2行，有改动2行，有误0行，请查看后应用。") == {people.liaison}
    applied(sheet, colleague)
    assert told("已应用，写入2项，存为草稿，请核对后提交。") == {people.liaison, colleague}


def test_what_was_saved_after_the_check_stops_all_of_it(sheet, filings, people):
    checked(sheet)
    save_note(filings[1], by=people.liaison, content=content(), revision=0, at=LATER)
    one = applied(sheet, people.liaison, at=LATER + timedelta(minutes=1))
    assert one.state == "faulty"
    assert str(filings[1].measure) in one.error
    assert people.liaison.name in one.error
    assert one.error.endswith("没有写入任何内容。")
    assert [row["outcome"] for row in one.result] == ["change", "stale"]
    assert one.marked
    assert not Note.objects.filter(filing=filings[0]).exists()
    assert told("没有写入任何内容") == {people.liaison}


def test_what_somebody_else_saved_just_so_needs_no_writing(sheet, filings, people):
    checked(sheet)
    said = content(
        progress="第二项。", next_steps="", claimed_percent=60, claimed_stage="under_way"
    )
    save_note(filings[1], by=people.liaison, content=said, revision=0, at=LATER)
    one = applied(sheet, people.liaison)
    assert (one.state, one.rows_changed, one.rows_faulty) == ("ready", 1, 0)
    assert applied(one, people.liaison).state == "applied"


def test_a_row_that_fails_takes_all_with_it(sheet, filings, people, monkeypatch):
    checked(sheet)
    real = exchange_apply.save_notes

    def fails_at_the_second(wanted, **said):
        if any(one.filing.pk == filings[1].pk for one in wanted):
            raise DomainError("磁盘已满。")
        return real(wanted, **said)

    monkeypatch.setattr(exchange_apply, "save_notes", fails_at_the_second)
    one = applied(sheet, people.liaison)
    assert one.state == "refused"
    assert re.fullmatch("第5行.*：磁盘已满。没有写入任何内容。", one.error)
    assert not Note.objects.exists()
    assert told("未能应用") == {people.liaison}


def test_a_period_that_closed_meanwhile_is_named(sheet, filings, people):
    ask_to_apply(checked(sheet), by=people.liaison, at=LATER)
    Period.objects.update(state="closed", closed_at=LATER)
    run_sheet(sheet.pk, at=LATER)
    one = SheetImport.objects.get()
    assert one.state == "faulty"
    assert "已关闭，不再接收首次报送" in one.error
    assert not Note.objects.exists()


def test_who_lost_the_post_meanwhile_writes_nothing(sheet, people):
    ask_to_apply(checked(sheet), by=people.liaison, at=LATER)
    people.liaison.memberships.update(valid_to=NOW.date() - timedelta(days=1))
    run_sheet(sheet.pk, at=LATER)
    one = SheetImport.objects.get()
    assert (one.state, Note.objects.count()) == ("refused", 0)
    assert one.error == f"{people.liaison.name}已无权填写这份表，没有写入任何内容。"


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_writes_all(
    sheet, people, monkeypatch
):
    ask_to_apply(checked(sheet), by=people.liaison, at=LATER)
    real = exchange_apply.save_notes

    def killed(wanted, **said):
        real(wanted, **said)
        raise SystemExit

    monkeypatch.setattr(exchange_apply, "save_notes", killed)
    with pytest.raises(SystemExit):
        run_sheet(sheet.pk, at=LATER)
    assert not Note.objects.exists()
    assert SheetImport.objects.get().state == "applying"
    monkeypatch.setattr(exchange_apply, "save_notes", real)
    assert not run_sheet(sheet.pk, at=LATER)  # its lease still holds
    after = LATER + timedelta(minutes=2)
    assert sweep_sheets(at=after) == 1
    run_sheet(sheet.pk, at=after)
    assert SheetImport.objects.get().state == "applied"
    assert set(Note.objects.values_list("version", "revision")) == {(1, 1)}


def test_a_faulty_sheet_is_not_applied(filings, agency, people):
    def fill(ws):
        put(ws, "进展情况", "第一项。")
        put(ws, "自评进度", "很好", row=FIRST + 1)

    one = checked(handed_back(filings[0].period, agency, people.liaison, fill))
    with pytest.raises(DomainError, match="“有误”的文件不能应用"):
        ask_to_apply(one, by=people.liaison, at=LATER)
    assert not Note.objects.exists()


def test_what_the_sheet_does_not_name_stays_as_it_is(filings, agency, people):
    unchanged = words_of_unchanged("待上级政策明确")
    said = content(progress=unchanged, problems="缺资金\r\n缺人", unchanged_reason="待上级政策明确")
    save_note(filings[0], by=people.liaison, content=said, revision=0, at=NOW)
    sheet = checked(
        handed_back(
            filings[0].period, agency, people.liaison, lambda ws: put(ws, "进展情况", "有了。")
        )
    )
    applied(sheet, people.liaison)
    note = Note.objects.get()
    assert (note.progress, note.problems, note.revision) == ("有了。", "缺资金\r\n缺人", 2)
    assert (note.is_unchanged, note.unchanged_reason) == (False, "")


def test_what_says_there_is_nothing_new_goes_on_saying_so(filings, agency, people):
    reason = "待上级政策明确"
    said = content(progress=words_of_unchanged(reason), unchanged_reason=reason)
    save_note(filings[0], by=people.liaison, content=said, revision=0, at=NOW)
    sheet = checked(
        handed_back(
            filings[0].period, agency, people.liaison, lambda ws: put(ws, "存在问题", "缺人。")
        )
    )
    applied(sheet, people.liaison)
    assert Note.objects.values_list("is_unchanged", "problems").get() == (True, "缺人。")


def test_a_returned_filing_gets_its_next_version(agency, measure, people):
    filing = make_filing(measure=measure, state=FilingState.RETURNED)
    sheet = checked(
        handed_back(filing.period, agency, people.liaison, lambda ws: put(ws, "进展情况", "补了。"))
    )
    applied(sheet, people.liaison)
    assert list(filing.notes.values_list("version", "progress"))[0] == (2, "补了。")


def test_statuses_are_applied_through_their_verb(filings, people):
    kind = SheetKind.STATUSES

    def fill(ws):
        put(ws, "完成比例", 80, row=FIRST + 1, kind=kind)
        put(ws, "变化与依据", "主体完工。", row=FIRST + 1, kind=kind)

    period = filings[0].period
    sheet = checked(handed_back(period, None, people.coordinator, fill, kind=kind))
    applied(sheet, people.coordinator)
    word = StatusUpdate.objects.get()
    assert (word.measure, word.percent, word.reason) == (filings[1].measure, 80, "主体完工。")
    assert (word.period, word.stage, word.by) == (period, "under_way", people.coordinator)


def test_what_is_let_go_leaves_its_row_and_no_file(
    sheet, people, django_capture_on_commit_callbacks
):
    checked(sheet)
    name = sheet.file.name
    with django_capture_on_commit_callbacks(execute=True):
        gone = discard_sheet(sheet, by=people.liaison, at=LATER)
    assert (gone.state, gone.result, bool(gone.file)) == ("discarded", [], False)
    assert not default_storage.exists(name)
    assert Event.objects.filter(action="sheet.discard").count() == 1
    with pytest.raises(DomainError, match="“已放弃”的文件不能放弃"):
        discard_sheet(sheet, by=people.liaison, at=LATER)


def test_checking_twice_is_once(sheet):
    assert run_sheet(sheet.pk, at=LATER)
    assert not run_sheet(sheet.pk, at=LATER)
    assert Event.objects.filter(action="sheet.check").count() == 1


def test_one_that_lost_its_lease_while_writing_writes_nothing(sheet, people, monkeypatch):
    ask_to_apply(checked(sheet), by=people.liaison, at=LATER)
    real = exchange_apply.save_notes

    def taken_over(wanted, **said):
        real(wanted, **said)
        SheetImport.objects.update(attempts=9)

    monkeypatch.setattr(exchange_apply, "save_notes", taken_over)
    run_sheet(sheet.pk, at=LATER)
    assert not Note.objects.exists()


def test_a_checker_that_lost_its_lease_writes_nothing(sheet, monkeypatch):
    real = exchange_check.rows_for

    def taken_over(*args, **kwargs):
        SheetImport.objects.filter(pk=sheet.pk).update(attempts=2)
        return real(*args, **kwargs)

    monkeypatch.setattr(exchange_check, "rows_for", taken_over)
    run_sheet(sheet.pk, at=LATER)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.result) == (SheetState.CHECKING, [])


def test_a_lost_file_is_said_and_a_changed_one_too(sheet):
    path = default_storage.path(sheet.file.name)
    with open(path, "ab") as file:
        file.write(b"x")
    assert "校验值不符" in checked(sheet).error
    SheetImport.objects.update(state="queued", error="")
    default_storage.delete(sheet.file.name)
    assert "找不到了" in checked(sheet).error


def test_what_nobody_expected_is_told_in_words(sheet, monkeypatch):
    def stumbles(*args, **kwargs):
        raise RuntimeError("boom")

    monkeypatch.setattr(exchange_check, "checked_rows", stumbles)
    one = checked(sheet)
    assert one.state == "failed"
    assert one.error == exchange_run.broken("checking")


def test_the_sweep_rings_for_what_nobody_picked_up(sheet):
    assert sweep_sheets(at=LATER + timedelta(seconds=30)) == 0
    assert sweep_sheets(at=LATER + timedelta(seconds=90)) == 1


def test_the_sweep_queues_what_a_dead_worker_left_and_gives_up_the_third_time(sheet):
    held = {"state": "checking", "lease_until": LATER}
    SheetImport.objects.update(attempts=1, **held)
    assert sweep_sheets(at=LATER + timedelta(seconds=1)) == 1
    sheet.refresh_from_db()
    assert (sheet.state, sheet.lease_until) == ("queued", None)
    SheetImport.objects.update(attempts=3, **held)
    assert sweep_sheets(at=LATER + timedelta(seconds=1)) == 0
    sheet.refresh_from_db()
    assert (sheet.state, sheet.error) == ("failed", exchange_run.NEVER_ENDED["checking"])


def test_the_sweep_gives_up_writing_the_third_time_too(sheet, people):
    ask_to_apply(checked(sheet), by=people.liaison, at=LATER)
    SheetImport.objects.update(attempts=3, state="applying", lease_until=LATER)
    assert sweep_sheets(at=LATER + timedelta(seconds=1)) == 0
    one = SheetImport.objects.get()
    assert (one.state, one.error) == ("refused", exchange_run.NEVER_ENDED["applying"])


def test_the_longest_reason_fits_its_column():
    assert SheetImport._meta.get_field("error").max_length == ERROR_MOST
