"""A gap filled by two people: agencies and text, filings, the light; and its undoing."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.utils.timezone import localdate

from agencies.audit.lines import line_of
from agencies.models import Agency, Event, Message
from agencies.permissions import Role
from lib.errors import DomainError
from lib.workdays import workdays_between
from measures.choices import ChangeState, EvidenceKind, FilingState, GapKind
from measures.filings.drafts import save_note
from measures.filings.submission import submit_note
from measures.integrity import faults
from measures.models import (
    Filing,
    Gap,
    Measure,
    NoticeChange,
    Period,
    Responsibility,
    Workday,
)
from measures.notice_changes.actions import (
    Entry,
    ask_take_back,
    confirm_change,
    drop_change,
    return_change,
    save_draft,
    submit_change,
    withdraw_change,
)
from measures.notice_changes.filling_gaps import consequences_of
from measures.notice_changes.revising import rows_of
from measures.periods.actions import close_period
from measures.rules.notice_changes import CHANGED_SINCE, NO_CONTENT, PERIOD_CLOSED
from measures.rules.periods import Quarter
from measures.rules.uploads import Upload
from measures.tests.factories import NOW, TODAY, content, make_period, make_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen", "real_notice"),
]
SOURCE = {
    "source_document": "渝府办发〔2018〕175号 纸质归档件",
    "source_place": "第5页",
    "source_on": TODAY.replace(year=2018),
}
NAMES = ("市商务委", "市发展改革委", "重庆海关")


@pytest.fixture
def gap(real_notice):
    return Gap.objects.get(measure__ordinal=8, kind=GapKind.AGENCIES)


def agencies(*names):
    return [Agency.objects.get(short_name=name) for name in names or NAMES]


def paper(name="第5页.pdf", data=b"%PDF-1.7"):
    return Upload(name, EvidenceKind.PDF, ContentFile(data))


def listing(**changed):
    return Entry(**{**SOURCE, "agencies": agencies(), **changed})


def enter(gap, by, entry=None, files=None):
    files = [paper()] if files is None else files
    return submit_change(gap, by=by, entry=entry or listing(), uploads=files, stored=[], at=NOW)


def filled(gap, coordinator, chief, entry=None):
    return confirm_change(enter(gap, coordinator, entry), by=chief, at=NOW)


def test_closed_by_two_people_the_agencies_file_in_the_same_period(gap, period, coordinator, chief):
    owed = Filing.objects.filter(period=period).count()
    assert gap.measure.light == "grey"
    change = enter(gap, coordinator)
    assert Filing.objects.filter(period=period).count() == owed, "not before it is confirmed"
    confirm_change(change, by=chief, at=NOW)
    filings = Filing.objects.filter(period=period, measure=gap.measure).order_by("pk")
    assert [(one.agency.short_name, one.role) for one in filings] == [
        ("市商务委", "lead"),
        ("市发展改革委", "responsible"),
        ("重庆海关", "responsible"),
    ]
    assert Filing.objects.filter(period=period).count() == owed + 3
    measure = Measure.objects.get(pk=gap.measure_id)
    assert "待核对" not in measure.light_sentence
    gap.refresh_from_db()
    assert (gap.confirmed_by, gap.confirmed_at) == (chief, NOW)
    assert gap.source == f"渝府办发〔2018〕175号 纸质归档件，第5页（{SOURCE['source_on']}）"
    assert not [fault for fault in faults(on=TODAY) if "（八）" in fault]


@pytest.mark.parametrize(
    ("named", "supporting", "roles"),
    [
        (["市发展改革委", "重庆海关"], [], ["responsible", "responsible"]),
        (["市发展改革委"], ["重庆海关"], ["responsible", "support"]),
        ([], ["重庆海关"], ["support"]),
    ],
)
def test_the_rest_of_a_list_is_named_behind_who_files_already(
    period, coordinator, chief, named, supporting, roles
):
    measure = Measure.objects.get(ordinal=1)
    Responsibility.objects.filter(measure=measure).exclude(role="lead").delete()
    Filing.objects.filter(measure=measure).exclude(role="lead").delete()
    gap = Gap.objects.create(notice=measure.notice, measure=measure, kind=GapKind.OTHERS)
    assert Measure.objects.confirmed().filter(pk=measure.pk).exists()
    assert consequences_of(gap, on=TODAY)
    before = rows_of(measure)
    entry = Entry(
        **SOURCE,
        agencies=agencies(*named) if named else [],
        supporting=agencies(*supporting) if supporting else [],
    )
    change = filled(gap, coordinator, chief, entry)
    rows = Responsibility.objects.filter(measure=measure).order_by("order")
    assert [one.role for one in rows] == ["lead", *roles]
    assert rows_of(measure)[:1] == before
    states = Filing.objects.filter(measure=measure).values_list("role", "state").order_by("pk")
    assert list(states) == [(one, "pending") for one in ("lead", *roles)]
    wanted = ask_take_back(change, by=coordinator, reason="抄录有误。", at=NOW)
    confirm_change(wanted, by=chief, at=NOW)
    assert rows_of(measure) == before
    owed = Filing.objects.filter(measure=measure).exclude(state="waived")
    assert [one.role for one in owed] == ["lead"]
    assert not [fault for fault in faults(on=TODAY) if measure.mark in fault]
    said = Entry(**SOURCE, agencies=agencies("市财政局", *named))
    again = enter(Gap.objects.get(pk=gap.pk), coordinator, said, files=[paper()])
    Responsibility.objects.create(measure=measure, agency=said.agencies[0], order=9, role="support")
    with pytest.raises(DomainError, match="市财政局已是这项措施的责任单位"):
        confirm_change(again, by=chief, at=NOW)


def test_a_list_named_in_part_without_a_lead_is_replaced_and_comes_back(gap, coordinator, chief):
    (customs,) = agencies("重庆海关")
    Responsibility.objects.create(measure=gap.measure, agency=customs, order=1, role="responsible")
    before = rows_of(gap.measure)
    change = filled(gap, coordinator, chief)
    assert [row[1] for row in rows_of(gap.measure)] == ["lead", "responsible", "responsible"]
    wanted = ask_take_back(change, by=coordinator, reason="抄录有误。", at=NOW)
    confirm_change(wanted, by=chief, at=NOW)
    assert rows_of(gap.measure) == before


def test_they_are_left_ten_working_days(gap, period, coordinator, chief):
    filled(gap, coordinator, chief)
    due = set(Filing.objects.filter(measure=gap.measure).values_list("due_on", flat=True))
    calendar = Workday.objects.as_calendar()
    (day,) = due
    assert workdays_between(TODAY, day, calendar) >= 10


def test_the_period_closes_later_only_where_it_was_asked_for(gap, period, coordinator, chief):
    before = period.closes_on
    filled(gap, coordinator, chief, listing(moves_closing=True))
    period.refresh_from_db()
    due = Filing.objects.filter(measure=gap.measure).first().due_on
    assert period.closes_on == max(before, due)


def test_taken_back_the_period_closes_as_before(gap, period, coordinator, chief):
    Period.objects.filter(pk=period.pk).update(due_on=TODAY, closes_on=TODAY)
    Filing.objects.update(due_on=TODAY)
    change = filled(gap, coordinator, chief, listing(moves_closing=True))
    assert Period.objects.get(pk=period.pk).closes_on > TODAY
    wanted = ask_take_back(change, by=coordinator, reason="抄录有误。", at=NOW)
    confirm_change(wanted, by=chief, at=NOW)
    assert Period.objects.get(pk=period.pk).closes_on == TODAY


def test_the_lead_is_who_is_named_first_and_how_that_is_known_is_kept(gap, coordinator, chief):
    filled(gap, coordinator, chief, listing(agencies=agencies("重庆海关", "市商务委")))
    rows = Responsibility.objects.filter(measure=gap.measure)
    assert [(one.agency.short_name, one.lead_basis, one.valid_from) for one in rows] == [
        ("重庆海关", "first_named", None),
        ("市商务委", "", None),
    ]


@pytest.mark.parametrize(
    ("ordinal", "kind", "content", "field"),
    [
        (10, GapKind.TITLE, {"title": "一个公布的标题"}, "title"),
        (8, GapKind.TEXT, {"text": ["第一段。", "第二段。"]}, "text"),
    ],
)
def test_words_follow_on_the_measure_and_go_back(ordinal, kind, content, field, coordinator, chief):
    gap = Gap.objects.get(measure__ordinal=ordinal, kind=kind)
    before = getattr(gap.measure, field)
    change = filled(gap, coordinator, chief, Entry(**SOURCE, **content))
    assert getattr(Measure.objects.get(pk=gap.measure_id), field) == content[field]
    asked = ask_take_back(change, by=coordinator, reason="抄录有误。", at=NOW)
    confirm_change(asked, by=chief, at=NOW)
    assert getattr(Measure.objects.get(pk=gap.measure_id), field) == before
    assert Gap.objects.get(pk=gap.pk).confirmed_at is None


def test_a_section_gets_its_title(coordinator, chief):
    gap = Gap.objects.get(section__ordinal=4)
    filled(gap, coordinator, chief, Entry(**SOURCE, title="改善环境"))
    assert Gap.objects.get(pk=gap.pk).section.title == "改善环境"


def test_taken_back_by_the_same_two_steps(gap, period, coordinator, chief):
    change = filled(gap, coordinator, chief)
    asked = ask_take_back(change, by=coordinator, reason="页码看错。", at=NOW)
    with pytest.raises(PermissionDenied):
        confirm_change(asked, by=coordinator, at=NOW)
    confirm_change(asked, by=chief, at=NOW)
    change.refresh_from_db()
    assert change.state == ChangeState.TAKEN_BACK
    assert Measure.objects.get(pk=gap.measure_id).light_cause == "unconfirmed"
    assert not Responsibility.objects.filter(measure=gap.measure).exists()
    states = set(Filing.objects.filter(measure=gap.measure).values_list("state", flat=True))
    assert states == {FilingState.WAIVED}
    again = filled(Gap.objects.get(pk=gap.pk), coordinator, chief)
    assert again.state == ChangeState.CONFIRMED
    states = set(Filing.objects.filter(measure=gap.measure).values_list("state", flat=True))
    assert states == {FilingState.PENDING}


def test_what_was_filed_meanwhile_stays_and_is_not_asked_again(gap, period, coordinator, chief):
    change = filled(gap, coordinator, chief)
    first = Filing.objects.filter(measure=gap.measure).earliest("agency__order")
    liaison = make_user(Role.LIAISON, first.agency)
    save_note(first, by=liaison, content=content(), revision=0, at=NOW)
    submit_note(first, by=liaison, at=NOW)
    asked = ask_take_back(change, by=coordinator, reason="页码看错。", at=NOW)
    confirm_change(asked, by=chief, at=NOW)
    states = dict(Filing.objects.filter(measure=gap.measure).values_list("agency_id", "state"))
    assert states.pop(first.agency_id) == FilingState.SUBMITTED
    assert set(states.values()) == {FilingState.WAIVED}
    with pytest.raises(DomainError):
        confirm_change(asked, by=chief, at=NOW)
    filled(Gap.objects.get(pk=gap.pk), coordinator, chief)
    states = dict(Filing.objects.filter(measure=gap.measure).values_list("agency_id", "state"))
    assert states.pop(first.agency_id) == FilingState.SUBMITTED
    assert set(states.values()) == {FilingState.PENDING}
    assert [*faults(on=TODAY)] == []


def test_not_after_the_period_has_closed(gap, period, coordinator, chief):
    change = filled(gap, coordinator, chief)
    asked = ask_take_back(change, by=coordinator, reason="页码看错。", at=NOW)
    Filing.objects.update(due_on=TODAY - timedelta(days=1))
    close_period(period, by=coordinator, at=NOW)
    with pytest.raises(DomainError, match=PERIOD_CLOSED):
        confirm_change(asked, by=chief, at=NOW)
    return_change(asked, by=chief, note="填报期已关闭。", at=NOW)
    with pytest.raises(DomainError, match=PERIOD_CLOSED):
        ask_take_back(change, by=coordinator, reason="页码看错。", at=NOW)


def test_not_where_responsibilities_were_changed_since(gap, coordinator, chief):
    change = filled(gap, coordinator, chief)
    Responsibility.objects.filter(measure=gap.measure, order=2).update(duty="牵线")
    row = Responsibility.objects.get(measure=gap.measure, order=2)
    row.valid_to = TODAY
    row.save()
    with pytest.raises(DomainError, match=CHANGED_SINCE):
        ask_take_back(change, by=coordinator, reason="页码看错。", at=NOW)


def test_who_wrote_any_of_it_does_not_confirm_and_is_told_who_does(gap, coordinator, chief):
    other = make_user(Role.COORDINATOR)
    save_draft(gap, by=other, entry=listing(), at=NOW)
    change = enter(gap, coordinator)
    for one in (coordinator, other):
        with pytest.raises(PermissionDenied, match=f"请商务委负责人{chief.name}办理。$"):
            confirm_change(change, by=one, at=NOW)
    third = make_user(Role.COORDINATOR)
    assert confirm_change(change, by=third, at=NOW).decided_by == third


def test_with_nobody_else_it_says_who_must_be_appointed(gap, coordinator):
    change = enter(gap, coordinator)
    with pytest.raises(PermissionDenied, match="请联系安全管理员另行授予一人"):
        confirm_change(change, by=coordinator, at=NOW)


@pytest.mark.parametrize("role", [Role.LIAISON, Role.AGENCY_HEAD, Role.LEADER])
def test_nobody_outside_the_commission_enters_or_confirms(gap, coordinator, role):
    somebody = make_user(role, agencies("重庆海关")[0])
    with pytest.raises(PermissionDenied):
        enter(gap, somebody)
    with pytest.raises(PermissionDenied):
        confirm_change(enter(gap, coordinator), by=somebody, at=NOW)


def test_returned_with_a_reason_entered_again_and_confirmed(gap, coordinator, chief):
    change = enter(gap, coordinator)
    with pytest.raises(DomainError, match="退回须写明理由"):
        return_change(change, by=chief, note=" ", at=NOW)
    returned = return_change(change, by=chief, note="少一家。", at=NOW)
    assert (returned.state, returned.decision_note) == (ChangeState.RETURNED, "少一家。")
    again = enter(gap, coordinator, listing(agencies=agencies(*NAMES, "市财政局")), files=[])
    assert (again.pk, again.decision_note, again.files.count()) == (change.pk, "", 1)
    assert confirm_change(again, by=chief, at=NOW).state == ChangeState.CONFIRMED


def test_withdrawn_and_dropped_the_gap_stays_open(gap, coordinator, chief):
    change = withdraw_change(enter(gap, coordinator), by=coordinator, at=NOW)
    with pytest.raises(DomainError, match="草稿，不能再确认"):
        confirm_change(change, by=chief, at=NOW)
    drop_change(change, by=coordinator, at=NOW)
    assert Gap.objects.get(pk=gap.pk).confirmed_at is None
    assert enter(gap, coordinator).pk != change.pk


@pytest.mark.parametrize(
    ("entry", "files", "sentence"),
    [
        ({"agencies": []}, None, NO_CONTENT[GapKind.AGENCIES]),
        ({}, [], "须上传证明材料"),
    ],
)
def test_what_is_missing_is_said(gap, coordinator, entry, files, sentence):
    with pytest.raises(DomainError, match=sentence):
        enter(gap, coordinator, listing(**entry), files)


@pytest.mark.parametrize("name", ["source_document", "source_place", "source_on"])
def test_without_its_source_nothing_is_handed_in(gap, coordinator, name):
    with pytest.raises(ValidationError, match="须写明来源"):
        enter(gap, coordinator, listing(**{name: None if name == "source_on" else ""}))


def test_what_waits_or_is_filled_takes_no_second_entry(gap, coordinator, chief):
    change = enter(gap, coordinator)
    with pytest.raises(DomainError, match="待确认，不能再提交"):
        enter(gap, coordinator)
    confirm_change(change, by=chief, at=NOW)
    with pytest.raises(DomainError, match="已经核定"):
        enter(gap, coordinator)


def test_an_agency_that_has_ended_meanwhile_is_not_confirmed(gap, coordinator, chief):
    change = enter(gap, coordinator)
    Agency.objects.filter(short_name="重庆海关").update(ended_on=localdate(NOW))
    with pytest.raises(DomainError, match="重庆海关在.*不存在，请退回"):
        confirm_change(change, by=chief, at=NOW)


def test_both_steps_are_in_the_trail_and_both_sides_are_told(gap, period, coordinator, chief):
    liaison = make_user(Role.LIAISON, agencies("重庆海关")[0])
    named = {"agencies": agencies(*NAMES[:2]), "supporting": agencies("重庆海关")}
    change = enter(gap, coordinator, listing(**named))
    asked = Message.objects.filter(kind="confirmation", settled_at=None)
    assert [one.user for one in asked] == [chief]
    confirm_change(change, by=chief, at=NOW)
    assert not asked.all().exists()
    assert Message.objects.get(user=coordinator).kind == "notice_change"
    told = Message.objects.get(user=liaison).sentence
    assert "市商务委为牵头单位，市发展改革委为责任单位，重庆海关为配合单位，请于" in told
    events = Event.objects.filter(action__startswith="notice_change.").order_by("pk")
    assert [(one.action, one.actor) for one in events] == [
        ("notice_change.submit", coordinator),
        ("notice_change.confirm", chief),
    ]
    assert events[1].after["agencies"] == [*NAMES[:2], "重庆海关（配合）"]
    assert events[1].sentence == f"确认{change}：依据{change.source}"
    assert line_of(events[1]).sentence == f"确认{change}。"


def test_each_open_period_is_told_with_its_own_day(gap, period, coordinator, chief):
    make_period(Quarter(2026, 4), due_on=TODAY + timedelta(days=45))
    (customs,) = agencies("重庆海关")
    liaison = make_user(Role.LIAISON, customs)
    filled(gap, coordinator, chief)
    owed = Filing.objects.filter(agency=customs, measure=gap.measure).order_by("period_id")
    first, second = (filing.due_on for filing in owed)
    assert (
        f"请于{first}前报送2026年前三季度进展，{second}前报送2026年度进展。"
        in Message.objects.get(user=liaison).sentence
    )


@pytest.mark.parametrize(
    "end",
    [
        lambda change, chief: confirm_change(change, by=chief, at=NOW),
        lambda change, chief: return_change(change, by=chief, note="少一家。", at=NOW),
        lambda change, chief: withdraw_change(change, by=change.entered_by, at=NOW),
    ],
    ids=["confirmed", "returned", "withdrawn"],
)
def test_what_asks_for_a_confirmation_leaves_every_inbox_once_it_is_not_wanted(
    gap, coordinator, chief, end
):
    other = make_user(Role.COORDINATOR)
    change = enter(gap, coordinator)
    asked = Message.objects.in_inbox().filter(kind="confirmation")
    assert {one.user for one in asked} == {chief, other}
    end(change, chief)
    assert not asked.all().exists()


def test_the_database_refuses_one_person_for_both_steps(gap, coordinator, chief):
    change = filled(gap, coordinator, chief)
    change.decided_by = coordinator
    with pytest.raises(ValidationError, match="两人"):
        change.full_clean()
    assert NoticeChange.objects.get(pk=change.pk).decided_by == chief
