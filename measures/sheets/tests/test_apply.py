"""Applying a checked sheet: requested by a person, done by a worker, completely or not at all."""

import re
from datetime import date, timedelta

import pytest

from agencies.models import Event, Message
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState, ResponsibilityRole, SheetKind
from measures.filings.drafts import save_note
from measures.filings.submission import submit_note
from measures.models import Filing, Measure, Note, Period, SheetImport, StatusUpdate
from measures.rules.notes import words_of_unchanged
from measures.rules.periods import Quarter
from measures.sheets import apply as exchange_apply
from measures.sheets import run as exchange_run
from measures.sheets.actions import ask_to_apply
from measures.sheets.run import run_sheet, sweep_sheets
from measures.sheets.tests.sheets import (
    FIRST,
    LATER,
    applied,
    checked,
    handed_back,
    put,
)
from measures.tests.asking import told
from measures.tests.counted import make_indicator
from measures.tests.factories import (
    NOW,
    content,
    make_agency,
    make_filing,
    make_note,
    make_period,
    make_responsibility,
    make_user,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


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
    assert event.sentence.endswith("共2项。")
    assert set(Measure.objects.values_list("light_on", flat=True)) == {LATER.date()}


def test_asking_twice_is_once(sheet, people):
    checked(sheet)
    asked = [ask_to_apply(sheet, by=people.liaison, at=LATER) for _ in range(2)]
    assert asked[0] == asked[1]
    assert Event.objects.filter(action="sheet.ask").count() == 1


def test_applying_twice_is_once(sheet, people):
    applied(checked(sheet), people.liaison)
    assert not run_sheet(sheet.pk, at=LATER)
    with pytest.raises(DomainError, match="“已写入”的文件不能写入"):
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
    assert told("已核对：2行，有改动2行，有误0行，请查看后写入。") == {people.liaison}
    applied(sheet, colleague)
    assert told("已写入2项，存为草稿，请核对后提交。") == {people.liaison, colleague}


def test_the_message_is_done_with_the_last_draft_handed_in(sheet, filings, people):
    applied(checked(sheet), people.liaison)
    told_of = Message.objects.in_inbox().filter(user=people.liaison, kind="sheet")
    assert told_of.get().url == f"/filings/?period={sheet.period_id}"
    for filing in filings:
        assert told_of.count() == 1
        submit_note(filing, by=people.liaison, at=LATER)
    assert told_of.count() == 0


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
    assert told("未能写入") == {people.liaison}


def test_a_period_that_closed_meanwhile_still_takes_first_words(sheet, filings, people):
    ask_to_apply(checked(sheet), by=people.liaison, at=LATER)
    Period.objects.update(state="closed", closed_at=LATER)
    run_sheet(sheet.pk, at=LATER)
    assert SheetImport.objects.get().state == "applied"
    assert Note.objects.exists()


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
    with pytest.raises(DomainError, match="“有误”的文件不能写入"):
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


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("本期无新进展：待上级政策明确", "待上级政策明确"),
        ("本期无新进展", "按计划持续推进，本期无新增事项"),
    ],
)
def test_nothing_new_can_be_typed_and_carries_nothing_over(filings, agency, people, typed, reason):
    make_indicator(filings[0].measure, asked=True)
    earlier = make_period(Quarter(2026, 2), state="closed", due_on=date(2026, 7, 7))
    last = make_filing(measure=filings[0].measure, period=earlier)
    last.accepted_note = make_note(last, submitted=True, next_steps="二季度开工。")
    last.save()
    sheet = checked(
        handed_back(
            filings[0].period, agency, people.liaison, lambda ws: put(ws, "进展情况", typed)
        )
    )
    (change,) = sheet.result[0]["changes"]
    assert change["new"] == words_of_unchanged(reason)
    applied(sheet, people.liaison)
    note = filings[0].notes.get()
    assert (note.is_unchanged, note.unchanged_reason) == (True, reason)
    assert (note.progress, note.next_steps) == (words_of_unchanged(reason), "")
    submit_note(filings[0], by=people.liaison, at=LATER)  # no figures are requested


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


@pytest.mark.parametrize("percent", [70, 61, 60])
def test_what_does_not_go_back_has_no_such_reason(filings, people, percent):
    """The measure is at 60 percent: 回退原因 must be reliable for its readers."""
    sheet = ledger_at_60(filings, people, percent, reason="主体完工。")
    assert sheet.state == "ready"
    assert not sheet.result[0]["goes_back"]
    applied(sheet, people.coordinator)
    update = StatusUpdate.objects.get()
    assert (update.percent, update.reason, update.back_reason) == (percent, "主体完工。", "")
    sheet = ledger_at_60(filings, people, 80, reason="又有进展。", back_reason="停工。")
    assert allowed_in(sheet) == ["进度和完成比例都不比现状低，请清空。"]


@pytest.mark.parametrize("percent", [59, 10])
def test_a_step_back_is_marked_and_has_a_reason_of_its_own(filings, people, percent):
    sheet = ledger_at_60(filings, people, percent, reason="主体停工。")
    assert allowed_in(sheet) == ["进度或完成比例比现状低，须写明回退原因。"]
    sheet = ledger_at_60(filings, people, percent, reason="主体停工。", back_reason="主体停工。")
    assert allowed_in(sheet) == ["与变化与依据相同，请写明为什么回退。"]
    sheet = ledger_at_60(filings, people, percent, reason="主体停工。", back_reason="资金未到。")
    assert sheet.state == "ready"
    assert sheet.result[0]["goes_back"]
    applied(sheet, people.coordinator)
    update = StatusUpdate.objects.get()
    assert (update.percent, update.reason, update.back_reason) == (
        percent,
        "主体停工。",
        "资金未到。",
    )


def test_a_stage_that_goes_back_is_a_step_back_too(filings, people):
    sheet = ledger_at_60(filings, people, 60, stage="未启动", reason="方案重做。")
    assert allowed_in(sheet) == ["进度或完成比例比现状低，须写明回退原因。"]


def ledger_at_60(filings, people, percent, *, stage="", reason, back_reason=""):
    """Create a checked ledger with one row changed, of a measure at 60 percent."""
    kind = SheetKind.STATUSES
    Measure.objects.filter(pk=filings[1].measure_id).update(percent=60)

    def fill(ws):
        put(ws, "完成比例", percent, row=FIRST + 1, kind=kind)
        put(ws, "变化与依据", reason, row=FIRST + 1, kind=kind)
        put(ws, "回退原因", back_reason, row=FIRST + 1, kind=kind)
        if stage:
            put(ws, "进度", stage, row=FIRST + 1, kind=kind)

    return checked(handed_back(filings[0].period, None, people.coordinator, fill, kind=kind))


def allowed_in(sheet):
    return [fault["allowed"] for row in sheet.result for fault in row.get("faults", [])]


def test_a_status_from_a_sheet_rests_on_every_accepted_note_of_its_period(filings, people, client):
    """Also on notes behind the previous update; the preview shows what has come since."""
    kind, filing = SheetKind.STATUSES, filings[1]
    agencies = [make_agency(name=name) for name in ("重庆海关", "市药监局")]
    for one in agencies:
        make_responsibility(filing.measure, one, ResponsibilityRole.RESPONSIBLE)
    other, _ = (make_filing(measure=filing.measure, agency=one) for one in agencies)
    notes = [make_note(one, author=people.liaison, submitted=True) for one in (filing, other)]
    for note in notes:
        Filing.objects.filter(pk=note.filing_id).update(
            state=FilingState.ACCEPTED, accepted_note=note, first_submitted_at=NOW
        )

    def fill_with(percent):
        def fill(ws):
            put(ws, "完成比例", percent, row=FIRST + 1, kind=kind)
            put(ws, "变化与依据", "主体完工。", row=FIRST + 1, kind=kind)

        return fill

    for percent in (80, 81):
        told = handed_back(filing.period, None, people.coordinator, fill_with(percent), kind=kind)
        sheet = checked(told)
        [row] = sheet.result
        assert (row["filed"], row["basis"]) == ("2/3", [filing.agency_name, "重庆海关"])
        client.force_login(people.coordinator)
        page = client.get(f"/sheets/{sheet.pk}/").content.decode()
        assert f"{filing.agency_name}、重庆海关已通过的进展" in page
        applied(sheet, people.coordinator)
        assert set(StatusUpdate.objects.first().notes.all()) == set(notes)


def test_one_that_lost_its_lease_while_writing_writes_nothing(sheet, people, monkeypatch):
    ask_to_apply(checked(sheet), by=people.liaison, at=LATER)
    real = exchange_apply.save_notes

    def taken_over(wanted, **said):
        real(wanted, **said)
        SheetImport.objects.update(attempts=9)

    monkeypatch.setattr(exchange_apply, "save_notes", taken_over)
    run_sheet(sheet.pk, at=LATER)
    assert not Note.objects.exists()


def test_the_sweep_gives_up_writing_the_third_time_too(sheet, people):
    ask_to_apply(checked(sheet), by=people.liaison, at=LATER)
    SheetImport.objects.update(attempts=3, state="applying", lease_until=LATER)
    assert sweep_sheets(at=LATER + timedelta(seconds=1)) == 0
    one = SheetImport.objects.get()
    assert (one.state, one.error) == ("refused", exchange_run.NEVER_ENDED["applying"])
