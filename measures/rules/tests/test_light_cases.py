"""The rule of the light over its table of cases."""

import pytest

from measures.choices import Cause
from measures.rules.light import light_of
from measures.rules.tests.calendar import AUTUMN_2026
from measures.rules.tests.light_cases import CASES


def test_every_row_of_the_rule_has_a_case():
    assert {case.cause for case in CASES} == set(Cause) - {Cause.MANUAL, Cause.LEAD_MISSED}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_the_rule(case):
    verdict = light_of(case.facts, on=case.on, calendar=AUTUMN_2026, thresholds=case.thresholds)
    assert case.found(verdict) == case.expected
    assert verdict.sentence
