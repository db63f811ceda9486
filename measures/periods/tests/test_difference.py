"""The filings added or gone since the period before, and why."""

from datetime import date, timedelta

import pytest

from agencies.permissions import Role
from measures.choices import ResponsibilityRole
from measures.models import Filing, Gap, Responsibility
from measures.periods.difference import difference_of
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_filing,
    make_measure,
    make_notice,
    make_period,
    make_responsibility,
    make_user,
)

WAIVED = {"waived_reason": "本期不涉及。", "waived_at": NOW}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def before(db):
    make_notice()
    return make_period(Quarter(2026, 2), state="closed", due_on=date(2026, 7, 7))


@pytest.fixture
def draft(before):
    return make_period(state="draft")


def asked_before(before, **fields):
    """Create a measure of two agencies that both owed a filing in the period before."""
    measure = make_measure(lead=make_agency(name="市商务委"), **fields)
    make_responsibility(measure, make_agency(name="市文旅委"), ResponsibilityRole.RESPONSIBLE)
    for duty in measure.responsibilities.all():
        make_filing(measure=measure, period=before, agency=duty.agency)
    return measure


def sentence(period):
    return difference_of(period, on=TODAY).sentence


def test_nothing_is_said_where_all_is_as_before(before, draft):
    asked_before(before)
    assert sentence(draft) == ""


def test_a_measure_that_became_routine_is_named_with_its_agencies(before, draft):
    asked_before(before, stage="done", completed_on=TODAY)
    assert sentence(draft) == "比上期（2026年上半年，2项）少2项：（一）市商务委、市文旅委（常态化）"


def test_what_ended_what_is_new_and_what_is_to_be_confirmed_are_told_apart(before, draft):
    one, other = asked_before(before), asked_before(before)
    ended = Responsibility.objects.get(measure=one, agency__short_name="市文旅委")
    Responsibility.objects.filter(pk=ended.pk).update(valid_to=TODAY - timedelta(days=1))
    make_responsibility(one, make_agency(name="重庆海关"), ResponsibilityRole.RESPONSIBLE)
    Gap.objects.create(notice=one.notice, measure=other, kind="agencies")
    make_measure(lead=make_agency(name="市财政局"))
    assert sentence(draft) == (
        "比上期（2026年上半年，4项）少3项：（一）市文旅委（不再承担责任）；"
        "（二）市商务委、市文旅委（责任单位待核对）；"
        "多2项：（一）重庆海关（新增责任）；（三）市财政局（上期未布置）"
    )


def test_what_is_waived_is_not_asked(before):
    """（十六） became routine in mid-period: its filings are waived, not requested."""
    one, routine = asked_before(before), asked_before(before)
    opened = make_period(state="open")
    for measure in (one, routine):
        for duty in measure.responsibilities.all():
            state = "waived" if measure == routine else "pending"
            make_filing(measure=measure, period=opened, agency=duty.agency, state=state)
    type(routine).objects.filter(pk=routine.pk).update(stage="done", completed_on=TODAY)
    said = "比上期（2026年上半年，4项）少2项：（二）市商务委、市文旅委（常态化）"
    assert sentence(opened) == said
    Filing.objects.filter(period=opened, measure=one, agency__short_name="市商务委").update(
        state="waived", **WAIVED
    )
    assert sentence(opened) == (
        "比上期（2026年上半年，4项）少3项：（一）市商务委（免报）；（二）市商务委、市文旅委（常态化）"
    )


def test_what_was_waived_before_is_new(before, draft):
    measure = asked_before(before)
    Filing.objects.filter(measure=measure, agency__short_name="市文旅委").update(
        state="waived", **WAIVED
    )
    assert sentence(draft) == "比上期（2026年上半年，1项）多1项：（一）市文旅委（上期免报）"


def test_a_first_period_and_a_special_one_are_compared_with_none(before):
    special = make_period(kind="special", label="进博会成果落实")
    assert difference_of(before, on=TODAY) is None
    assert difference_of(special, on=TODAY) is None


def test_opening_says_it_beforehand_and_afterwards(client, before, draft):
    asked_before(before, stage="done", completed_on=TODAY)
    client.force_login(make_user(Role.COORDINATOR))
    said = "比上期（2026年上半年，2项）少2项：（一）市商务委、市文旅委（常态化）"
    page = client.get(f"/periods/{draft.pk}/").content.decode()
    assert page.count(said) == 2  # among the facts, and in the question before opening
    opened = client.post(f"/periods/{draft.pk}/open/", follow=True).content.decode()
    assert f"新布置0项填报任务。{said}。" in opened
