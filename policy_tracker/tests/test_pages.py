"""Every address × every role × the answer. A new address that is not here fails."""

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
from policy_tracker.tests.page_world import NEED_THEIR_OWN, World, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@contextmanager
def rolled_back() -> Iterator[None]:
    """What happens inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Pages that belong to no app; every other name without an app is the API's.
WIRED = ("home", "help", "help_page", "components")


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """One of everything, as the addresses want it that need something of their own or nothing.

    Made once for all that share it, for each test undoes what it does itself.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            world = make_world(request.param)
        yield world
        transaction.set_rollback(True)


def of_pages(*names: str) -> pytest.MarkDecorator:
    """Run a test for each address; those that share a world come one after another."""
    own = [(name if name in NEED_THEIR_OWN else "", name) for name in names]
    # Said, for else pytest takes the scope of the plain name beside it, and makes a world for each.
    whole = {"indirect": ["world"], "scope": "module"}
    return pytest.mark.parametrize(("world", "name"), own, ids=names, **whole)


def address(world: World, name: str) -> str:
    needs_filing = name.startswith(("measures:filing", "measures:review_", "filing-"))
    default = [world.filing.pk] if needs_filing or name == "measures:review" else []
    default = [] if name in ("filing-list",) else default
    return reverse(name, args=world.args.get(name, default))


def ask(client: Client, world: World, name: str) -> HttpResponse:
    """Send what the table names; the API takes JSON."""
    method, _ = PAGES[name]
    data = world.data.get(name, {})
    if method == "get":
        return client.get(address(world, name), data)
    is_api = ":" not in name and name not in WIRED
    extra = {"content_type": "application/json"} if is_api else {}
    return client.post(address(world, name), data, **extra)


@of_pages(*PAGES)
def test_every_page_answers_every_role_as_the_table_says_and_nobody_without_signing_in(world, name):
    """One world serves all three questions: making it costs more than asking them."""
    _, expected = PAGES[name]
    found = {}
    for role in ROLES:
        # Each role meets the page as it stood: what a verb changed is put back.
        with rolled_back():
            answer = ask(world.signed_in(role), world, name)
            found[role] = answer.status_code
            demand_tokens_and_single_ids(answer)
    assert found == dict(zip(ROLES, expected, strict=True))
    demand_sign_in(ask(Client(), world, name), name)


def demand_tokens_and_single_ids(answer: HttpResponse) -> None:
    """Every form of a page carries its token, and no id stands twice."""
    if answer.streaming or answer.status_code in (301, 302):  # a file, or no page
        return
    page = answer.content.decode()
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert page.count('method="post"') == page.count('name="csrfmiddlewaretoken"')
    assert sorted(ids) == sorted(set(ids))


def demand_sign_in(answer: HttpResponse, name: str) -> None:
    """Who has not signed in is sent to the sign-in page; what was typed into a form comes back."""
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
    """Much of a page is put together by functions; each has to escape what it is given."""
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
    """Whether people write into it what they like."""
    return field.name in FREE


def test_no_page_is_forgotten():
    assert set(url_names()) == set(PAGES) | PUBLIC


def url_names(patterns=None, prefix=""):
    """All names of the product's addresses."""
    for entry in patterns or get_resolver().url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{entry.namespace}:" if entry.namespace else ""
            yield from url_names(entry.url_patterns, prefix + inner)
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.name)
