"""Every state, step and role for each kind of request, compared with its table."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.base import ContentFile
from django.db import transaction

from lib.errors import DomainError
from measures.approvals.closing import (
    agree_closing,
    ask_closing,
    reopen_measure,
)
from measures.approvals.due_dates import (
    agree_due_date,
    ask_due_date,
)
from measures.choices import EvidenceKind, Light, RequestState
from measures.lights.overrides import agree_override, ask_override, end_override
from measures.requests.actions import refuse_request, withdraw_request
from measures.rules.requests import CLOSING_STEPS, DUE_DATE_STEPS, OVERRIDE_STEPS, Who, states_of
from measures.rules.tests.files import PDF
from measures.rules.uploads import Upload
from measures.tests.cast import make_cast
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_dated_measure,
    make_measure,
)
from measures.tests.request_factories import (
    make_closing_request,
    make_due_date_request,
    make_override,
)

pytestmark = pytest.mark.django_db
ROLES = {
    "liaison": {Who.LEAD},
    "head": {Who.LEAD},
    "other_liaison": set(),
    "other_head": set(),
    "coordinator": {Who.COORDINATOR},
    "chief": {Who.CHIEF},
    "leader": set(),
    "system_admin": set(),
    "security_admin": set(),
    "auditor": set(),
}
LATER = TODAY.replace(year=2027)
# A coordinator withdraws a coordinator's requests; here the lead requested.
THEIRS = {("withdraw", "coordinator")}


def upload():
    return Upload("完成报告.pdf", EvidenceKind.PDF, ContentFile(PDF))


DATES = {
    "ask": lambda r, by: ask_due_date(r.measure, by=by, to_on=LATER, reason="晚些。", at=NOW),
    "pass": lambda r, by: ask_due_date(r.measure, by=by, to_on=TODAY, reason="早些。", at=NOW),
    "withdraw": lambda r, by: withdraw_request(r, by=by, at=NOW),
    "agree": lambda r, by: agree_due_date(r, by=by, at=NOW),
    "refuse": lambda r, by: refuse_request(r, by=by, note="不必。", at=NOW),
}
CLOSINGS = {
    "ask": lambda r, by: ask_closing(
        r.measure,
        by=by,
        result="完成。",
        completed_on=TODAY,
        uploads=[upload()],
        stored=[],
        at=NOW,
    ),
    "withdraw": lambda r, by: withdraw_request(r, by=by, at=NOW),
    "agree": lambda r, by: agree_closing(r, by=by, at=NOW),
    "refuse": lambda r, by: refuse_request(r, by=by, note="不足。", at=NOW),
    "reopen": lambda r, by: reopen_measure(r, by=by, reason="又有任务。", at=NOW),
}


def ask_light(request, by):
    """Request an override; a constraint refuses a second one with the form's message."""
    said = {"light": Light.GREEN, "reason": "另有安排。", "ends_on": TODAY}
    try:
        return ask_override(request.measure, by=by, at=NOW, **said)
    except ValidationError as error:
        raise DomainError(error.messages[0]) from error


OVERRIDES = {
    "ask": ask_light,
    "withdraw": lambda r, by: withdraw_request(r, by=by, at=NOW),
    "agree": lambda r, by: agree_override(r, by=by, at=NOW),
    "refuse": lambda r, by: refuse_request(r, by=by, note="不必。", at=NOW),
    "end": lambda r, by: end_override(r, by=by, reason="已补报。", at=NOW),
}


def outcome(verb, request, by):
    """Return the outcome of an action, rolled back at once."""
    try:
        with transaction.atomic():
            state = verb(request, by).state
            transaction.set_rollback(True)
    except PermissionDenied:
        return "403"
    except DomainError:
        return "409"
    return state


def demand_table(verb, request, people, expected):
    """Check that each role gets the outcome `expected(role)`."""
    found = {role: outcome(verb, request, getattr(people, role)) for role in ROLES}
    assert found == {role: expected(role) for role in ROLES}


def expected(steps, name, state, role, *, begins, theirs=THEIRS):
    """Return the table's outcome; a request begins if none is open and the measure is open."""
    step = steps[name]
    if not ROLES[role] & set(step.who) or (name, role) in theirs:
        return "403"
    if not step.sources:
        return step.target if state in begins else "409"
    return step.target if state in step.sources else "409"


@pytest.mark.parametrize("state", states_of(DUE_DATE_STEPS))
@pytest.mark.parametrize("name", DATES)
def test_dates(name, state):
    lead = make_agency()
    people = make_cast(lead)
    measure = make_dated_measure(lead=lead)
    fields = {"to_on": TODAY} if state == "passed" else {}
    request = make_due_date_request(measure, state=state, asked_by=people.liaison, **fields)
    begins = set(RequestState) - {RequestState.OPEN}
    wanted = partial(expected, DUE_DATE_STEPS, name, state, begins=begins)
    demand_table(DATES[name], request, people, wanted)


@pytest.mark.parametrize("state", states_of(CLOSING_STEPS))
@pytest.mark.parametrize("name", CLOSINGS)
def test_closings(name, state):
    lead = make_agency()
    people = make_cast(lead)
    again = {"reopened_by": people.chief, "reopened_at": NOW, "reopened_reason": "又有任务。"}
    request = make_closing_request(
        make_dated_measure(lead=lead),
        state=state,
        asked_by=people.liaison,
        **(again if state == "reopened" else {}),
    )
    begins = set(RequestState) - {RequestState.OPEN, RequestState.AGREED}
    wanted = partial(expected, CLOSING_STEPS, name, state, begins=begins)
    demand_table(CLOSINGS[name], request, people, wanted)


@pytest.mark.parametrize("state", states_of(OVERRIDE_STEPS))
@pytest.mark.parametrize("name", OVERRIDES)
def test_overrides(name, state):
    lead = make_agency()
    people = make_cast(lead)
    early = {"ended_by": people.chief, "ended_on": TODAY, "end_reason": "已补报。"}
    request = make_override(
        make_measure(lead=lead), state=state, **(early if state == "ended" else {})
    )
    begins = set(RequestState) - {RequestState.OPEN, RequestState.AGREED}
    wanted = partial(expected, OVERRIDE_STEPS, name, state, begins=begins, theirs=())
    demand_table(OVERRIDES[name], request, people, wanted)


def test_every_step_that_a_person_takes_is_walked():
    """`lapse` follows from closing (test_closing)."""
    assert set(DATES) == set(DUE_DATE_STEPS) - {"lapse"}
    assert set(CLOSINGS) == set(CLOSING_STEPS)
    assert set(OVERRIDES) == set(OVERRIDE_STEPS)
