"""Ladders: set from a day on, deleted before that day, and the effect of rungs."""

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.timezone import get_current_timezone

from agencies.models import Event
from lib.errors import DomainError
from lib.workdays import add_workdays
from measures.chasing.actions import drop_ladder, set_ladder
from measures.chasing.effect import Effect, effects, last_periods
from measures.chasing.job import chase
from measures.chasing.tests.factories import CHASE_ALONE, make_ladder
from measures.choices import Rung
from measures.models import ChaseLadder, ChaseRound, Urge
from measures.rules.chasing import DEFAULT_LADDER, LadderStep, ladder_on
from measures.rules.periods import Quarter
from measures.tests.factories import NOW, TODAY, make_filing, make_measure, make_period

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/chases/ladder/"


def set_(by, *steps, valid_from=TODAY, reason="试行。"):
    return set_ladder(steps or CHASE_ALONE, by=by, valid_from=valid_from, reason=reason, at=NOW)


@pytest.mark.parametrize("who", ["coordinator", "chief"])
def test_the_commission_sets_it_from_a_day_on(people, who):
    later = TODAY + timedelta(days=7)
    set_(getattr(people, who), valid_from=later)
    scale = ChaseLadder.objects.as_scale()
    assert ladder_on(scale, later - timedelta(days=1)) == DEFAULT_LADDER
    assert ladder_on(scale, later) == list(CHASE_ALONE)
    event = Event.objects.get()
    assert event.action == "ladder.set"
    assert event.after["rungs"] == "逾期第2个工作日催报"


@pytest.mark.parametrize("who", ["liaison", "head", "leader", "system_admin", "auditor"])
def test_nobody_else_sets_it(people, who):
    with pytest.raises(PermissionDenied):
        set_(getattr(people, who))
    with pytest.raises(PermissionDenied):
        drop_ladder(make_ladder(), by=getattr(people, who), at=NOW)


REFUSED = [
    ({"valid_from": TODAY - timedelta(days=1)}, "过去的日子"),
    ({"reason": " "}, "须写明理由"),
]


@pytest.mark.parametrize(("fields", "sentence"), REFUSED)
def test_it_wants_a_day_to_come_and_a_reason(people, fields, sentence):
    with pytest.raises(DomainError, match=sentence):
        set_(people.coordinator, **fields)


STEPS_REFUSED = [
    ((LadderStep(Rung.DUE, 1), LadderStep(Rung.CHASE, 1)), "同一天"),
    ((LadderStep(Rung.DUE, 61),), "-20至60"),
    (tuple(DEFAULT_LADDER), "完全相同"),
]


@pytest.mark.parametrize(("steps", "sentence"), STEPS_REFUSED)
def test_its_rungs_make_sense(people, steps, sentence):
    with pytest.raises(DomainError, match=sentence):
        set_(people.coordinator, *steps)
    with pytest.raises(DomainError, match="至少保留一级"):
        set_ladder([], by=people.chief, valid_from=TODAY, reason="试行。", at=NOW)


def test_one_ladder_a_day(people):
    set_(people.coordinator)
    with pytest.raises(ValidationError, match="已设定催报阶梯"):
        set_(people.coordinator, LadderStep(Rung.CHASE, 3))


def test_what_does_not_hold_yet_is_taken_back(people):
    drop_ladder(make_ladder(), by=people.chief, at=NOW)
    assert not ChaseLadder.objects.exists()
    with pytest.raises(DomainError, match="已经生效"):
        drop_ladder(make_ladder(valid_from=TODAY), by=people.chief, at=NOW)


def test_the_job_climbs_the_ladder_of_the_day(measure, people):
    """A rung already sent is not sent again after it moved; a removed one is not sent."""
    filing = make_filing(measure=measure, period=make_period(due_on=add_workdays(TODAY, -1, {})))
    chase(at=NOW)
    assert filing.urges.sent().get().rung == Rung.CHASE
    make_ladder(LadderStep(Rung.CHASE, 2), LadderStep(Rung.CIRCULAR, 3), valid_from=TODAY)
    assert chase(at=NOW + timedelta(days=1)).people == 0
    assert chase(at=NOW + timedelta(days=2)).people == 1
    assert filing.urges.sent().latest("pk").rung == Rung.CIRCULAR


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 10, tzinfo=get_current_timezone())


def told(period, sent_on, filed_on, rung=Rung.CHASE):
    filing = make_filing(
        measure=make_measure(),
        period=period,
        first_submitted_at=at(filed_on) if filed_on else None,
    )
    round_ = ChaseRound.objects.create(agency=filing.agency, asked_at=at(sent_on))
    Urge.objects.create(
        filing=filing, rung=rung, due_on=filing.due_on, round=round_, sent_at=at(sent_on)
    )


@pytest.fixture
def closed():
    return [make_period(Quarter(2026, n), state="closed") for n in (2, 1, 3)]


def test_a_rung_does_what_is_filed_within_two_working_days_after_it(closed):
    friday = date(2026, 7, 10)
    second = closed[0]
    for filed_on in (friday, date(2026, 7, 14), date(2026, 7, 15), None, date(2026, 7, 9)):
        told(second, friday, filed_on)
    periods = last_periods()
    assert [label for _, _, label in periods] == ["三季度", "二季度"]
    found = {one.rung: one for one in effects(periods, calendar={})}
    # Tuesday is the second working day; what came before the rung was not its doing.
    assert found[Rung.CHASE].periods == [Effect(0, 0), Effect(4, 2)]
    assert not found[Rung.CHASE].is_idle


def test_what_moved_nothing_in_two_periods_is_proposed_and_taken_out_by_one_click(
    client, closed, people
):
    for period in (closed[0], closed[2]):
        told(period, date(2026, 7, 10), None, rung=Rung.REMIND)
        told(period, date(2026, 7, 10), date(2026, 7, 13), rung=Rung.CHASE)
    client.force_login(people.coordinator)
    answer = client.get(URL)
    (without,) = [said for *_, said in answer.context["effects"] if said]
    page = client.post(f"{URL}set/", without, follow=True).content.decode()
    assert "已设定2026-11-24起的催报阶梯" in page
    rungs = ChaseLadder.objects.get().rungs.values_list("rung", flat=True)
    assert set(rungs) == {"due", "chase", "letter", "circular"}


def test_the_page_sets_and_takes_back_and_says_what_is_wrong(client, people):
    client.force_login(people.chief)
    assert "截止前5个工作日" in client.get(URL).content.decode()
    data = {"use_chase": "on", "valid_from": "2026-12-01", "reason": "试行。"}
    answer = client.post(f"{URL}set/", data)
    assert answer.status_code == 422
    assert "请填写工作日数" in answer.content.decode()
    page = client.post(f"{URL}set/", data | {"offset_chase": "2"}, follow=True)
    assert "未生效" in page.content.decode()
    row = ChaseLadder.objects.get()
    assert "已撤销" in client.post(f"{URL}{row.pk}/drop/", follow=True).content.decode()
    refused = client.post(f"{URL}set/", data | {"offset_chase": "99"})
    assert refused.status_code == 422
