"""The suggested stage and percent, case by case."""

from decimal import Decimal

import pytest

from measures.choices import Stage
from measures.rules.suggestion import Claim, suggestion_of

CLAIM = Claim("市商务委", "三季度", Stage.UNDER_WAY, 60)
NEARLY = Claim("市商务委", "三季度", Stage.NEARLY_DONE, None)

CASES = [
    # stage, percent as they are; claim; expected, has_plan; stage, percent suggested; grounds
    ("not_started", None, None, None, False, "not_started", None,
     ["牵头单位近两期没有已通过的进展"]),
    ("not_started", None, NEARLY, None, False, "nearly_done", None,
     ["牵头单位市商务委三季度自评基本完成"]),
    ("under_way", 40, CLAIM, Decimal(40), True, "under_way", 60,
     ["牵头单位市商务委三季度自评推进中 60%", "节点计划应达 40%"]),
    ("under_way", 40, CLAIM, Decimal("69.9"), True, "under_way", 60,
     ["牵头单位市商务委三季度自评推进中 60%", "节点计划应达 69.9%"]),
    ("under_way", 40, CLAIM, Decimal(70), False, "under_way", 60,
     ["牵头单位市商务委三季度自评推进中 60%", "按时间进度应达 70%", "低于应达进度10个百分点"]),
    ("under_way", 40, NEARLY, Decimal(40), True, "nearly_done", 40,  # no percent claimed: as it is
     ["牵头单位市商务委三季度自评基本完成", "节点计划应达 40%"]),
    ("nearly_done", 80, CLAIM._replace(is_used=True), None, False, "nearly_done", 80,
     ["牵头单位市商务委三季度自评推进中 60%，上次更新已据此认定，此后没有新的进展通过"]),
    ("suspended", 40, CLAIM, None, False, "suspended", 40,  # a claim alone resumes nothing
     ["牵头单位市商务委三季度自评推进中 60%，中止的措施须先恢复"]),
    ("under_way", 100, None, Decimal(100), False, "under_way", 100,
     ["牵头单位近两期没有已通过的进展", "按时间进度应达 100%"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("stage", "percent", "claim", "expected", "has_plan", "to", "to_percent", "grounds"), CASES
)
def test_suggestion(stage, percent, claim, expected, has_plan, to, to_percent, grounds):
    found = suggestion_of(
        stage=stage, percent=percent, claim=claim, expected=expected, has_plan=has_plan
    )
    assert (found.stage, found.percent, list(found.grounds)) == (to, to_percent, grounds)


@pytest.mark.parametrize(
    ("stage", "claim", "expected"),
    [
        ("under_way", CLAIM, False),
        ("nearly_done", CLAIM._replace(is_used=True), True),
        ("under_way", None, True),
        ("suspended", CLAIM, True),
        ("ended", CLAIM, True),
    ],
)
def test_where_nothing_new_was_told_the_status_stays(stage, claim, expected):
    assert suggestion_of(stage=stage, percent=40, claim=claim).is_as_before == expected
