"""A report has a length of 12 to 15 pages."""

from collections.abc import Sequence
from copy import deepcopy

import pytest

from reports.datasets.schema import ProgressData, measures_of
from reports.documents.lengths import LENGTHS, MOST_LINES, Length, is_short, lengths_for
from reports.documents.progress import document_of
from reports.documents.tests.progress_cases import MADE_ON
from reports.documents.told import as_told, shortened

pytestmark = pytest.mark.django_db
WRITTEN = "2026年前三季度，建立机制，办理15件，协调（含在建，续建）27个，投资5亿元。开会。"
SHORTER = [
    # how many characters, what is told of WRITTEN
    (0, "建立机制，办理15件。"),
    (12, "建立机制，办理15件。"),
    (25, "建立机制，办理15件，协调（含在建，续建）27个。"),
    (99, "建立机制，办理15件，协调（含在建，续建）27个，投资5亿元。"),
]


@pytest.mark.parametrize(("others", "told"), SHORTER)
def test_a_shorter_report_has_fewer_clauses_of_other_agencies(
    data: ProgressData, others: int, told: str
) -> None:
    case = deepcopy(data)
    note = measures_of(case)[0]["parties"][1]["note"]
    assert note is not None
    note["progress"] = WRITTEN
    said = shortened(as_told(case), Length(0, 0, others, 3)).data
    note = measures_of(said)[0]["parties"][1]["note"]
    assert note is not None
    assert note["progress"] == told


def test_a_report_uses_the_longest_length_that_fits(data: ProgressData) -> None:
    whole = document_of(data, made_on=MADE_ON)
    assert is_short(whole)
    long = deepcopy(data)
    for measure in measures_of(long):
        for party in measure["parties"]:
            if party["note"]:
                party["note"]["progress"] = "办理进口业务15件，" * 8 + "协调1项。" + "开会3次。" * 9
    document = document_of(long, made_on=MADE_ON)
    assert is_short(document)
    assert "所报进展较长，文中只写了各单位的主要内容" in "".join(document.editor_notes)


@pytest.mark.parametrize(
    ("measures", "lengths"),
    [(17, LENGTHS), (MOST_LINES, LENGTHS), (MOST_LINES + 1, LENGTHS[-1:])],
)
def test_a_report_too_long_by_its_headings_is_written_once(
    measures: int, lengths: Sequence[Length]
) -> None:
    assert lengths_for(measures) == lengths
