"""Database constraints of requests to the chief."""

from datetime import date

import pytest
from django.db import IntegrityError, InternalError, transaction

from measures.choices import RequestState
from measures.models import ClosingFile, ClosingRequest, DueDateRequest, OverrideRequest
from measures.rules.requests import states_of
from measures.tests.factories import (
    NOW,
    make_dated_measure,
    make_measure,
    make_user,
)
from measures.tests.request_factories import (
    make_closing_request,
    make_due_date_request,
    make_override,
)

pytestmark = pytest.mark.django_db
DUE = date(2026, 12, 31)


def refuses(name, write):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write()


def test_one_request_about_a_date_at_a_time():
    measure = make_dated_measure()
    first = make_due_date_request(measure)
    refuses("due_date_request_one_open", lambda: make_due_date_request(measure))
    decided = {"decided_by": make_user(), "decided_at": NOW}
    DueDateRequest.objects.filter(pk=first.pk).update(state="agreed", **decided)
    make_due_date_request(measure)


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("due_date_request_has_reason", {"reason": ""}),
        ("due_date_request_moves", {"to_on": DUE}),
        ("due_date_request_moves", {"from_on": None, "to_on": None}),
        ("due_date_request_passed_is_earlier", {"state": "passed"}),
        ("due_date_request_passed_is_earlier", {"state": "passed", "to_on": None}),
        ("due_date_request_decided_whole", {"state": "agreed"}),
        ("due_date_request_decided_whole", {"decision_note": "可以。"}),
        ("due_date_request_decided_whole", {"state": "unknown"}),
        ("due_date_request_percent_in_range", {"percent": 101}),
    ],
)
def test_a_request_about_a_date_is_whole(name, fields):
    make_due_date_request(make_dated_measure())
    refuses(name, lambda: DueDateRequest.objects.update(**fields))


KINDS = [
    (lambda: make_due_date_request(make_dated_measure()), DueDateRequest),
    (lambda: make_closing_request(make_measure()), ClosingRequest),
    (lambda: make_override(state="open"), OverrideRequest),
]


@pytest.mark.parametrize(("make", "model"), KINDS)
def test_a_refusal_has_words(make, model):
    make()
    decided = {"state": "refused", "decided_by": make_user(), "decided_at": NOW}
    refuses("decided_whole", lambda: model.objects.update(**decided))


@pytest.mark.parametrize("state", ["agreed", "refused"])
@pytest.mark.parametrize(("make", "model"), KINDS)
def test_who_asked_has_not_decided(make, model, state):
    request = make()
    decided = {"state": state, "decided_by": request.asked_by, "decided_at": NOW}
    decided["decision_note"] = "已核实。"
    refuses("decided_by_another", lambda: model.objects.update(**decided))


@pytest.mark.parametrize(
    ("make", "model", "foreign"),
    [
        (*kind, state)
        for kind in KINDS
        for state in sorted(set(RequestState) - set(states_of(kind[1].steps)))
    ],
)
def test_a_kind_knows_its_own_states_only(make, model, foreign):
    make()
    decided = {"state": foreign, "decided_by": make_user(), "decided_at": NOW}
    refuses("decided_whole|reopened_whole|ended_has", lambda: model.objects.update(**decided))
    undecided = {"state": foreign, "decided_by": None, "decided_at": None}
    refuses("decided_whole|reopened_whole|ended_has", lambda: model.objects.update(**undecided))


@pytest.mark.parametrize("state", ["open", "agreed"])
def test_one_request_to_close_stands(state):
    measure = make_measure()
    make_closing_request(measure, state=state)
    refuses("closing_request_one_standing", lambda: make_closing_request(measure))


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("closing_request_has_result", {"result": ""}),
        ("closing_request_decided_whole", {"state": "agreed"}),
        ("closing_request_decided_whole", {"state": "unknown"}),
        ("closing_request_reopened_whole", {"reopened_reason": "又有任务。"}),
    ],
)
def test_a_request_to_close_is_whole(name, fields):
    make_closing_request(make_measure())
    refuses(name, lambda: ClosingRequest.objects.update(**fields))


def test_reopened_has_words_and_a_moment():
    make_closing_request(make_measure(), state="agreed")
    refuses(
        "closing_request_reopened_whole", lambda: ClosingRequest.objects.update(state="reopened")
    )


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_file_behind_a_request_never_changes(change):
    make_closing_request(make_measure())
    files = ClosingFile.objects.all()
    with pytest.raises(InternalError), transaction.atomic():
        files.update(name="别的.pdf") if change == "update" else files.delete()
