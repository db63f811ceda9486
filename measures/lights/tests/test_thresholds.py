"""预警参数: set by the chief from today or a later day; past days keep theirs."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import FilingState, Light, PeriodState
from measures.lights import refresh as lights
from measures.lights.current import verdicts_for
from measures.lights.thresholds import drop_thresholds, preview_of, set_thresholds
from measures.models import Indicator, LightChange, LightThresholds, Measure, Milestone
from measures.notice.load import load_thresholds
from measures.rules.periods import Quarter
from measures.rules.thresholds import BOUNDS, DEFAULTS
from measures.tests.factories import (
    NOW,
    TODAY,
    make_filing,
    make_measure,
    make_milestone,
    make_notice,
    make_period,
    make_user,
)
from measures.tests.lit import enter

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STRICT = DEFAULTS._replace(lead_workdays=1)


@pytest.fixture
def chief():
    load_thresholds(make_notice(), at=NOW)
    return make_user(Role.CHIEF)


def set_(values=STRICT, *, by, since=TODAY, reason="会议议定。", at=NOW):
    return set_thresholds(values, by=by, valid_from=since, reason=reason, at=at)


def light(on=TODAY):
    first = Measure.objects.order_by("pk")[:1]
    return verdicts_for(first, on=on)[first[0].pk].light


@pytest.fixture
def late():
    """Create a filing four working days late on Monday the 23rd."""
    due_on = TODAY - 6 * DAY
    return make_filing(period=make_period(due_on=due_on, opens_on=due_on))


def test_the_defaults_come_with_the_notice_once():
    notice = make_notice()
    for _ in range(2):
        load_thresholds(notice, at=NOW)
    row = LightThresholds.objects.get()
    assert (row.values, row.valid_from, row.set_by) == (DEFAULTS, notice.issued_on, None)


def test_a_set_from_today_turns_the_lights_at_once(chief, late):
    lights.refresh_all_lights(on=TODAY)
    assert light() == Light.YELLOW
    set_(by=chief)
    assert light() == Light.RED  # on every page, before a worker has stored it again
    lights.refresh_all_lights(on=TODAY)
    assert Measure.objects.get().light == Light.RED
    event = Event.objects.get(action="thresholds.set")
    assert (event.before["lead_workdays"], event.after["lead_workdays"]) == ("20", "1")


def test_a_later_set_turns_them_on_its_day_and_not_before(chief, late):
    lights.refresh_all_lights(on=TODAY)
    set_(DEFAULTS._replace(lead_workdays=4), by=chief, since=TODAY)
    set_(DEFAULTS, by=chief, since=TODAY + 3 * DAY)
    found = [light(TODAY + n * DAY) for n in range(5)]
    yellow, red = Light.YELLOW, Light.RED
    assert found == [yellow, red, red, yellow, yellow]
    lights.refresh_all_lights(on=TODAY + 4 * DAY)
    assert LightChange.objects.get(on=TODAY + 3 * DAY).light == yellow


def test_a_past_day_is_never_judged_by_a_later_set(chief, late):
    set_(by=chief)
    assert light(TODAY - DAY) == Light.YELLOW
    with pytest.raises(DomainError, match="过去的日子"):
        set_(by=chief, since=TODAY - DAY)


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.LEADER, Role.SYSTEM_ADMIN])
def test_only_the_chief_sets(chief, role):
    with pytest.raises(PermissionDenied):
        set_(by=make_user(role))


def test_one_set_a_day(chief):
    set_(by=chief, since=TODAY + DAY)
    with pytest.raises(ValidationError, match="已有一套"):
        set_(DEFAULTS._replace(late_workdays=2), by=chief, since=TODAY + DAY)


def test_nothing_is_set_without_a_reason_or_a_change(chief):
    with pytest.raises(DomainError, match="理由"):
        set_(by=chief, reason=" ")
    with pytest.raises(DomainError, match="完全相同"):
        set_(DEFAULTS, by=chief)


BAD = [{name: least - 1} for name, (least, _) in BOUNDS.items() if name != "due_soon_workdays"]
BAD += [{name: most + 1} for name, (_, most) in BOUNDS.items()]
BAD += [{"gap_yellow": Decimal(30)}, {"gap_yellow": Decimal(31)}]


@pytest.mark.parametrize("fields", BAD, ids=str)
def test_what_is_not_sensible_is_refused_by_verb_and_database(chief, fields):
    values = DEFAULTS._replace(**fields)
    with pytest.raises(ValidationError):
        set_(values, by=chief)
    with pytest.raises(IntegrityError), transaction.atomic():
        LightThresholds.objects.create(
            valid_from=TODAY, reason="会议议定。", set_at=NOW, **values._asdict()
        )


def test_a_set_to_come_can_be_taken_back_one_that_holds_cannot(chief):
    row = set_(by=chief, since=TODAY + DAY)
    with pytest.raises(PermissionDenied):
        drop_thresholds(row, by=make_user(Role.COORDINATOR), at=NOW)
    with pytest.raises(DomainError, match="已经生效"):
        drop_thresholds(row, by=chief, at=NOW + DAY)
    drop_thresholds(row, by=chief, at=NOW)
    assert LightThresholds.objects.count() == 1
    assert Event.objects.filter(action="thresholds.drop").count() == 1


def test_the_preview_names_what_would_turn_and_writes_nothing(chief, late):
    make_measure()
    lights.refresh_all_lights(on=TODAY)
    preview = preview_of(STRICT, since=TODAY, on=TODAY)
    assert (preview.total, preview.changed) == (2, 1)
    assert preview.kinds == [(Light.YELLOW, Light.RED, 1)]
    (turned,) = preview.turned
    assert turned.measure == late.measure
    assert turned.sentence.endswith("未报，逾期4个工作日")
    assert LightThresholds.objects.count() == 1
    assert light() == Light.YELLOW


def test_the_preview_of_a_later_day_compares_on_that_day(chief, late):
    later = TODAY + 25 * DAY  # red by then in any case
    assert preview_of(STRICT, since=later, on=TODAY).changed == 0


@pytest.mark.parametrize(
    ("debts", "kinds"),
    [
        (1, []),  # red by the effective set, and by the laxer one
        (3, [(Light.RED, Light.YELLOW, 1)]),
    ],
)
def test_the_preview_counts_as_many_debts_as_either_set_says(chief, debts, kinds):
    """Of a lead that owes two periods, the older one for 14 working days."""
    measure = make_measure()
    for number, days in ((2, 6), (1, 20)):
        due_on = TODAY - days * DAY
        period = make_period(Quarter(2026, number), state=PeriodState.CLOSED, due_on=due_on)
        make_filing(measure=measure, period=period)
    newest = make_period(due_on=TODAY - DAY, opens_on=TODAY - 6 * DAY)
    make_filing(measure=measure, period=newest, state=FilingState.SUBMITTED)
    preview = preview_of(DEFAULTS._replace(lead_debts=debts), since=TODAY, on=TODAY)
    assert preview.kinds == kinds
    longer = preview_of(DEFAULTS._replace(lead_debts=3), since=TODAY, on=TODAY)
    assert [turned.sentence for turned in longer.turned] == [
        f"{measure.responsibilities.get().agency.short_name}一、二季度进展均未报，逾期14个工作日"
    ]


def reported(state):
    """A measure whose lead's filing is submitted, so that only other facts change its light."""
    period = make_period(due_on=TODAY - 9 * DAY, opens_on=TODAY - 20 * DAY)
    return make_filing(period=period, state=state).measure


def test_the_preview_reads_indicators_and_milestones_by_either_set(chief):
    measure = reported(FilingState.SUBMITTED)
    one = Indicator.objects.create(measure=measure, name="企业数", unit="家", direction="up")
    for days, value in ((60, 100), (30, 94)):
        enter(one, TODAY - days * DAY, value)
    make_milestone(measure, due_on=TODAY - 5 * DAY)
    lax = DEFAULTS._replace(worse_percent=Decimal(6))
    strict = DEFAULTS._replace(milestone_workdays=2)
    assert preview_of(strict, since=TODAY, on=TODAY).kinds == [(Light.YELLOW, Light.RED, 1)]
    assert preview_of(lax, since=TODAY, on=TODAY).kinds == []  # the milestone is still late
    Milestone.objects.all().delete()
    assert preview_of(lax, since=TODAY, on=TODAY).kinds == [(Light.YELLOW, Light.WAITING, 1)]
