"""Every state, step and role: actions are allowed or refused as STEPS and GRANTS say."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.permissions import BOUND, GRANTS, Perm, Role
from lib.errors import DomainError
from measures.choices import FilingState
from measures.rules.workflow import STEPS
from measures.tests.cast import make_cast
from measures.tests.factories import NOW, make_filing, make_note
from measures.tests.verbs import VERBS

ROLES = {
    "liaison": Role.LIAISON,
    "head": Role.AGENCY_HEAD,
    "other_liaison": Role.LIAISON,
    "other_head": Role.AGENCY_HEAD,
    "coordinator": Role.COORDINATOR,
    "chief": Role.CHIEF,
    "leader": Role.LEADER,
    "system_admin": Role.SYSTEM_ADMIN,
    "security_admin": Role.SECURITY_ADMIN,
    "auditor": Role.AUDITOR,
}


BESIDE = {"uphold": (Perm.DECIDE,)}  # the chief answers objections too (measures.bars.ANSWER)


def may(who: str, perm) -> bool:
    """Return whether the tables grant it: a bound permission only in one's own agency."""
    return perm in GRANTS[ROLES[who]] and not (perm in BOUND and who.startswith("other_"))


def answer_of(verb, filing, user) -> str:
    """Return the outcome of an action, rolled back at once."""
    try:
        with transaction.atomic():
            verb(filing, user)
            filing.refresh_from_db()
            transaction.set_rollback(True)
    except PermissionDenied:
        return "not allowed"
    except DomainError as refusal:
        return str(refusal)
    return filing.state


def correct_something(filing, author):
    """Turn the current draft into a correction of an accepted version."""
    filing.accepted_note = make_note(filing, author=author, submitted=True)
    filing.first_submitted_at = NOW
    filing.save()
    frozen = filing.state == FilingState.RETURNED
    make_note(filing, author=author, submitted=frozen, correction_reason="口径有误。")


def test_every_step_has_its_verb():
    assert set(VERBS) == set(STEPS)


@pytest.mark.django_db
@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("state", FilingState)
def test_a_verb_obeys_the_tables(state, name, measure, agency):
    people, step = make_cast(agency), STEPS[name]
    filing = make_filing(measure=measure, state=state, author=people.liaison)
    if name == "drop" and state in step.sources:
        correct_something(filing, people.liaison)
    refusal = f"“{state.label}”的填报不能{step.label}，请刷新页面查看最新状态。"
    allowed = str(step.target) if state in step.sources else refusal

    for who in ROLES:
        perms = (step.perm, *BESIDE.get(name, ()))
        expected = allowed if any(may(who, perm) for perm in perms) else "not allowed"
        assert answer_of(VERBS[name], filing, getattr(people, who)) == expected, who
