"""本期应报: the response to the page's script when it saves, and its number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.models import Event
from measures.filings.tests.cards import save, typed
from measures.models import Filing
from measures.tests.factories import (
    make_dated_measure,
    make_filing,
    make_measure,
    make_note,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
URL = "/filings/"


@pytest.fixture
def filing(customs):
    return make_filing(measure=make_measure(lead=customs, title="落实自贸协定扩大进口"))


def test_a_script_gets_the_saved_line_the_revision_and_the_bar_alone(client, liaison, filing):
    response = save(client, filing, script=True)
    page = response.content.decode()
    assert response.status_code == 200
    assert f'id="saved-{filing.pk}"' in page
    assert f'name="f{filing.pk}-revision" value="1"' in page
    assert "已填好，待提交" in page
    assert "全部提交（1项）" in page
    assert "<html" not in page


def test_what_needs_coordination_can_be_raised_once_it_is_saved(client, liaison, filing):
    page = client.get(URL).content.decode()
    assert f'id="asked-{filing.pk}"' in page
    told = save(client, filing, script=True, help_needed="请市财政局明确。").content.decode()
    assert f'id="asked-{filing.pk}" hx-swap-oob="true"' in told
    assert f"/coordinate/?note={filing.notes.get().pk}" in told
    told = save(client, filing, script=True, revision=1, help_needed="").content.decode()
    assert f'id="asked-{filing.pk}" hx-swap-oob="true"' in told
    assert "/coordinate/" not in told


def test_a_script_is_told_why_something_was_not_saved(client, liaison, filing):
    response = save(client, filing, script=True, problems="长" * 1001)
    assert response.status_code == 422
    assert "没有保存：存在问题，" in response.content.decode()


@pytest.mark.parametrize("revision", ["", "none", "-1"])
def test_without_the_page_s_version_it_is_told_to_reload(client, liaison, filing, revision):
    """No person can fill in what the page sends by itself."""
    response = save(client, filing, script=True, revision=revision)
    assert response.status_code == 422
    assert "没有保存：页面版本，没有送达，请刷新页面后再填。" in response.content.decode()


@pytest.mark.parametrize("typed", ["101", "-1", "12.345", "99999999999"])
def test_a_percent_that_is_none_is_refused_at_its_field(client, liaison, customs, typed):
    dated = make_filing(measure=make_dated_measure(lead=customs))
    said = "请填写0至100的整数。"
    told = save(client, dated, script=True, claimed_percent=typed)
    assert told.status_code == 422
    assert f"没有保存：自评完成比例，{said}" in told.content.decode()
    page = save(client, dated, claimed_percent=typed)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert "三季度推进一件事。" in page.content.decode()


def test_a_script_that_met_another_s_saving_gets_the_card_with_both(client, liaison, filing):
    make_note(filing, progress="同事的话。")
    Filing.objects.filter(pk=filing.pk).update(state="draft")
    response = save(client, filing, script=True, progress="我的话。")
    page = response.content.decode()
    assert response.status_code == 409
    assert page.lstrip().startswith("<article")
    assert "同事的话。" in page
    assert "我的话。" in page


def test_a_saving_sent_twice_changes_nothing(client, liaison, filing):
    for _ in range(2):
        assert save(client, filing, script=True, revision=0).status_code == 200
    assert filing.notes.get().revision == 1
    assert Event.objects.filter(action="filing.save").count() == 1


def test_a_script_without_a_session_is_told_401(client, filing):
    assert save(client, filing, script=True).status_code == 401


def asked_by(act):
    """Return how many statements a request needs, without savepoints."""
    with CaptureQueriesContext(connection) as queries:
        act()
    marks = ("SAVEPOINT", "RELEASE")
    return sum(not query["sql"].startswith(marks) for query in queries.captured_queries)


LIGHT = 9  # statements that gather what a light is judged from, and keep it
BEFORE = 1  # the statement that finds the last accepted note, whose text may be repeated
OPEN = 1  # the statement that finds whether its document is archived
TOLD = 3  # statements that find who may review it, and settle what called for it


def test_filing_a_note_costs_a_dozen_statements(client, liaison, filing):
    client.get(URL)  # the first request of a session writes it
    assert asked_by(lambda: save(client, filing)) <= 12
    assert asked_by(lambda: save(client, filing, progress="改过。", revision=1)) <= 12
    sent = typed(filing, progress="又改过。", revision=2)
    submit = reverse("measures:filing_submit", args=[filing.pk])
    # A submitted note may change the light at once, so the light is computed too.
    assert asked_by(lambda: client.post(submit, sent)) <= 12 + BEFORE + OPEN + LIGHT + TOLD
    assert Filing.objects.get().state == "submitted"


def test_a_saving_while_one_types_costs_little_more(client, liaison, filing):
    save(client, filing, script=True)
    again = lambda: save(client, filing, script=True, progress="改过。", revision=1)  # noqa: E731
    assert asked_by(again) <= 15
