"""The API: the same results as the pages, in JSON, and the same audit trail."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from agencies.models import Event
from agencies.permissions import Role
from measures.choices import FilingState
from measures.filings.submission import submit_note
from measures.models import Note
from measures.reviews.actions import accept_note
from measures.tests.counted import make_figure, make_indicator, make_target, make_value
from measures.tests.factories import (
    NOW,
    TODAY,
    make_agency,
    make_dated_measure,
    make_filing,
    make_measure,
    make_milestone,
    make_note,
    make_period,
    make_user,
)
from measures.tests.request_factories import (
    make_closing_request,
    make_due_date_request,
    make_override,
)

ONE_DAY = timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


def accept(client, filing, body=None):
    address = f"/api/filings/{filing.pk}/accept/"
    return client.post(address, body or {"version": 1}, content_type="application/json")


@pytest.mark.parametrize(("version", "status"), [(1, 409), (2, 200), (0, 400), ("x", 400)])
def test_a_step_on_another_version_than_the_one_read_is_refused(client, version, status):
    filing = make_filing(state=FilingState.SUBMITTED)
    make_note(filing, submitted=True)
    client.force_login(make_user(Role.COORDINATOR))
    assert accept(client, filing, {"version": version}).status_code == status


def test_a_broken_rule_is_409_with_the_rule_s_sentence(client):
    filing = make_filing(state=FilingState.ACCEPTED)
    client.force_login(make_user(Role.COORDINATOR))
    response = accept(client, filing)
    assert response.status_code == 409
    assert "“已通过”" in response.json()["detail"]


def test_a_null_body_is_400_in_chinese(client):
    filing = make_filing(state=FilingState.SUBMITTED)
    client.force_login(make_user(Role.COORDINATOR))
    response = client.post(f"/api/filings/{filing.pk}/accept/", "null", "application/json")
    assert response.status_code == 400
    assert response.json() == {"detail": "没有收到内容，请以JSON对象提交。"}


def test_a_refusal_is_recorded(client):
    filing = make_filing(state=FilingState.SUBMITTED)
    client.force_login(make_user(Role.LEADER))
    assert accept(client, filing).status_code == 403
    assert Event.objects.get(outcome="refused").actor_name


def test_an_invalid_draft_is_400_with_its_sentence(client):
    agency = make_agency()
    filing = make_filing(measure=make_measure(lead=agency), state=FilingState.DRAFT)
    Note.objects.filter(filing=filing).update(confidence="red")
    client.force_login(make_user(Role.LIAISON, agency))
    response = client.post(f"/api/filings/{filing.pk}/submit/")
    assert response.status_code == 400
    assert "须写明原因" in response.json()["detail"]


@pytest.mark.parametrize("body", ["[" * 100_000, "{", '{"comment": ""}', "[]"])
def test_an_unreadable_body_is_400(client, body):
    filing = make_filing(state=FilingState.SUBMITTED)
    client.force_login(make_user(Role.COORDINATOR))
    response = client.post(
        f"/api/filings/{filing.pk}/return/", body, content_type="application/json"
    )
    assert response.status_code == 400


def test_a_measure_has_its_original_date_and_its_completion_day(client):
    moved, never, closed = make_dated_measure(), make_measure(), make_measure()
    make_due_date_request(moved, from_on=date(2026, 6, 30), to_on=moved.due_on, state="agreed")
    make_due_date_request(moved, from_on=moved.due_on, to_on=date(2028, 1, 1), state="refused")
    make_closing_request(closed, state="agreed")
    client.force_login(make_user(Role.LEADER))
    rows = client.get("/api/measures/").json()["results"]
    found = [(row["due_on"], row["original_due_on"], row["completed_on"]) for row in rows]
    assert found == [
        ("2026-12-31", "2026-06-30", None),
        (None, None, None),
        (None, None, "2026-11-20"),
    ]
    assert [row["id"] for row in rows] == [moved.pk, never.pk, closed.pk]


def test_a_measure_has_its_milestones(client):
    measure = make_dated_measure()
    late = {"due_on": TODAY - timedelta(days=1), "planned_percent": 40, "agency": make_agency()}
    make_milestone(measure, title="启动", original_due_on=date(2026, 9, 30), **late)
    done = {"is_done": True, "done_on": TODAY, "done_by": make_user(), "done_source": "验收单"}
    make_milestone(measure, title="验收", due_on=TODAY, **done)
    client.force_login(make_user(Role.LEADER))
    first, second = client.get(f"/api/measures/{measure.pk}/").json()["milestones"]
    assert first == {
        "title": "启动",
        "due_on": "2026-11-22",
        "original_due_on": "2026-09-30",
        "agency": first["agency"],
        "planned_percent": 40,
        "done_on": None,
        "is_overdue": True,
    }
    assert (second["done_on"], second["is_overdue"]) == ("2026-11-23", False)


def test_a_measure_has_its_indicators_with_decimals_as_text(client):
    indicator = make_indicator(
        baseline_value=Decimal(96), baseline_on=date(2018, 1, 1), baseline_source="通知"
    )
    make_target(indicator, "48")
    make_value(indicator, "60", TODAY - timedelta(days=3))
    make_indicator(indicator.measure, name="待定的指标")
    client.force_login(make_user(Role.LEADER))
    first, second = client.get(f"/api/measures/{indicator.measure_id}/").json()["indicators"]
    names = ("name", "unit", "baseline", "target", "target_on", "value", "as_of", "wrong_way")
    assert [first[name] for name in names] == [
        "通关时间", "小时", "96.0000", "48.0000", "2026-12-31", "60.0000", "2026-11-20", ""
    ]  # fmt: skip
    assert [second[name] for name in ("baseline", "target", "value", "as_of")] == [None] * 4


def test_a_light_links_to_its_fact_and_has_the_last_day_if_set_by_hand(client):
    agency = make_agency()
    filing = make_filing(
        measure=make_measure(lead=agency),
        period=make_period(due_on=TODAY - timedelta(days=20), opens_on=TODAY - timedelta(days=30)),
    )
    client.force_login(make_user(Role.LEADER))
    address = f"/api/measures/{filing.measure_id}/"
    row = client.get(address).json()
    light = row["light"]
    assert (light["colour"], light["manual_until"]) == ("yellow", None)
    assert (row["light_label"], row["light_since"]) == ("预警", f"{filing.due_on + ONE_DAY}")
    assert row["waits_for"] == [agency.short_name]
    (finding,) = row["findings"]
    assert (finding["cause"], finding["colour"]) == ("lead_late", "yellow")
    assert (finding["sentence"], finding["since"]) == (light["sentence"], row["light_since"])
    assert light["fact"] == f"/filings/{filing.pk}/"
    make_override(filing.measure, reason="已商定方案", ends_on=TODAY)
    row = client.get(address).json()
    light = row["light"]
    assert (light["colour"], light["sentence"]) == ("yellow", "已商定方案")
    assert (row["light_since"], row["findings"]) == ("2026-11-22", [finding])
    assert light["manual_until"] == "2026-11-23"
    assert light["fact"] == f"/measures/{filing.measure_id}/#override"


GREENS = [
    (FilingState.SUBMITTED, "waiting", "正常·待审核", ["市商务委"]),
    (FilingState.ACCEPTED, "green", "正常·已审核", []),
]


@pytest.mark.parametrize(("state", "colour", "label", "waits_for"), GREENS)
def test_both_greens_are_distinguished(client, state, colour, label, waits_for):
    due = TODAY - ONE_DAY
    filing = make_filing(state=state, period=make_period(due_on=due, opens_on=due - ONE_DAY))
    client.force_login(make_user(Role.LEADER))
    row = client.get(f"/api/measures/{filing.measure_id}/").json()
    assert (row["light"]["colour"], row["light_label"]) == (colour, label)
    assert row["waits_for"] == waits_for


def test_an_accepted_note_has_its_figures_in_words(client):
    indicator = make_indicator(asked=True)
    agency = indicator.reporter
    filing = make_filing(measure=indicator.measure, state=FilingState.DRAFT)
    make_figure(filing.notes.get(), indicator, "60")
    submit_note(filing, by=make_user(Role.LIAISON, agency), at=NOW)
    accept_note(filing, by=make_user(Role.COORDINATOR), at=NOW)
    client.force_login(make_user(Role.LEADER))
    note = client.get(f"/api/filings/{filing.pk}/").json()["note"]
    assert list(note["figures"]) == ["通关时间"]
    assert "60.0小时" in note["figures"]["通关时间"]
