"""修订: a later document changes a measure, adds one or ends one, from a day on."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.urls import reverse

from agencies.models import Agency, Message
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import ChangeKind, EvidenceKind, FilingState, Stage, StatusKind
from measures.integrity import faults
from measures.models import (
    Filing,
    Measure,
    NoticeChange,
    Period,
    Responsibility,
    Section,
    Snapshot,
)
from measures.notice_changes.actions import (
    Entry,
    ask_take_back,
    confirm_change,
    submit_revision,
)
from measures.notice_changes.forms import RevisionForm
from measures.notice_changes.revising import apply_due_revisions, current_roles
from measures.notice_changes.revision_views import revision_page_of
from measures.periods.actions import close_period
from measures.responsibilities.actions import add_responsibility
from measures.rules.notice_changes import CHANGED_SINCE, NO_WAY_BACK, NOTHING_CHANGED, PERIOD_CLOSED
from measures.rules.uploads import Upload
from measures.status.actions import update_status
from measures.tests.factories import NOW, TODAY, make_period, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen", "real_notice")]
DAY = timedelta(days=1)


@pytest.fixture
def measure(real_notice):
    return Measure.objects.get(ordinal=6)  # 市商务委、重庆海关


def agencies(*names):
    return [Agency.objects.get(short_name=name) for name in names]


def entry(measure=None, **changed):
    there = {}
    if measure is not None:
        ids = current_roles(measure)
        found = Agency.objects.in_bulk(ids)
        there = {
            "title": measure.title,
            "text": measure.text,
            "agencies": [found[pk] for pk in ids],
        }
    source = {
        "source_document": "渝府办发〔2026〕9号",
        "source_place": "第2页",
        "source_on": TODAY,
        "holds_from": TODAY,
    }
    return Entry(**{**there, **source, **changed})


def asked(place, by, said):
    paper = Upload("公报.pdf", EvidenceKind.PDF, ContentFile(b"%PDF-1.7"))
    return submit_revision(place, by=by, entry=said, uploads=[paper], stored=[], at=NOW)


def revised(place, coordinator, chief, said):
    change = confirm_change(asked(place, coordinator, said), by=chief, at=NOW)
    return NoticeChange.objects.get(pk=change.pk)


def named(measure, on=TODAY):
    rows = Responsibility.objects.filter(measure=measure).valid(on=on)
    return [(one.agency.short_name, one.role) for one in rows]


def test_new_words_hold_and_the_old_ones_stay_beside_them(measure, coordinator, chief):
    old = (measure.title, measure.text)
    change = revised(measure, coordinator, chief, entry(measure, title="新标题", text=["新段。"]))
    measure.refresh_from_db()
    assert (measure.title, measure.text) == ("新标题", ["新段。"])
    assert (change.before["title"], change.before["text"]) == old
    assert change.known_words == f"自{TODAY}起，据渝府办发〔2026〕9号，第2页（{TODAY}）修订"


def test_the_second_person_sees_the_roles_and_the_basis_is_the_present_one(measure, coordinator):
    Responsibility.objects.filter(measure=measure, role="responsible").update(role="support")
    Responsibility.objects.filter(measure=measure, role="lead").update(lead_basis="text")
    lead, added, supporting = agencies("市商务委", "市财政局", "重庆海关")
    said = entry(measure, agencies=[lead], supporting=[supporting, added])
    period = make_period(due_on=TODAY + DAY)
    page = revision_page_of(asked(measure, coordinator, said), on=TODAY)
    assert [(one.period, one.added) for one in page.consequences] == [(period, 1)]
    assert page.before.agencies == "市商务委（牵头）、重庆海关（配合）"
    assert page.after.agencies == "市商务委（牵头）、重庆海关（配合）、市财政局（配合）"
    assert RevisionForm(place=measure, change=None).initial["lead_basis"] == "text"


def test_it_takes_two_people(measure, coordinator, chief):
    change = asked(measure, coordinator, entry(measure, title="新标题"))
    measure.refresh_from_db()
    assert measure.title != "新标题"
    with pytest.raises(PermissionDenied, match=f"请商务委负责人{chief.name}办理"):
        confirm_change(change, by=coordinator, at=NOW)


def test_a_day_to_come_changes_words_when_it_comes(measure, coordinator, chief):
    said = entry(measure, title="新标题", holds_from=TODAY + 3 * DAY)
    change = revised(measure, coordinator, chief, said)
    assert apply_due_revisions(at=NOW) == 0
    assert Measure.objects.get(pk=measure.pk).title != "新标题"
    assert apply_due_revisions(at=NOW + 3 * DAY) == 1
    assert apply_due_revisions(at=NOW + 3 * DAY) == 0
    assert Measure.objects.get(pk=measure.pk).title == "新标题"
    assert NoticeChange.objects.get(pk=change.pk).before["title"] == measure.title


def test_another_list_holds_from_its_day_and_filings_follow(period, measure, coordinator, chief):
    said = entry(measure, agencies=agencies("重庆海关", "市财政局"))
    revised(measure, coordinator, chief, said)
    assert named(measure, TODAY - DAY) == [("市商务委", "lead"), ("重庆海关", "responsible")]
    assert named(measure) == [("重庆海关", "lead"), ("市财政局", "responsible")]
    filings = Filing.objects.filter(period=period, measure=measure)
    states = {one.agency.short_name: (one.state, one.role) for one in filings}
    assert states["市商务委"][0] == FilingState.WAIVED
    assert states["重庆海关"] == (FilingState.PENDING, "lead")
    assert states["市财政局"] == (FilingState.PENDING, "responsible")
    assert not [fault for fault in faults(on=TODAY) if measure.mark in fault]


def test_who_is_added_or_changed_is_told_as_what_and_what_is_asked(
    period, measure, coordinator, chief
):
    lead, customs, added = agencies("市商务委", "重庆海关", "市财政局")
    people = [make_user(Role.LIAISON, one) for one in (lead, customs, added)]
    said = entry(measure, agencies=[lead], supporting=[customs, added])
    change = revised(measure, coordinator, chief, said)
    start, due = f"{measure}{change.known_words}", Filing.objects.get(agency=added, measure=measure)
    asked = f"，请于{due.due_on}前报送2026年前三季度进展"
    was_due = f"，请于{period.due_on}前报送2026年前三季度进展"
    assert [Message.objects.filter(user=one).last().sentence for one in people] == [
        f"{start}。",
        f"{start}，重庆海关改列为配合单位{was_due}。",
        f"{start}，市财政局新列为配合单位{asked}。",
    ]


def test_a_measure_ends_and_owes_no_more(period, measure, coordinator, chief):
    revised(measure, coordinator, chief, entry(measure, ends=True))
    measure.refresh_from_db()
    assert (measure.stage, measure.light_cause) == (Stage.ENDED, "ended")
    assert measure.light_sentence == "已终止，不再评定"
    assert named(measure) == []
    states = set(Filing.objects.filter(measure=measure).values_list("state", flat=True))
    assert states == {FilingState.WAIVED}
    assert not [fault for fault in faults(on=TODAY) if measure.mark in fault]


def test_an_ended_measure_takes_no_word_on_its_progress(measure, coordinator, chief):
    revised(measure, coordinator, chief, entry(measure, ends=True))
    said = {"percent": None, "reason": "恢复。", "at": NOW}
    with pytest.raises(DomainError, match="已按后来的文件终止，不能再更新进度"):
        update_status(measure, by=coordinator, stage="under_way", **said)
    other = Measure.objects.get(ordinal=5)
    with pytest.raises(DomainError, match="请办理修订"):
        update_status(other, by=coordinator, stage="ended", **said)
    lead = Agency.objects.get(short_name="市财政局")
    with pytest.raises(DomainError, match="已终止；按后来的文件恢复的，请办理修订"):
        add_responsibility(
            measure,
            agency=lead,
            role="lead",
            duty="",
            since=TODAY,
            by=coordinator,
            reason="恢复。",
            at=NOW,
        )
    measure.refresh_from_db()
    with pytest.raises(DomainError, match="无需再次终止"):
        asked(measure, coordinator, entry(measure, ends=True))
    with pytest.raises(DomainError, match="请选择责任单位"):
        asked(measure, coordinator, entry(measure, title="新标题"))


def test_agencies_given_again_resume_an_ended_measure(period, measure, coordinator, chief):
    Measure.objects.filter(pk=measure.pk).update(stage=Stage.NEARLY_DONE)
    measure.refresh_from_db()
    revised(measure, coordinator, chief, entry(measure, ends=True))
    measure.refresh_from_db()
    change = revised(measure, coordinator, chief, entry(measure, agencies=agencies("重庆海关")))
    measure.refresh_from_db()
    assert (measure.stage, named(measure)) == (Stage.NEARLY_DONE, [("重庆海关", "lead")])
    update = measure.status_updates.first()
    assert (update.kind, update.reason) == (StatusKind.RESUMED, f"据{change.source}恢复")
    owed = Filing.objects.filter(period=period, measure=measure).exclude(state="waived")
    assert [one.agency.short_name for one in owed] == ["重庆海关"]
    wanted = ask_take_back(change, by=coordinator, reason="未印发。", at=NOW)
    confirm_change(wanted, by=chief, at=NOW)
    measure.refresh_from_db()
    assert (measure.stage, named(measure)) == (Stage.ENDED, [])


def test_what_was_closed_meanwhile_is_not_ended(measure, coordinator, chief):
    said = entry(measure, ends=True, holds_from=TODAY + 3 * DAY)
    revised(measure, coordinator, chief, said)
    Measure.objects.filter(pk=measure.pk).update(stage=Stage.DONE, completed_on=TODAY)
    assert apply_due_revisions(at=NOW + 3 * DAY) == 1
    assert Measure.objects.get(pk=measure.pk).stage == Stage.DONE


def owed():
    """Return how many filings are owed, and how many there are."""
    return Filing.objects.exclude(state=FilingState.WAIVED).count(), Filing.objects.count()


def test_who_leads_beside_the_lead_goes_on_doing_it(period, measure, coordinator, chief):
    Responsibility.objects.filter(measure=measure, role="responsible").update(role="joint_lead")
    listed = agencies("市商务委", "重庆海关", "市财政局")
    change = revised(measure, coordinator, chief, entry(measure, agencies=listed))
    roles = [("市商务委", "lead"), ("重庆海关", "joint_lead"), ("市财政局", "responsible")]
    assert named(measure) == roles
    assert change.before["rows"][1] in change.before["rows_after"]


CONSEQUENCES = [
    # who is responsible, from which day; then the filings added, waived
    ({"agencies": ["市商务委", "市财政局"]}, (1, 1)),
    ({"agencies": ["市商务委"]}, (0, 1)),
    ({"agencies": ["重庆海关", "市商务委"]}, (0, 0)),
    ({"title": "新标题"}, (0, 0)),
    ({"ends": True}, (0, 2)),
]


@pytest.mark.parametrize(("changed", "expected"), CONSEQUENCES)
def test_what_follows_for_filings_is_told_before_it_is_confirmed(
    period, measure, coordinator, chief, changed, expected
):
    if "agencies" in changed:
        changed = {"agencies": agencies(*changed["agencies"])}
    change = asked(measure, coordinator, entry(measure, **changed))
    before, made = owed()
    (told,) = revision_page_of(change, on=TODAY).consequences
    assert (told.period, (told.added, told.waived)) == (period, expected)
    assert told.owed == before + expected[0] - expected[1]
    confirm_change(change, by=chief, at=NOW)
    assert owed() == (told.owed, made + expected[0])
    if told.added:
        assert Filing.objects.latest("pk").due_on == told.due_on
    back = ask_take_back(change, by=coordinator, reason="录入有误", at=NOW)
    (back_told,) = revision_page_of(back, on=TODAY).consequences
    confirm_change(back, by=chief, at=NOW)
    assert (back_told.owed, owed()[0]) == (before, before)


def test_who_has_filed_already_is_not_let_off(period, measure, coordinator):
    Filing.objects.filter(measure=measure).update(first_submitted_at=NOW)
    change = asked(measure, coordinator, entry(measure, ends=True))
    (told,) = revision_page_of(change, on=TODAY).consequences
    assert (told.added, told.waived) == (0, 0)


def test_a_period_that_asks_an_earlier_day_is_not_touched(period, measure, coordinator):
    change = asked(measure, coordinator, entry(measure, ends=True, holds_from=TODAY + 300 * DAY))
    assert revision_page_of(change, on=TODAY).consequences == []


def test_a_new_measure_tells_what_it_asks_before_it_is_confirmed(period, coordinator, chief):
    said = entry(title="新措施", text=["正文。"], agencies=agencies("市财政局", "重庆海关"))
    change = asked(Section.objects.first(), coordinator, said)
    before = owed()[0]
    (told,) = revision_page_of(change, on=TODAY).consequences
    confirm_change(change, by=chief, at=NOW)
    assert (told.added, told.owed, owed()[0]) == (2, before + 2, before + 2)


@pytest.mark.parametrize("place", ["measures:revise", "measures:measure_add"])
def test_what_follows_can_be_seen_before_it_is_submitted(period, coordinator, client, place):
    """Even if other fields are empty; nothing is written, and the typed text stays."""
    is_new = place == "measures:measure_add"
    found = Section.objects.first() if is_new else Measure.objects.get(ordinal=6)
    client.force_login(coordinator)
    chosen = [one.pk for one in agencies("市商务委", "重庆海关", "市财政局")]
    typed = {"preview": "1", "holds_from": TODAY, "agencies": chosen, "title": "新标题"}
    page = client.post(reverse(place, args=[found.pk]), typed).content.decode()
    added = 3 if is_new else 1
    assert f"2026年前三季度：新增应报<b>{added}</b>项，截止" in page
    assert "新标题" in page
    assert not NoticeChange.objects.exists()
    del typed["holds_from"]
    page = client.post(reverse(place, args=[found.pk]), typed).content.decode()
    assert "填写自哪一天起、选定责任单位后" in page


def test_a_measure_is_added_with_the_next_number(period, coordinator, chief):
    section = Section.objects.get(ordinal=2)
    said = entry(title="新增事项", text=["一段。"], agencies=agencies("市财政局", "重庆海关"))
    change = revised(section, coordinator, chief, said)
    measure = Measure.objects.get(ordinal=18)
    assert (change.measure, measure.title, measure.starts_on) == (measure, "新增事项", TODAY)
    assert named(measure) == [("市财政局", "lead"), ("重庆海关", "responsible")]
    assert Filing.objects.filter(period=period, measure=measure).count() == 2
    with pytest.raises(DomainError, match=NO_WAY_BACK):
        ask_take_back(change, by=coordinator, reason="不对。", at=NOW)


@pytest.mark.parametrize("part", [{"title": "新标题"}, {"ends": True}, {"agencies": ["市财政局"]}])
def test_taken_back_by_the_same_two_steps(period, measure, coordinator, chief, part):
    if "agencies" in part:
        part = {"agencies": agencies(*part["agencies"])}
    before = (measure.title, measure.text, measure.stage, named(measure))
    change = revised(measure, coordinator, chief, entry(measure, **part))
    wanted = ask_take_back(change, by=coordinator, reason="文件未印发。", at=NOW)
    with pytest.raises(PermissionDenied):
        confirm_change(wanted, by=coordinator, at=NOW)
    confirm_change(wanted, by=chief, at=NOW)
    measure.refresh_from_db()
    assert (measure.title, measure.text, measure.stage, named(measure)) == before
    assert NoticeChange.objects.get(pk=change.pk).state == "taken_back"
    states = set(Filing.objects.filter(measure=measure).values_list("state", flat=True))
    if "agencies" not in part:
        assert states == {FilingState.PENDING}


def test_not_taken_back_after_a_later_one(measure, coordinator, chief):
    first = revised(measure, coordinator, chief, entry(measure, title="新标题"))
    measure.refresh_from_db()
    revised(measure, coordinator, chief, entry(measure, title="更新的标题"))
    with pytest.raises(DomainError, match=CHANGED_SINCE):
        ask_take_back(first, by=coordinator, reason="不对。", at=NOW)


@pytest.mark.parametrize("later", [{"title": "较晚的标题"}, {"ends": True}])
def test_an_earlier_day_does_not_undo_a_later_revision(measure, coordinator, chief, later):
    earlier = entry(measure, title="较早的标题", holds_from=TODAY - 9 * DAY)
    revised(measure, coordinator, chief, entry(measure, **later))
    there = Measure.objects.get(pk=measure.pk)
    with pytest.raises(DomainError, match=f"自{TODAY}起，据渝府办发〔2026〕9号.*不能早于这一天"):
        asked(measure, coordinator, earlier)
    measure.refresh_from_db()
    assert (measure.title, measure.stage) == (there.title, there.stage)


def test_an_earlier_day_is_open_again_once_the_later_one_is_taken_back(measure, coordinator, chief):
    earlier = entry(measure, title="较早的标题", holds_from=TODAY - 9 * DAY)
    later = revised(measure, coordinator, chief, entry(measure, title="较晚的标题"))
    wanted = ask_take_back(later, by=coordinator, reason="文件未印发。", at=NOW)
    confirm_change(wanted, by=chief, at=NOW)
    revised(measure, coordinator, chief, earlier)
    assert Measure.objects.get(pk=measure.pk).title == "较早的标题"


def test_a_closed_period_keeps_the_old_title_and_bars_taking_back(
    period, measure, coordinator, chief
):
    old = measure.title
    Filing.objects.update(due_on=TODAY - 9 * DAY)
    close_period(period, by=coordinator, at=NOW - DAY)
    change = revised(measure, coordinator, chief, entry(measure, title="新标题"))
    assert Snapshot.objects.get(measure=measure).title_label == old
    later = make_period(covers_from=period.covers_to + DAY, covers_to=TODAY)
    Period.objects.filter(pk=later.pk).update(state="closed", closed_at=NOW + DAY)
    with pytest.raises(DomainError, match=PERIOD_CLOSED):
        ask_take_back(change, by=coordinator, reason="不对。", at=NOW + 2 * DAY)


@pytest.mark.parametrize(
    ("ordinal", "changed", "sentence"),
    [
        (6, {}, NOTHING_CHANGED),
        (6, {"agencies": []}, "请选择责任单位"),
        (6, {"holds_from": None}, "请填写自哪一天起"),
        (8, {"text": ["另一段。"]}, "正文在通知中缺失、待核对，请先在原文核对中补录"),
    ],
)
def test_what_cannot_hold_is_said(coordinator, ordinal, changed, sentence):
    measure = Measure.objects.get(ordinal=ordinal)
    with pytest.raises(DomainError, match=sentence):
        asked(measure, coordinator, entry(measure, **changed))


def test_not_from_a_day_that_a_closed_period_has_told_of(period, measure, coordinator):
    Filing.objects.update(due_on=TODAY - 9 * DAY)
    close_period(period, by=coordinator, at=NOW)
    with pytest.raises(DomainError, match="以前的填报期已关闭"):
        asked(measure, coordinator, entry(measure, title="新标题", holds_from=period.covers_to))


def test_only_one_at_a_time_of_a_measure(measure, coordinator):
    change = asked(measure, coordinator, entry(measure, title="新标题"))
    with pytest.raises(DomainError, match="待确认，不能再提交"):
        asked(measure, coordinator, entry(measure, title="又一个"))
    assert change.kind == ChangeKind.REVISE
