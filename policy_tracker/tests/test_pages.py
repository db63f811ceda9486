"""Every address × every role × the answer. A new address that is not here fails."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import NamedTuple

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from agencies.choices import MessageKind
from agencies.models import Agency, Message, User
from agencies.permissions import Role
from measures.choices import FilingState, ResponsibilityRole
from measures.models import Filing, Review, SheetImport, Workday
from measures.rules.periods import Quarter
from measures.tests.factories import (
    NOW,
    commission,
    make_agency,
    make_evidence,
    make_filing,
    make_measure,
    make_objection,
    make_period,
    make_responsibility,
    make_user,
)
from policy_tracker.tests.page_table import KEEPS_WORDS, PAGES, PUBLIC, ROLES
from reports.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

STATE_FOR = {
    "measures:filing_correct": FilingState.ACCEPTED,
    "measures:filing_unaccept": FilingState.ACCEPTED,
    "measures:filing_unwaive": FilingState.WAIVED,
    "measures:filing_remark": FilingState.SUBMITTED,
    "measures:filing_object": FilingState.RETURNED,
    "measures:objection": FilingState.RETURNED,
    "measures:objection_decide": FilingState.RETURNED,
    "measures:evidence": FilingState.DRAFT,
    "measures:evidence_remove": FilingState.DRAFT,
    "measures:filing_withdraw": FilingState.SUBMITTED,
    "measures:review": FilingState.SUBMITTED,
    "measures:review_begin": FilingState.SUBMITTED,
    "measures:review_take_over": FilingState.SUBMITTED,
    "measures:review_accept": FilingState.SUBMITTED,
    "measures:review_return": FilingState.SUBMITTED,
    "measures:review_approve": FilingState.IN_AGENCY,
    "measures:review_send_back": FilingState.IN_AGENCY,
    "filing-submit": FilingState.DRAFT,
    "filing-accept": FilingState.SUBMITTED,
    "filing-send-back": FilingState.SUBMITTED,
}


@contextmanager
def rolled_back() -> Iterator[None]:
    """What happens inside is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


class World(NamedTuple):
    """One of everything that an address may name."""

    people: dict[str, User]
    agency: Agency
    filing: Filing
    args: dict[str, list[int | str]]
    data: dict[str, dict[str, object]]


@pytest.fixture
def world(request: pytest.FixtureRequest) -> World:
    name = request.getfixturevalue("name")
    agency = make_agency(name="重庆海关")
    measure = make_measure(lead=agency)
    states = {"measures:period_open": "draft", "measures:period_reopen": "closed"}
    period = make_period(state=states.get(name, "open"))
    planned = make_period(Quarter(2026, 2), state="draft")
    workday = Workday.objects.create(date=date(2026, 10, 1), is_workday=False, source="通知")
    filing = make_filing(measure=measure, state=STATE_FOR.get(name, FilingState.PENDING))
    people = make_people(agency)
    if name in ("measures:review", "measures:review_take_over"):
        Review.objects.create(note=filing.notes.get(), begun_by=people["chief"], begun_at=NOW)
    kept = None
    if name in ("measures:evidence", "measures:evidence_remove"):
        kept = make_evidence(filing.notes.get())
    if name == "measures:filing_withdraw":
        people["liaison"] = filing.notes.get().author
    spare = make_user(Role.LIAISON, agency)
    report = Report.objects.create(
        kind="progress",
        period=period,
        requested_by=people["coordinator"],
        requested_at=NOW,
        queued_at=NOW,
        **({"state": "failed", "error": "磁盘已满。"} if name == "reports:rerun" else {}),
    )
    message = Message.objects.create(
        user=people["liaison"],
        kind=MessageKind.ACCEPTED,
        sentence="已采用。",
        url="/",
        created_at=NOW,
    )
    second = make_responsibility(measure, make_agency(), ResponsibilityRole.RESPONSIBLE)
    if name == "measures:filing_unaccept":
        by = people["chief"]
        decided = {"decision": "accept", "decided_by": by, "decided_at": NOW}
        Review.objects.create(note=filing.notes.get(), begun_by=by, begun_at=NOW, **decided)
    objection = make_objection(filing)
    sheet = SheetImport.objects.create(
        kind="filings",
        period=period,
        agency=agency,
        state="ready",
        rows_changed=1,
        uploaded_by=people["liaison"],
        uploaded_at=NOW,
        queued_at=NOW,
        name="填报表.xlsx",
        size=1,
        sha256="0" * 64,
    )
    prefix = f"f{filing.pk}-"
    note = {
        "revision": 0,
        "progress": "推进。",
        "claimed_stage": "under_way",
        "confidence": "green",
    }
    return World(
        people,
        agency,
        filing,
        args={
            "agencies:message": [message.pk],
            "agencies:account": [spare.pk],
            "agencies:account_reset": [spare.pk],
            "agencies:account_active": [spare.pk],
            "agencies:account_unlock": [spare.pk],
            "agencies:membership_grant": [spare.pk],
            "agencies:handover": [spare.pk],
            "agencies:membership_end": [spare.pk, spare.memberships.get().pk],
            "measures:filing_sheet": [],
            "measures:filing_sheets": [],
            "measures:sheet": [sheet.pk],
            "measures:sheet_apply": [sheet.pk],
            "measures:sheet_discard": [sheet.pk],
            "measures:sheet_marked": [sheet.pk],
            "measures:measure": [measure.pk],
            "measures:evidence": [kept.pk if kept else 0],
            "measures:evidence_remove": [kept.pk if kept else 0],
            "measures:filings_unchanged": [],
            "measures:filings_submit": [],
            "measures:measure_object": [measure.pk],
            "measures:responsibilities": [measure.pk],
            "measures:responsibility": [measure.pk, second.pk],
            "measures:responsibility_end": [measure.pk, second.pk],
            "measures:objection": [objection.pk],
            "measures:objection_decide": [objection.pk],
            "measures:period_open": [period.pk],
            "measures:period": [period.pk],
            "measures:period_extend": [period.pk],
            "measures:period_reopen": [period.pk],
            "measures:period_delete": [planned.pk],
            "measures:calendar_clear": [workday.pk],
            "measures:period_close": [period.pk],
            "measure-detail": [measure.pk],
            "reports:report": [report.pk],
            "reports:file": [report.pk, "docx"],
            "reports:rerun": [report.pk],
        },
        data={
            "measures:filing_save": {prefix + k: v for k, v in note.items()},
            "measures:filing_unchanged": {prefix + k: v for k, v in note.items() if k != "progress"}
            | {prefix + "unchanged_for": "on_plan"},
            "measures:filings_unchanged": {"period": period.pk, "unchanged_for": "on_plan"},
            "measures:filings_submit": {"period": period.pk},
            "measures:evidence_remove": {prefix + k: v for k, v in note.items()}
            | {prefix + "revision": 1},
            "measures:filing_submit": {prefix + k: v for k, v in note.items()},
            "measures:review_accept": {"status": "keep", "version": 1},
            "measures:review_return": {"comment": "请补充。", "version": 1},
            "measures:filing_correct": {"ground": "口径有误。"},
            "measures:filing_unaccept": {"ground": "误采用。"},
            "measures:filing_waive": {"ground": "本期不涉及。"},
            "measures:filing_unwaive": {"ground": "已恢复。"},
            "measures:filing_remark": {"text": "含税吗？"},
            "measures:objection_decide": {"decision": "dismissed", "answer": "维持。"},
            "measures:responsibility_end": {"since": "2026-11-23", "ground": "会议明确。"},
            "measures:review_send_back": {"comment": "请补充。", "version": 1},
            "measures:review_begin": {"version": 1},
            "measures:review_take_over": {"version": 1},
            "measures:review_approve": {"version": 1},
            "filing-accept": {"version": 1},
            "measures:inner_approval": {"agency": agency.pk, "needed": "1"},
            "agencies:account_active": {"active": "0"},
            "measures:period_reopen": {"reason": "补报。"},
            "measures:calendar_published": {"year": 2026},
            "reports:request": {"kind": "progress", "period": period.pk},
            "filing-send-back": {"comment": "请补充。", "version": 1},
        },
    )


def make_people(agency: Agency) -> dict[str, User]:
    other = make_agency(name="市财政局")
    office = make_agency(name="市政府办公厅")
    return {
        "coordinator": make_user(Role.COORDINATOR),
        "chief": make_user(Role.CHIEF),
        "liaison": make_user(Role.LIAISON, agency),
        "head": make_user(Role.AGENCY_HEAD, agency),
        "other": make_user(Role.LIAISON, other),
        "leader": make_user(Role.LEADER, office),
        "system": make_user(Role.SYSTEM_ADMIN, commission()),
        "security": make_user(Role.SECURITY_ADMIN, commission()),
        "auditor": make_user(Role.AUDITOR, commission()),
        "nobody": make_user(),
    }


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
    is_api = ":" not in name
    extra = {"content_type": "application/json"} if is_api else {}
    return client.post(address(world, name), data, **extra)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_answers_every_role_as_the_table_says(world, name):
    _, expected = PAGES[name]
    found = {}
    for role in ROLES:
        # Each role meets the page as it stood: what a verb changed is put back.
        with rolled_back():
            client = Client()
            client.force_login(world.people[role])
            found[role] = ask(client, world, name).status_code
    assert found == dict(zip(ROLES, expected, strict=True))


@pytest.mark.parametrize("name", PAGES)
def test_nobody_gets_in_without_signing_in(world, name):
    response = ask(Client(), world, name)
    if ":" not in name and name != "home":  # the API
        assert response.status_code == 403
    elif name in KEEPS_WORDS:
        assert response.status_code == 403
        assert "重新登录" in response.content.decode()
    else:
        assert response.status_code == 302
        assert response.url.startswith("/login/")


@pytest.mark.parametrize("name", [n for n, (method, _) in PAGES.items() if method == "get"])
def test_every_form_carries_its_token_and_no_id_stands_twice(world, name):
    for role in ROLES:
        client = Client()
        client.force_login(world.people[role])
        answer = ask(client, world, name)
        if answer.streaming:  # a file, not a page
            continue
        page = answer.content.decode()
        ids = re.findall(r'\sid="([^"]+)"', page)
        assert page.count('method="post"') == page.count('name="csrfmiddlewaretoken"')
        assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    "name", ["measures:gaps", "measures:reviews", "measures:measure", "measures:filing"]
)
def test_a_page_that_only_shows_takes_no_other_method(world, name):
    client = Client()
    client.force_login(world.people["coordinator"])
    for method in ("post", "put", "delete"):
        assert getattr(client, method)(address(world, name)).status_code == 405


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
