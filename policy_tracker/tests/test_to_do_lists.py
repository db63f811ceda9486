"""今日待办 over the demonstration: every number is the length of the list that it opens."""

from collections import Counter
from datetime import UTC, datetime, time

import pytest
import time_machine
from django.utils.timezone import localdate

from agencies.contributions import to_dos_for
from agencies.demonstration import ACCOUNTS
from agencies.models import User
from agencies.todo.counts import statement, waiting_for
from reports.filing_status.data import agency_lines
from reports.period.shown import shown_period
from reports.rules.timeliness import cut_of

pytestmark = pytest.mark.usefixtures("played", "db")

# Page of a list → number of its rows. Other links open one object, or an agency's own page.
LENGTHS = {
    "measures:reviews": lambda context: len(context["queue"].items),
    "measures:approvals": lambda context: len(context["waiting"]),
    "measures:gaps": lambda context: len(context["gaps"]),
    "measures:revisions": lambda context: len(context["changes"]),
    "measures:objections": lambda context: len(context["waiting"]),
    "measures:instructions": lambda context: context["found"].page.paginator.count,
    "measures:coordination": lambda context: context["found"].page.paginator.count,
    "measures:decisions": lambda context: len(context["lines"]),
    "reports:list": lambda context: context["page"].paginator.count,
}


@pytest.fixture
def reader(client):
    def sign_in(username):
        user = User.objects.get(username=username)
        client.force_login(user)
        return user

    return sign_in


@pytest.mark.parametrize("username", [username for username, _ in ACCOUNTS])
def test_every_number_is_the_length_of_the_list_it_opens(client, reader, username):
    reader(username)
    answer = client.get("/todo/")
    found = answer.context["found"]
    assert answer.context["frame"].entries[0].waiting == found.total
    for block in found.blocks:
        for listed in block.lists:
            shown = [*listed.lines, *(line for fold in listed.folds for line in fold.lines)]
            told = sum(line.number for line in listed.lines)
            assert told + sum(fold.number for fold in listed.folds) == listed.total
            for line in shown:
                opened = client.get(line.told.url)
                assert opened.status_code == 200, line.told.url
                assert length_of(line.told.url, opened) == line.number, line.told.url
            (act_url,) = {line.told.act_url for line in shown[:1]}
            assert not act_url or client.get(act_url).status_code == 200
    for url, total in whole_lists(found).items():
        name = client.get(url).resolver_match.view_name
        assert LENGTHS[name](client.get(url).context) == total, url
    for side in found.beside:
        for line in side.lines:
            assert len(client.get(line.url).context["listed"]) == line.number, line.url
        assert side.lines[0].number == sum(line.number for line in side.lines[1:])


def length_of(url, opened):
    """Return the length of a line's own list; 1 for a single object."""
    if url.startswith("/status/"):
        return len(opened.context["listed"])
    if url.startswith("/gaps/?"):
        return len(opened.context["gaps"])
    return 1


def whole_lists(found):
    """Return the number of lines by the address of their list."""
    totals = Counter()
    for block in found.blocks:
        for listed in block.lists:
            if listed.to_do.page in LENGTHS:
                totals[listed.url] += listed.total
    return totals


@pytest.mark.parametrize("username", [username for username, _ in ACCOUNTS])
def test_the_menu_s_statement_depends_only_on_person_posts_and_day(
    username, django_assert_num_queries
):
    def asked(hour):
        with (
            time_machine.travel(datetime.combine(day, time(hour), UTC), tick=False),
            django_assert_num_queries(0),
        ):
            found = statement.__wrapped__(posts, day, 0)  # built again, not cached
            return found.sql, found.parameters

    day = localdate()
    held = User.objects.get(username=username).current_memberships
    posts = tuple((one.role, place) for place, one in enumerate(held))
    assert asked(1) == asked(9)


@pytest.mark.parametrize("username", [username for username, _ in ACCOUNTS])
def test_own_ids_replace_the_placeholders(username):
    user, day = User.objects.get(username=username), localdate()
    rows = {one.name: one.rows(user, day).count() for one in to_dos_for(user)}
    counts = waiting_for(user, on=day)
    assert {name: counts[name] for name in rows} == rows


def test_the_numbers_at_the_side_equal_those_of_the_parts(client, reader):
    reader("shangwu")
    (side,) = client.get("/todo/").context["found"].beside
    agencies = agency_lines(shown_period(None, on=localdate()), on=localdate())
    lines = [line for agency in agencies for line in agency.lines]
    cut = cut_of(line.status for line in lines)
    assert [line.number for line in side.lines[1:]] == [
        cut.counts[part] for part in ("accepted", "waiting", "mending", "unfiled")
    ]
