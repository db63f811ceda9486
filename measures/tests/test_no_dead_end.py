"""Every rule that bars a person leaves somebody else to act, or says who must be appointed.

Tested with the smallest staff: one coordinator, one chief.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from agencies.models import Agency, User
from agencies.permissions import Role
from lib.errors import DomainError
from measures.approvals.closing import agree_closing
from measures.approvals.due_dates import agree_due_date
from measures.choices import FilingState as S
from measures.filings.submission import approve_note, set_inner_approval, submit_note, withdraw_note
from measures.indicators.milestones import complete_milestone
from measures.indicators.values import record_value
from measures.lights.overrides import agree_override, end_override
from measures.notice_changes.actions import confirm_change
from measures.notice_changes.tests.factories import make_change, make_gap
from measures.requests.actions import refuse_request
from measures.reviews.corrections import correct_note, drop_correction
from measures.reviews.objections import dismiss_objection, uphold_objection
from measures.reviews.waivers import write_off_debt
from measures.tests.cast import Cast
from measures.tests.counted import make_indicator
from measures.tests.factories import (
    NOW,
    TODAY,
    join,
    make_dated_measure,
    make_filing,
    make_milestone,
    make_user,
)
from measures.tests.request_factories import (
    make_closing_request,
    make_due_date_request,
    make_objection,
    make_override,
)
from measures.tests.verbs import VERBS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
BOTH = {"coordinator", "chief"}
Act = Callable[[User], object]


class Rule(NamedTuple):
    """How a matter is created for an agency, and its action; None: with staff barred."""

    make: Callable[[Agency], Any]
    act: Callable[[Any, User], object]
    first: str  # who acts first; if barred, the other acts, or somebody must be appointed
    second: str = ""

    @property
    def appointed(self) -> Role:
        return Role(self.first)


def filed(state: S) -> Callable[[Agency], Any]:
    return lambda agency: make_filing(measure=make_dated_measure(lead=agency), state=state)


def owed(agency: Agency) -> Any:
    return make_filing(measure=make_dated_measure(lead=agency), due_on=TODAY.replace(day=1))


def objected(agency: Agency) -> Any:
    return make_objection(make_filing(measure=make_dated_measure(lead=agency), state=S.RETURNED))


def agreed(verb: Callable[..., object]) -> Callable[[Any, User], object]:
    return lambda request, by: verb(request, by=by, note="同意。", at=NOW)


RULES = {
    "review: accept": Rule(filed(S.SUBMITTED), VERBS["accept"], "coordinator", "chief"),
    "review: return": Rule(filed(S.SUBMITTED), VERBS["return"], "coordinator", "chief"),
    "review: unaccept": Rule(filed(S.ACCEPTED), VERBS["unaccept"], "coordinator", "chief"),
    "review: waive": Rule(filed(S.PENDING), VERBS["waive"], "coordinator", "chief"),
    "review: unwaive": Rule(filed(S.WAIVED), VERBS["unwaive"], "coordinator", "chief"),
    "review: write off": Rule(
        owed,
        lambda filing, by: write_off_debt(filing, by=by, reason="已并入下期。", at=NOW),
        "coordinator",
        "chief",
    ),
    "answer": Rule(
        objected,
        lambda objection, by: dismiss_objection(objection, by=by, answer="维持。", at=NOW),
        "coordinator",
        "chief",
    ),
    "milestone": Rule(
        lambda agency: make_milestone(make_dated_measure(lead=agency)),
        lambda milestone, by: complete_milestone(
            milestone, by=by, done_on=TODAY, source="验收意见", at=NOW
        ),
        "coordinator",
        "chief",
    ),
    "light by hand: end": Rule(
        lambda agency: make_override(
            make_dated_measure(lead=agency), decided_by=make_user(), decided_at=NOW
        ),
        lambda request, by: end_override(request, by=by, reason="已补报。", at=NOW),
        "coordinator",
        "chief",
    ),
    "closing": Rule(
        lambda agency: make_closing_request(make_dated_measure(lead=agency)),
        agreed(agree_closing),
        "chief",
    ),
    "due date": Rule(
        lambda agency: make_due_date_request(make_dated_measure(lead=agency)),
        agreed(agree_due_date),
        "chief",
    ),
    "light by hand": Rule(
        lambda agency: make_override(make_dated_measure(lead=agency), state="open"),
        agreed(agree_override),
        "chief",
    ),
    "refusal": Rule(
        lambda agency: make_due_date_request(make_dated_measure(lead=agency)),
        agreed(refuse_request),
        "chief",
    ),
}
# Those that leave the person another way: each has its own test below.
OTHER_WAYS = {
    "bar_reporter": "the value comes with the agency's filing",
    "_bar_own": "the head lets the agency file without the inner step",
    "bars_confirmation": "who wrote it is barred, whatever their agency: any second person acts",
}
DECLARED = {"bars_review", "bars_answer", "bars_decision", "bars_milestone"}


def barred(people: Cast, agency: Agency, *names: str) -> None:
    """Let them act for the agency too."""
    for name in names:
        join(getattr(people, name), Role.LIAISON, agency)


def refusal_of(rule: Rule, matter: Any, by: User) -> str:
    with pytest.raises(PermissionDenied) as refused:
        rule.act(matter, by)
    return str(refused.value)


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.second])
def test_where_the_one_is_barred_the_other_acts_and_is_named(people, agency, name):
    rule = RULES[name]
    matter = rule.make(agency)
    one, other = getattr(people, rule.first), getattr(people, rule.second)
    barred(people, agency, rule.first)
    post = Role(rule.second).label
    assert refusal_of(rule, matter, one).endswith(f"不能由您办理，请{post}{other.name}办理。")
    rule.act(matter, other)


@pytest.mark.parametrize("name", RULES)
def test_where_nobody_is_left_it_says_who_must_be_appointed(people, agency, name):
    rule = RULES[name]
    matter = rule.make(agency)
    barred(people, agency, *({rule.first, rule.second} - {""}))
    said = refusal_of(rule, matter, getattr(people, rule.first))
    assert "不能由您办理，现在没有其他人员可以办理，请联系安全管理员另行授予一人" in said
    assert f"“{rule.appointed.label}”" in said
    rule.act(matter, make_user(rule.appointed))


def test_the_coordinator_who_returned_wrongly_leaves_answer_and_review_to_the_chief(people, agency):
    filing = make_filing(measure=make_dated_measure(lead=agency), state=S.SUBMITTED)
    VERBS["return"](filing, people.coordinator)
    objection = make_objection(filing, contested_by=people.coordinator)
    with pytest.raises(PermissionDenied, match=f"请商务委负责人{people.chief.name}办理。$"):
        uphold_objection(objection, by=people.coordinator, answer="成立。", at=NOW)
    uphold_objection(objection, by=people.chief, answer="成立。", at=NOW)
    with pytest.raises(PermissionDenied, match=f"请商务委负责人{people.chief.name}办理。$"):
        VERBS["accept"](filing, people.coordinator)
    VERBS["accept"](filing, people.chief)


def test_a_coordinator_s_own_indicator_is_filed(people, agency):
    indicator = make_indicator(make_dated_measure(lead=agency), asked=True)
    barred(people, agency, "coordinator")
    with pytest.raises(PermissionDenied, match="请随进展报送"):
        record_value(indicator, by=people.coordinator, as_of=TODAY, value=1, source="表", at=NOW)


def test_a_head_alone_files_without_the_inner_step(people, agency):
    set_inner_approval(agency, by=people.head, needed=True, at=NOW)
    join(people.head, Role.LIAISON, agency)
    measure = make_dated_measure(lead=agency)
    filing = make_filing(measure=measure, state=S.IN_AGENCY, author=people.head)
    with pytest.raises(DomainError, match="可以撤回，停用报送前审核后直接报送。$"):
        approve_note(filing, by=people.head, at=NOW)
    withdraw_note(filing, by=people.head, at=NOW)
    set_inner_approval(agency, by=people.head, needed=False, at=NOW)
    submit_note(filing, by=people.head, at=NOW)


def test_a_correction_of_somebody_who_left_is_dropped_by_a_colleague(people, agency):
    filing = make_filing(measure=make_dated_measure(lead=agency), state=S.ACCEPTED)
    gone = make_user(Role.LIAISON, agency)
    correct_note(filing, by=gone, reason="口径有误。", at=NOW)
    with pytest.raises(DomainError, match=f"由{gone.name}填写，请由其本人放弃"):
        drop_correction(filing, by=people.liaison, at=NOW)
    gone.memberships.all().delete()
    drop_correction(filing, by=people.liaison, at=NOW)


def test_who_entered_a_gap_leaves_it_to_the_chief_and_the_other_way_round(people, agency):
    gap = make_gap(make_dated_measure(lead=agency))
    change = make_change(gap, by=people.coordinator)
    with pytest.raises(PermissionDenied) as refused:
        confirm_change(change, by=people.coordinator, at=NOW)
    assert str(refused.value).endswith(f"不能由您办理，请商务委负责人{people.chief.name}办理。")
    confirm_change(change, by=people.chief, at=NOW)
    other = make_change(make_gap(make_dated_measure(lead=agency)), by=people.coordinator)
    people.chief.memberships.all().delete()
    with pytest.raises(PermissionDenied, match="请联系安全管理员另行授予一人"):
        confirm_change(other, by=people.coordinator, at=NOW)
    confirm_change(other, by=make_user(Role.COORDINATOR), at=NOW)


def test_no_rule_that_bars_a_person_is_missing_here():
    """A new rule is named bars_… and is tested above."""
    found = set()
    for app in ("measures", "reports"):
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            if "tests" not in path.parts:
                found |= set(re.findall(r"^def (_?bars?_\w+)\(", path.read_text(), re.MULTILINE))
    assert found == DECLARED | OTHER_WAYS.keys()
