"""Reports with older datasets keep their text; nothing in them changes."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from measures.models import Period
from measures.tests.factories import TODAY
from reports.choices import ReportKind
from reports.datasets.circular import circular_from
from reports.datasets.frozen import digest_of
from reports.datasets.letter import gather as gather_letter
from reports.datasets.older import as_current
from reports.datasets.schema import ProgressData, measures_of
from reports.documents.comparison import compare_reports, comparison_annex
from reports.documents.tests.cases import standings_of, words
from reports.documents.xlsx import write_xlsx
from reports.kinds import making_of
from reports.models.report import Scope

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 24)
NEW_OF_MEASURE = ("pace", "since", "waits_for", "others", "findings", "figures")
NEW_OF_PARTY = ("part", "is_backfilled", "is_written_off")
NEW_OF_AGENCY = ("accepted", "waiting", "mending", "unfiled", "debts")


def as_it_was(data: Any, schema: int = 2) -> Any:
    """Return the dataset in the old schema and wording: one green, filings by timeliness."""
    old = deepcopy(data)
    old["schema"] = schema
    del old["accepted_word"]
    old["filings"] = old.pop("timeliness")
    next(c for c in old["filings"] if c["key"] == "missing")["words"] = "未报"
    old["lights"] = [count for count in old["lights"] if count["key"] != "waiting"]
    for count in old["lights"]:
        if count["key"] == "green":
            count.update(label="正常", words="绿灯（正常）")
    for measure in measures_of(old):
        _measure_as_it_was(measure)
    for one in old["agencies"]:
        for name in NEW_OF_AGENCY:
            del one[name]
    return old


def _measure_as_it_was(measure: Any) -> None:
    for name in NEW_OF_MEASURE:
        del measure[name]
    measure["light_label"] = measure["light_label"].removesuffix("·已审核")
    measure["sentence"] = measure["sentence"].replace("报送并通过", "报送并采用")
    for party in measure["parties"]:
        party["filing_state"] = party["filing_state"].replace("已通过", "已采用")
        for name in NEW_OF_PARTY:
            del party[name]


@pytest.fixture
def old(data: ProgressData) -> Any:
    return as_it_was(data)


def text_of(kind: ReportKind, data: Any) -> str:
    return str(making_of(kind, data, made_on=MADE_ON).document)


def test_an_older_report_keeps_its_text(old: Any) -> None:
    document = making_of(ReportKind.PROGRESS, old, made_on=MADE_ON).document
    assert (
        "按预警规则评定，绿灯（正常）12项、占70.6%；红灯（滞后）1项、占5.9%；"
        "灰灯（未评定）4项、占23.5%。" in words(document, "overall")
    )
    assert words(document, "filings") == (
        "本期应报53件，涉及17个单位，2026年11月22日截止。"
        "按时报送50件、占94.3%；迟报1件、占1.9%；未报2件、占3.8%。"
        "迟报单位：市发展改革委1件。\n"
        "未报单位：重庆海关1件、市知识产权局1件。\n"
        "本报告依据审核通过的51件报送材料形成，报送工作尚未结束，本报告为阶段性情况。"
    )
    assert "按时报送" in [column.heading for column in document.annexes[-1].table.columns]  # type: ignore[union-attr]
    told = str(document)
    for word in ("报送并通过", "已审核", "待审核", "待办单位：", "按时率"):
        assert word not in told


def test_an_older_waiting_note_does_not_count_as_accepted(old: Any) -> None:
    party = measures_of(old)[0]["parties"][0]
    party["note"], party["awaits_review"] = None, True
    document = making_of(ReportKind.PROGRESS, old, made_on=MADE_ON).document
    first = document.parts[1].parts[0].parts[0].paragraphs[0]
    assert first.startswith("市经济信息委")
    assert "本报告依据审核通过的50件报送材料形成" in words(document, "filings")


PACES = [
    # expected, percent, stage, told
    (50, 50, "under_way", "达到序时进度"),
    (50, 49, "under_way", "未达到序时进度"),
    (50, None, "under_way", "未达到序时进度"),
    (100, 90, "done", "达到序时进度"),
]


@pytest.mark.parametrize(("expected", "percent", "stage", "told"), PACES)
def test_an_older_pace_has_no_threshold(
    old: Any, expected: int, percent: int | None, stage: str, told: str
) -> None:
    measures_of(old)[0].update(expected=expected, percent=percent, stage=stage)
    assert f"1项措施{told}。" in text_of(ReportKind.PROGRESS, old)


def test_an_older_circular_can_still_be_built(data: ProgressData) -> None:
    """In today's wording; what was issued keeps the wording frozen with it."""
    newest = circular_from(data, standings_of(data), on=TODAY, calendar={})
    second = {name: value for name, value in newest.items() if name != "standings"}
    for older in (as_it_was(newest, schema=1), second | {"schema": 2}):
        told = text_of(ReportKind.CIRCULAR, older)
        assert "本期应报53件，涉及17个单位" in told
        assert "表扬" not in told.partition("editor_notes")[0]


def test_an_older_letter_after_closing_asks_for_the_reason(filed: Period) -> None:
    agency = filed.filings.get(agency__code="cqcustoms", measure__ordinal=17).agency_id
    letter: Any = gather_letter(Scope(filed.pk, agency_id=agency), on=TODAY)
    del letter["filings"], letter["earlier"], letter["agency_kind"]
    for one in letter["late"]:
        del one["role"], one["title_mark"]
    letter["schema"], letter["period"]["is_closed"] = 1, True
    told = text_of(ReportKind.LETTER, letter)
    assert "本期集中报送已结束，请贵关于2026年11月30日前书面说明未报原因；" in told
    assert "应报送" not in told


def test_an_older_letter_names_earlier_debts_by_number(filed: Period) -> None:
    agency = filed.filings.get(agency__code="cqcustoms", measure__ordinal=17).agency_id
    letter: Any = gather_letter(Scope(filed.pk, agency_id=agency), on=TODAY)
    letter["schema"], letter["earlier"] = 2, [{"period": "2026年上半年", "marks": ["（二）"]}]
    assert "另有2026年上半年第（二）项未报送，请一并补报。" in text_of(ReportKind.LETTER, letter)


def test_an_older_brief_ledger_and_workbook_can_still_be_built(old: Any) -> None:
    for kind in (ReportKind.BRIEF, ReportKind.LEDGER):
        old["kind"] = kind.value
        assert "正常·" not in text_of(kind, old)
    before = digest_of(old)
    assert write_xlsx(old, made_on=MADE_ON, tick=lambda rows: None)
    assert digest_of(old) == before  # shown in another schema, never changed


def test_an_older_report_is_compared_with_a_newer_one(data: ProgressData, old: Any) -> None:
    documents = [
        making_of(ReportKind.PROGRESS, one, made_on=MADE_ON).document for one in (old, data)
    ]
    found = compare_reports(old, data, words=(documents[0], documents[1]))
    assert not found.lists
    assert {count.group for count in found.counts} == {"进度", "预警灯", "报送时间"}
    table = comparison_annex(old, data, "").table
    assert table is not None
    assert [cell.text for cell in table.rows[0]][4:6] == ["■正常", "■正常·已审核"]


def test_a_current_dataset_is_not_converted(data: ProgressData) -> None:
    assert as_current(data) == data
