"""Ids of other people's objects in every address with an id, for every person.

For each object: who may use these addresses. Everybody else is refused by GET and by POST, and
nothing is written. A new address with an id must be added here.
"""

from collections.abc import Iterator
from typing import NamedTuple

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.urls import URLResolver, get_resolver, resolve, reverse
from pytest_django import DjangoDbBlocker

from agencies.permissions import Role
from measures.choices import EvidenceKind, FilingState
from measures.filings.evidence import keep_files
from measures.models import KeptFile, Measure
from measures.rules.uploads import Upload
from measures.tests.factories import (
    NOW,
    make_evidence,
    make_filing,
    make_measure,
    make_user,
)
from policy_tracker.tests.page_table import PAGES, ROLES
from policy_tracker.tests.page_world import World, make_world, session_of
from policy_tracker.tests.test_pages import address, rolled_back

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]

# Besides people of the table of pages: a second liaison of the agency, and another agency's head.
PEOPLE = (*ROLES, "twin", "other_head")
COMMISSION = {"coordinator", "chief"}
KEEPER, CHIEF = {"coordinator"}, {"chief"}
FILERS = {"liaison", "twin"}
AGENCY = FILERS | {"head"}
OTHERS = {"other", "other_head"}
BUSINESS = COMMISSION | AGENCY | OTHERS | {"leader"}
PARTIES = COMMISSION | AGENCY
ADMINS = {"system", "security", "auditor"}


class Reach(NamedTuple):
    """Addresses of one app about one kind of object, and who may use them for the object."""

    who: set[str]
    app: str
    names: str


REACHES = (
    # Accounts, and objects of one person.
    Reach({"liaison"}, "agencies", "message"),
    Reach({"system", "security"}, "agencies", "account"),
    Reach(
        {"system"},
        "agencies",
        "account_reset account_second_factor account_active account_email account_identity",
    ),
    Reach({"security"}, "agencies", "account_unlock membership_grant membership_end handover"),
    Reach(ADMINS, "agencies", "admin_request admin_request_decide"),
    Reach({"auditor"}, "agencies", "audit_object"),
    # Objects that every business role may see.
    Reach(BUSINESS, "measures", "measure measure_fold indicator gap filing"),
    Reach(BUSINESS, "reports", "agency burden_list"),
    # An agency's filing, its files and its sheets.
    Reach(FILERS, "measures", "filing_save filing_submit filing_unchanged filing_withdraw"),
    Reach(FILERS, "measures", "filing_correct filing_drop evidence_remove"),
    Reach({"liaison"}, "measures", "kept_file_remove"),
    Reach(AGENCY, "measures", "evidence filing_object measure_object closing sheet"),
    Reach(FILERS, "measures", "sheet_apply sheet_discard sheet_marked"),
    Reach(AGENCY | KEEPER, "measures", "filing_remark due_date"),
    # Reviewing.
    Reach(COMMISSION | {"head"}, "measures", "review review_approve review_send_back"),
    Reach(KEEPER, "measures", "review_begin review_take_over review_accept review_return"),
    Reach(KEEPER, "measures", "filing_unaccept filing_waive filing_unwaive filing_write_off"),
    Reach(KEEPER, "measures", "filing_restore_debt filing_extend"),
    Reach(COMMISSION, "measures", "filing_release"),
    # Requests between parties.
    Reach(PARTIES, "measures", "objection approval"),
    Reach(COMMISSION, "measures", "objection_decide coordination_step"),
    Reach(AGENCY | CHIEF, "measures", "approval_decide approval_withdraw"),
    Reach(PARTIES | {"leader"}, "measures", "instruction coordination_item closing_file"),
    Reach(PARTIES, "measures", "coordination_raise coordination_respond"),
    Reach(AGENCY, "measures", "instruction_reply"),
    Reach({"leader"}, "measures", "instruction_write instruction_close instruction_withdraw"),
    Reach(CHIEF, "measures", "closing_reopen thresholds_drop short_notice_decide"),
    Reach(COMMISSION, "measures", "override_end ladder_drop short_notice milestone"),
    # Objects kept by the commission: measures, periods, notices.
    Reach(KEEPER, "measures", "override_ask status period period_extend period_reopen"),
    Reach(KEEPER, "measures", "period_take_back period_delete period_open period_close"),
    Reach(KEEPER, "measures", "alternate_end calendar_clear"),
    Reach(KEEPER, "measures", "responsibilities responsibility responsibility_end"),
    Reach(KEEPER, "measures", "responsibility_take_back milestones milestone_done milestone_undo"),
    Reach(KEEPER, "measures", "milestone_remove indicators indicator_edit indicator_retire"),
    Reach(KEEPER, "measures", "indicator_remove indicator_value indicator_baseline"),
    Reach(KEEPER, "measures", "indicator_target target target_remove value_withdraw"),
    Reach(COMMISSION, "measures", "change change_decide change_file"),
    Reach(KEEPER, "measures", "revise measure_add change_withdraw change_drop change_take_back"),
    Reach(KEEPER, "measures", "intake_draft intake_act intake_undo intake_drop intake_confirm"),
    Reach(KEEPER, "measures", "clause_add clause_link clause_unlink"),
    Reach(KEEPER, "reports", "burden_period notice_archive notice_reopen"),
    # Reports.
    Reach(COMMISSION | {"leader"}, "reports", "report rerun file"),
    Reach(COMMISSION, "reports", "submit take_back choose withdraw cancel"),
    Reach(COMMISSION, "reports", "edit passage passage_undo final anew"),
    Reach(CHIEF, "reports", "return issue"),
    # The API.
    Reach(BUSINESS, "", "measure-detail filing-detail"),
    Reach(FILERS, "", "filing-submit"),
    Reach(KEEPER, "", "filing-accept filing-send-back"),
)
WHO = {
    f"{reach.app}:{name}".removeprefix(":"): reach.who
    for reach in REACHES
    for name in reach.names.split()
}
TRAIL = ("agencies_event", "agencies_refusalcount", "agencies_usersession")
NO_OBJECT = {"help_page", "measure-list", "filing-list"}  # a page's name, a format


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Create the objects of the table of pages, with files of a draft."""
    with django_db_blocker.unblock(), transaction.atomic():
        with time_machine.travel(NOW, tick=False):
            world = make_world("")
            people = world.people
            people["twin"] = make_user(Role.LIAISON, world.agency)
            people["other_head"] = make_user(
                Role.AGENCY_HEAD, people["other"].memberships.get().agency
            )
            draft = make_filing(measure=make_measure(lead=world.agency), state=FilingState.DRAFT)
            file = Upload("表.pdf", EvidenceKind.PDF, ContentFile(b"%PDF-1.7"))
            keep_files(draft, [file], by=people["liaison"], at=NOW)
            evidence = [make_evidence(draft.notes.get()).pk]
            world.args["measures:evidence"] = world.args["measures:evidence_remove"] = evidence
            world.args["measures:kept_file_remove"] = [draft.pk, KeptFile.objects.get().pk]
            world.sessions.update({who: session_of(people[who]) for who in ("twin", "other_head")})
        yield world
        transaction.set_rollback(True)


def test_no_address_with_an_id_is_forgotten():
    taking = {name for name, parts in with_parameters(get_resolver()) if parts}
    assert taking - NO_OBJECT == set(WHO)


def with_parameters(resolver, prefix="", above=()):
    """Return every address by its name, with the names of its parameters."""
    for entry in resolver.url_patterns:
        parts = (*above, *entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            inner = prefix + (f"{entry.namespace}:" if entry.namespace else "")
            yield from with_parameters(entry, inner, parts)
        else:
            yield prefix + str(entry.name), parts


@pytest.mark.parametrize("who", PEOPLE)
def test_what_is_not_theirs_is_refused_and_nothing_written(world, who):
    client = world.signed_in(who)
    faults = []
    for name, reaching in WHO.items():
        if who not in reaching:
            data = world.data.get(name, {})
            # The table of pages has checked its people with its own method.
            left = [m for m in ("get", "post") if who not in ROLES or m != PAGES[name][0]]
            faults += refused(client, name, address(world, name), data, left)
    assert not faults, "\n".join(faults)


def refused(client, name, where, data, methods=("get", "post")) -> Iterator[str]:
    """Return the faults if the address does not refuse the methods."""
    for method in methods:
        json = {"content_type": "application/json"} if method == "post" and ":" not in name else {}
        status, writes = asked(client, method, where, data, **json)
        yield from (f"{name} writes {sql}" for sql in writes)
        if status not in (403, 404, 405) or status == 405 and method == PAGES[name][0]:
            yield f"{name} answers {method} with {status}"


def asked(client, method, where, data, **extra) -> tuple[int, list[str]]:
    """Return the response and the changed tables without the audit trail; roll back all changes."""
    writes = []

    def note(execute, sql, params, many, context):
        done = execute(sql, params, many, context)
        is_write = sql.startswith(("INSERT", "UPDATE", "DELETE"))
        if is_write and context["cursor"].rowcount and not any(table in sql for table in TRAIL):
            writes.append(sql)
        return done

    with rolled_back(), connection.execute_wrapper(note):
        status = getattr(client, method)(where, data, **extra).status_code
    return status, writes


NESTED = (
    *("measures:responsibility", "measures:responsibility_end"),
    *("measures:responsibility_take_back", "measures:milestone", "measures:milestone_done"),
    *("measures:milestone_undo", "measures:milestone_remove"),
)


@pytest.mark.parametrize("who", ["coordinator", "chief", "liaison", "security"])
def test_a_row_of_one_object_is_not_found_under_another(world, who):
    """Two ids in one address must belong together, for every person."""
    elsewhere = {
        "agencies:membership_end": world.people["other"].pk,
        "measures:kept_file_remove": world.filing.pk,
        **dict.fromkeys(NESTED, Measure.objects.exclude(pk=world.filing.measure_id)[0].pk),
    }
    client, faults = world.signed_in(who), []
    for name, parent in elsewhere.items():
        where = reverse(name, args=[parent, world.args[name][1]])
        faults += refused(client, name, where, world.data.get(name, {}))
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_a_number_beyond_all_rows_is_404(world, number):
    """As a person who may see the object, in each number of the address."""
    faults: list[str] = []
    for name, reaching in WHO.items():
        client = world.signed_in(min(reaching))
        _, _, parts = resolve(address(world, name))
        for part in (key for key, value in parts.items() if isinstance(value, int)):
            where = reverse(name, kwargs=parts | {part: number})
            faults += refused(client, name, where, world.data.get(name, {}))
    assert not faults, "\n".join(faults)


# Ids in a query or a form: who, method, address, data.
NAMED = (
    ("twin", "post", "agencies:inbox_mark", {"mark": "read:{message}"}),
    ("other", "post", "measures:filings_submit", {"period": "{period}", "seen": "{draft}:0"}),
    ("other_head", "post", "measures:reviews_approve_unchanged", {"filing": "{draft}"}),
    ("other_head", "post", "measures:inner_approval", {"agency": "{agency}", "needed": "1"}),
    ("liaison", "post", "measures:instruction_reply", {"agency": "{elsewhere}", "text": "已办。"}),
    ("other", "get", "measures:filing_sheet", {"agency": "{agency}"}),
    ("other", "get", "measures:filing_sheets", {"agency": "{agency}"}),
    ("other", "get", "reports:burden_list", {"agency": "{agency}"}),
    ("other", "get", "reports:compare_reports", {"one": "{report}", "other": "{circular}"}),
    ("other", "post", "reports:request", {"kind": "agency", "agency": "{agency}"}),
)


@pytest.mark.parametrize(("who", "method", "name", "sent"), NAMED, ids=[n[2] for n in NAMED])
def test_what_is_named_in_a_query_or_a_form_is_as_foreign(world, who, method, name, sent):
    ids = {
        "agency": world.agency.pk,
        "circular": world.args["reports:issue"][0],
        "draft": world.args["measures:kept_file_remove"][0],
        "elsewhere": world.people["other"].memberships.get().agency_id,
        "message": world.args["agencies:message"][0],
        "period": world.filing.period_id,
        "report": world.args["reports:report"][0],
    }
    data = {key: words.format(**ids) for key, words in sent.items()}
    status, writes = asked(world.signed_in(who), method, address(world, name), data)
    assert not writes
    assert status in (302, 403, 404, 409, 422)
