"""隔期填报: a table of cases for proposals."""

import pytest

from measures.rules.alternate_filing import AskedPeriod, may_alternate

CALM = AskedPeriod("green", (True, True))
NEWS = AskedPeriod("green", (True, False))
CASES = {
    "as many as asked for": ("green", [CALM, CALM], 2, True),
    "one too few": ("green", [CALM], 2, False),
    "none": ("green", [], 1, False),
    "what lies further back does not count": ("green", [CALM, CALM, NEWS], 2, True),
    "the last that counts had news": ("green", [CALM, CALM, NEWS], 3, False),
    "news in the newest": ("green", [NEWS, CALM, CALM], 2, False),
    "one of two agencies was not accepted": (
        "green",
        [AskedPeriod("green", (True, None)), CALM],
        2,
        False,
    ),
    "one agency is enough": ("green", [AskedPeriod("green", (True,)), CALM], 2, True),
    "nothing was owed: skipped, or all waived": (
        "green",
        [AskedPeriod("green", ()), CALM, CALM],
        2,
        False,
    ),
    "closed under yellow": ("green", [AskedPeriod("yellow", (True,)), CALM], 2, False),
    "closed before it was reviewed": ("green", [AskedPeriod("waiting", (True,)), CALM], 2, False),
    "closed without a snapshot": ("green", [AskedPeriod("", (True,)), CALM], 2, False),
    "yellow now": ("yellow", [CALM, CALM], 2, False),
    "waits for review now": ("waiting", [CALM, CALM], 2, False),
    "grey now": ("grey", [CALM, CALM], 2, False),
}


@pytest.mark.parametrize(("light", "periods", "least", "expected"), CASES.values(), ids=CASES)
def test_what_is_proposed(light, periods, least, expected):
    assert may_alternate(light, periods, least=least) is expected
