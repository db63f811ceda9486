"""人工认定: its end on the last day or earlier, in snapshots and in the audit trail."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from agencies.models import Event
from agencies.permissions import Role
from lib.errors import DomainError
from measures.choices import Light, RequestState
from measures.lights import overrides as verbs
from measures.lights import refresh as lights
from measures.lights.current import work_out
from measures.models import LightChange
from measures.periods.snapshots import take_snapshots
from measures.tests.factories import (
    NOW,
    TODAY,
    join,
    make_user,
)
from measures.tests.overriding import DAY, END, agreed, ask, red_measure, shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def measure():
    return red_measure()


@pytest.fixture
def coordinator():
    return make_user(Role.COORDINATOR)


@pytest.fixture
def chief():
    return make_user(Role.CHIEF)


@pytest.mark.parametrize(("on", "is_manual"), [(END - DAY, True), (END, True), (END + DAY, False)])
def test_it_is_over_by_itself_also_where_the_job_was_down(
    measure, coordinator, chief, on, is_manual
):
    agreed(measure, coordinator, chief)
    assert shown(on).is_manual is is_manual
    assert shown(on).light == (Light.YELLOW if is_manual else Light.RED)


def test_the_day_it_was_over_is_in_the_history_though_the_job_was_down(measure, coordinator, chief):
    agreed(measure, coordinator, chief)
    lights.refresh_all_lights(on=END + 5 * DAY)
    assert LightChange.objects.filter(until__isnull=False).latest("on").on == TODAY
    assert LightChange.objects.filter(on=END + DAY, light=Light.RED).exists()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.CHIEF])
def test_it_can_be_ended_before(measure, coordinator, chief, role):
    request = agreed(measure, coordinator, chief)
    by = make_user(role)
    request = verbs.end_override(request, by=by, reason="已补报。", at=NOW)
    assert (request.state, request.ended_on) == (RequestState.ENDED, TODAY)
    assert shown().light == Light.RED
    assert not request.holds(on=TODAY)
    assert ask(measure, coordinator).is_open
    with pytest.raises(DomainError, match="不起作用"):
        verbs.end_override(request, by=by, reason="再结束。", at=NOW)


def test_ending_needs_a_reason_and_nobody_with_a_part(measure, coordinator, chief):
    request = agreed(measure, coordinator, chief)
    with pytest.raises(DomainError, match="须写明理由"):
        verbs.end_override(request, by=coordinator, reason="", at=NOW)
    lead = measure.responsibilities.get().agency
    for by in (make_user(Role.LEADER), make_user(Role.LIAISON, lead)):
        with pytest.raises(PermissionDenied):
            verbs.end_override(request, by=by, reason="已补报。", at=NOW)
    join(coordinator, Role.LIAISON, lead)
    with pytest.raises(PermissionDenied):
        verbs.end_override(request, by=coordinator, reason="已补报。", at=NOW)


def test_what_was_ended_early_still_tells_the_days_it_held(measure, coordinator, chief):
    request = agreed(measure, coordinator, chief)
    later = NOW + 5 * DAY
    verbs.end_override(request, by=chief, reason="已补报。", at=later)
    held = [work_out([measure], on=TODAY + n * DAY)[measure.pk].is_manual for n in range(7)]
    assert held == [True] * 5 + [False] * 2


def test_a_snapshot_keeps_the_mark(measure, coordinator, chief):
    agreed(measure, coordinator, chief)
    (snapshot,) = take_snapshots(measure.filings.get().period, NOW)
    assert (snapshot.light, snapshot.manual_until, snapshot.cause) == ("yellow", END, "manual")


def test_events_name_the_light_and_keep_the_words_from_auditors(measure, coordinator, chief):
    request = agreed(measure, coordinator, chief)
    verbs.end_override(request, by=chief, reason="已补报。", at=NOW)
    actions = list(Event.objects.order_by("pk").values_list("action", flat=True))
    assert [a for a in actions if a.startswith("override")] == [
        "override.ask",
        "override.agree",
        "override.end",
    ]
    assert date.fromisoformat(str(Event.objects.get(action="override.agree").after["ends_on"]))
