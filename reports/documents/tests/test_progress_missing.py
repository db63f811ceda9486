"""What a report says where there is nothing to report."""

import pytest

from reports.datasets.schema import ProgressData, measures_of
from reports.datasets.totals import fill_totals
from reports.documents.progress import document_of
from reports.documents.tests.progress_cases import MADE_ON, changed, part

pytestmark = pytest.mark.django_db

EMPTY = [
    (
        "三、存在的问题",
        "本期没有反映的问题。\n此外，个别单位报送材料不及时，见“报送情况”部分。",
    ),
    ("五、下一步工作打算", "本期没有报送的下一步工作打算。"),
]


@pytest.mark.parametrize(("heading", "expected"), EMPTY)
def test_an_empty_part_says_so(data: ProgressData, heading: str, expected: str) -> None:
    case = changed(data, 16, findings=[], light="green")
    assert part(document_of(case, made_on=MADE_ON), heading) == expected


@pytest.mark.parametrize(
    ("is_closed", "expected"),
    [
        (False, "目前还没有审核通过的报送材料，报送工作尚未结束，本报告为阶段性情况。"),
        (True, "目前还没有审核通过的报送材料。"),
    ],
)
def test_a_report_without_accepted_notes_says_so(
    data: ProgressData, is_closed: bool, expected: str
) -> None:
    for measure in measures_of(data):
        for party in measure["parties"]:
            party.update(note=None, part="waiting")
    data["period"]["is_closed"] = is_closed
    filings = part(document_of(fill_totals(data), made_on=MADE_ON), "四、报送情况")
    assert expected in filings
    assert "0件报送材料" not in filings


def test_waiting_notes_are_counted_but_not_included(data: ProgressData) -> None:
    first, second = measures_of(data)[0]["parties"][:2]
    first.update(note=None, part="waiting")
    second.update(note=None, part="mending")
    document = document_of(fill_totals(data), made_on=MADE_ON)
    filings = part(document, "四、报送情况")
    assert "待审核1件、占1.9%；退回1件、占1.9%；未报2件、占3.8%" in filings
    assert "本报告依据审核通过的49件报送材料形成" in filings
    assert document.parts[1].parts[0].parts[0].paragraphs == (
        "市科技局已推进（一）的一件事。市发展改革委已推进（一）的一件事。",
    )
