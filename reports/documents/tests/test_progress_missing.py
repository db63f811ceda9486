"""What a report says where there is nothing to tell, or not yet."""

from copy import deepcopy

import pytest

from reports.datasets.schema import ProgressData, measures_of
from reports.documents.progress import document_of
from reports.documents.tests.progress_cases import MADE_ON, part

pytestmark = pytest.mark.django_db

EMPTY = [
    ("三、存在的问题", "本期未收到问题。\n此外，个别单位报送材料不及时，详见报送情况。"),
    ("四、需协调事项", "本期未收到需协调事项。"),
    ("六、下一步工作打算", "本期未收到下一步工作打算。"),
]


@pytest.mark.parametrize(("heading", "expected"), EMPTY)
def test_an_empty_part_says_so(data: ProgressData, heading: str, expected: str) -> None:
    assert part(document_of(data, made_on=MADE_ON), heading) == expected


def test_what_waits_for_review_is_not_told_as_nothing(data: ProgressData) -> None:
    copy = deepcopy(data)
    party = measures_of(copy)[0]["parties"][0]
    party["note"], party["part"] = None, "waiting"
    assert part(document_of(copy, made_on=MADE_ON), "四、需协调事项") == (
        "已通过的进展没有提出需协调事项；尚未报送2件；待审核1件，内容未纳入。"
    )
    returned = measures_of(copy)[0]["parties"][1]
    returned["note"], returned["part"] = None, "mending"
    assert part(document_of(copy, made_on=MADE_ON), "四、需协调事项") == (
        "已通过的进展没有提出需协调事项；尚未报送2件；待审核1件；退回修改1件，内容未纳入。"
    )
