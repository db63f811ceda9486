"""Who may request what: one table for the rule, the offer on the page and the operation."""

import pytest
from django.core.exceptions import PermissionDenied

from agencies.permissions import Role
from measures.tests.factories import NOW, make_agency, make_measure, make_period, make_user
from reports.choices import ReportKind as K
from reports.jobs.request import request_report
from reports.models import Report
from reports.rules.asking import kinds_open_to, may_ask

pytestmark = pytest.mark.django_db
ALL = set(K)
READ = {K.PROGRESS, K.LEDGER, K.BRIEF}
NONE: set[K] = set()

CASES = [
    # role,              whole notice, also its own agency,   another agency
    (Role.COORDINATOR, ALL, ALL, ALL),
    (Role.CHIEF, ALL, ALL, ALL),
    (Role.LEADER, READ, READ, READ),
    (Role.LIAISON, NONE, {K.AGENCY}, NONE),
    (Role.AGENCY_HEAD, NONE, {K.AGENCY}, NONE),
    (Role.SYSTEM_ADMIN, NONE, NONE, NONE),
    (Role.SECURITY_ADMIN, NONE, NONE, NONE),
    (Role.AUDITOR, NONE, NONE, NONE),
]


@pytest.mark.parametrize(("role", "whole", "own", "others"), CASES)
def test_who_may_request_a_report(role: Role, whole: set[K], own: set[K], others: set[K]) -> None:
    agency, other = make_agency(), make_agency()
    user = make_user(role, agency)
    assert {kind for kind in K if may_ask(user, kind, None)} == whole
    assert {kind for kind in K if may_ask(user, kind, agency.pk)} == own
    assert {kind for kind in K if may_ask(user, kind, other.pk)} == others
    assert set(kinds_open_to(user)) == whole | own


def test_the_action_uses_the_same_rule() -> None:
    agency = make_agency()
    make_measure(lead=agency)
    with pytest.raises(PermissionDenied):
        request_report(
            by=make_user(Role.LIAISON, agency), kind="ledger", period=make_period(), at=NOW
        )


def test_another_scope_is_another_report() -> None:
    by, period = make_user(Role.CHIEF), make_period()
    section = make_measure().section
    agency = make_agency()
    asked = [
        request_report(by=by, kind="ledger", period=period, at=NOW, **scope)
        for scope in ({}, {"section": section}, {"agency": agency}, {})
    ]
    assert [report.scope_name for report in asked] == ["", str(section), str(agency), ""]
    assert asked[0] == asked[3]
    assert Report.objects.count() == 3
