"""The API with requests that schemathesis generates from its description, for each role.

Each request, valid or not, is sent as each person and rolled back: none may cause a server error,
every response must be in the description, and a refusal has a reason in Chinese.
"""

import json
import re
from collections.abc import Iterator

import pytest
import requests
import schemathesis
import time_machine
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from drf_spectacular.generators import SchemaGenerator
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoDbBlocker

from measures.choices import FilingState
from measures.tests.factories import NOW, make_filing, make_measure
from policy_tracker.tests.page_world import World, make_world

CHECKED = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
)
CONFIG = {
    "checks": {"enabled": False} | {name: {"enabled": True} for name in CHECKED},
    # Reading accepts any query string: `?page=` is the first page.
    "operations": [
        {"include-method": "GET", "checks": {"negative_data_rejection": {"enabled": False}}}
    ],
    "generation": {"with-security-parameters": False},  # each request has a session
}
DESCRIPTION = SchemaGenerator().get_schema(request=None, public=True)
API = schemathesis.openapi.from_dict(DESCRIPTION, config=schemathesis.Config.from_dict(CONFIG))
OPERATIONS = [
    (path, method) for path, methods in DESCRIPTION["paths"].items() for method in methods
]
MODES = schemathesis.GenerationMode


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Create a filing being written, one that waits for review, and one that nobody has begun."""
    with (
        django_db_blocker.unblock(),
        transaction.atomic(),
        time_machine.travel(NOW, tick=False),
    ):
        world = make_world("filing-accept")
        for state in (FilingState.DRAFT, FilingState.PENDING, FilingState.ACCEPTED):
            make_filing(measure=make_measure(lead=world.agency), state=state)
        yield world
        transaction.set_rollback(True)


def cases_of(path: str, method: str, ids: list[int]) -> st.SearchStrategy[schemathesis.Case]:
    """Generate valid and invalid requests; most of them name an existing row."""
    operation = API[path][method.upper()]
    found = [operation.as_strategy(generation_mode=mode) for mode in MODES]
    if "{id}" in path:
        there = [{"path_parameters": {"id": one}} for one in ids]
        found += [operation.as_strategy(**fixed) for fixed in there]
        found.append(operation.as_strategy(generation_mode=MODES.NEGATIVE, **there[0]))
    return st.one_of(found)


def send(client: Client, case: schemathesis.Case) -> schemathesis.Response:
    """Send it through Django's client: the same middleware, and the test's transaction."""
    asked = requests.Request(**case.as_transport_kwargs(base_url="http://testserver")).prepare()
    answer = client.generic(
        asked.method,
        asked.path_url,
        asked.body or b"",
        content_type=asked.headers.get("Content-Type", ""),
        headers={"Accept": asked.headers.get("Accept", "*/*")},
    )
    headers = {name: [value] for name, value in answer.headers.items()}
    return schemathesis.Response(
        answer.status_code, headers, answer.content, asked, elapsed=0, verify=False
    )


@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=map(" ".join, OPERATIONS))
def test_no_generated_request_is_a_fault_of_ours(world, path, method):
    ids = [*type(world.filing).objects.values_list("pk", flat=True), world.filing.measure_id]

    # Without shrinking, which takes minutes: a failing request is short anyway.
    @settings(max_examples=10, deadline=None, phases=[Phase.generate])
    @given(case=cases_of(path, method, ids))
    def ask_as_everybody(case):
        for who in world.people:
            with transaction.atomic():
                answer = send(world.signed_in(who), case)
                transaction.set_rollback(True)
            case.validate_response(answer)
            if answer.status_code >= 400:
                demand_sentences(json.loads(answer.content))

    ask_as_everybody()


def demand_sentences(body: dict) -> None:
    """A refusal has a sentence, or some for each field."""
    for said in body.values():
        for sentence in [said] if isinstance(said, str) else said:
            assert re.search("[\u4e00-\u9fff]", sentence), sentence


def test_anonymous_visitors_learn_nothing_about_the_api(client, db):
    answer = client.get("/api/schema/")
    assert answer.status_code == 403
    assert answer.json().keys() == {"detail"}


def test_the_description_is_complete_and_served_as_the_command_prints_it(world, tmp_path):
    """Complete: the generator has no warnings about guesses."""
    printed = tmp_path / "api.json"
    whole = {"validate": True, "fail_on_warn": True, "format": "openapi-json"}
    call_command("spectacular", file=str(printed), **whole)
    served = world.signed_in("nobody").get("/api/schema/").json()
    assert served == json.loads(printed.read_text(encoding="utf-8"))
