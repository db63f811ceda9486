"""Every address × every role × the response. A new address must be in the table."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import time_machine
from django.db import transaction
from django.db.models import Field, Value
from django.db.models.functions import Concat, Left
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from pytest_django import DjangoDbBlocker

from agencies.models import Agency, User
from measures.models import Measure, Notice, Period, Section
from measures.tests.factories import NOW
from policy_tracker.tests.page_table import KEEPS_WORDS, PAGES, PUBLIC, ROLES
from policy_tracker.tests.page_world import World, make_world, needs_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@contextmanager
def rolled_back() -> Iterator[None]:
    """Roll back everything that happens inside."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Pages of no app; all other names without an app belong to the API.
WIRED = ("home", "help", "help_page", "components")


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """Create one object of every kind, as needed by a group of addresses.

    Created once for all tests that share it, because each test rolls back its changes.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            world = make_world(request.param)
        yield world
        transaction.set_rollback(True)


def of_pages(*names: str) -> pytest.MarkDecorator:
    """Run a test for each address; tests that share objects follow each other."""
    own = [(needs_of(name), name) for name in names]
    # Explicit, because otherwise pytest uses the default scope and creates the objects for each.
    whole = {"indirect": ["world"], "scope": "module"}
    return pytest.mark.parametrize(("world", "name"), own, ids=names, **whole)


def address(world: World, name: str) -> str:
    needs_filing = name.startswith(("measures:filing", "measures:review_", "filing-"))
    default = [world.filing.pk] if needs_filing or name == "measures:review" else []
    default = [] if name in ("filing-list",) else default
    return reverse(name, args=world.args.get(name, default))


def ask(client: Client, world: World, name: str) -> HttpResponse:
    """Send the data of the table; the API gets JSON."""
    method, _ = PAGES[name]
    data = world.data.get(name, {})
    if method == "get":
        return client.get(address(world, name), data)
    is_api = ":" not in name and name not in WIRED
    extra = {"content_type": "application/json"} if is_api else {}
    return client.post(address(world, name), data, **extra)


@of_pages(*PAGES)
def test_every_page_answers_every_role_as_the_table_says_and_nobody_without_signing_in(world, name):
    """One set of objects for all three checks: creating it takes longer than checking."""
    _, expected = PAGES[name]
    found = {}
    for role in ROLES:
        # Each role gets the same state: changes by an action are rolled back.
        with rolled_back():
            answer = ask(world.signed_in(role), world, name)
            found[role] = answer.status_code
            demand_tokens_and_single_ids(answer)
    assert found == dict(zip(ROLES, expected, strict=True))
    demand_sign_in(ask(Client(), world, name), name)


def demand_tokens_and_single_ids(answer: HttpResponse) -> None:
    """Every form of a page has its token, and no id occurs twice."""
    if answer.streaming or answer.status_code in (301, 302):  # a file, or not a page
        return
    page = answer.content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert page.count('method="post"') == page.count('name="csrfmiddlewaretoken"')
    assert sorted(ids) == sorted(set(ids))


def demand_sign_in(answer: HttpResponse, name: str) -> None:
    """Anonymous visitors are redirected to the sign-in page; typed text is returned."""
    if ":" not in name and name not in WIRED:  # the API
        assert answer.status_code == 403
    elif name in KEEPS_WORDS:
        assert answer.status_code == 403
        assert "重新登录" in answer.content.decode()
    else:
        assert answer.status_code == 302
        assert answer.url.startswith("/login/")


@of_pages("measures:gaps", "measures:reviews", "measures:measure", "measures:filing")
def test_a_read_only_page_accepts_no_other_method(world, name):
    client = world.signed_in("coordinator")
    for method in ("post", "put", "delete"):
        assert getattr(client, method)(address(world, name)).status_code == 405


HOSTILE = "<i x>"
FREE = {"name", "short_name", "label", "title", "working_title"}
# Each page with the first role that may open it.
SHOWN = {
    name: ROLES[answers.index(200)]
    for name, (method, answers) in PAGES.items()
    if method == "get" and ":" in name and 200 in answers
}


@of_pages(*SHOWN)
def test_what_people_named_is_text_and_never_markup(world, name):
    """Many parts of pages are built by functions; each must escape its arguments."""
    with rolled_back():
        for model in (User, Agency, Measure, Notice, Period, Section):
            for field in filter(_is_free, model._meta.concrete_fields):
                named = Left(Concat(Value(HOSTILE), field.name), field.max_length or 400)
                model.objects.filter(**{f"{field.name}__gt": ""}).update(**{field.name: named})
        answer = ask(world.signed_in(SHOWN[name]), world, name)
        assert answer.status_code == 200
        if not answer.streaming:
            assert "<i x" not in answer.content.decode(errors="replace")


def _is_free(field: Field) -> bool:
    """Return whether people can type any text into it."""
    return field.name in FREE


def test_no_page_is_forgotten():
    assert set(url_names()) == set(PAGES) | PUBLIC


def url_names(patterns=None, prefix=""):
    """Return all names of the product's addresses."""
    for entry in patterns or get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else ""
            yield from url_names(entry.url_patterns, prefix + inner)
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.name)
