"""The differences between two frozen reports."""

from copy import deepcopy
from datetime import date

import pytest

from lib.official.edits import with_edits
from measures.choices import Change
from reports.datasets.schema import ProgressData, measures_of
from reports.documents.comparison import ReportComparison, compare_reports, comparison_annex
from reports.documents.progress import document_of

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 25)


@pytest.fixture
def later(data: ProgressData) -> ProgressData:
    """Return a copy that a test may change."""
    return deepcopy(data)


def held_against(before: ProgressData, after: ProgressData) -> ReportComparison:
    words = document_of(before, made_on=DAY), document_of(after, made_on=DAY)
    return compare_reports(before, after, words=words)


def test_a_report_does_not_differ_from_itself(data: ProgressData, later: ProgressData) -> None:
    found = held_against(data, later)
    assert found.is_empty
    assert found.unchanged == 17


def test_measures_are_compared_by_field_in_the_words_of_the_overview(
    data: ProgressData, later: ProgressData
) -> None:
    measures_of(data)[2].update(light="green", light_label="正常·已审核", light_shape="■")
    now = measures_of(later)[2]
    now.update(light="red", light_label="滞后", light_shape="▲", sentence="连续2期未报进展。")
    found = held_against(data, later)
    assert [(one.change, [m.ordinal for m in one.measures]) for one in found.lists] == [
        (Change.NEWLY_RED, [3])
    ]
    fields = {field.label: (field.before, field.after) for field in found.measures[0].fields}
    assert fields["预警灯"] == ("■正常·已审核", "▲滞后")
    assert fields["原因"][1] == "连续2期未报进展。"
    assert found.unchanged == 16


def test_progress_is_compared_word_by_word(data: ProgressData, later: ProgressData) -> None:
    party = next(p for p in measures_of(later)[0]["parties"] if p["note"])
    assert party["note"] is not None
    party["note"]["progress"] = party["note"]["progress"].replace("一件事", "两件事")
    note = held_against(data, later).measures[0].notes[0]
    assert note.label == party["agency"]
    assert [s.text for s in note.spans if s.is_added] == ["两"]
    assert [s.text for s in note.spans if s.is_removed] == ["一"]


def test_a_new_note_is_marked_as_added(data: ProgressData, later: ProgressData) -> None:
    party = next(p for p in measures_of(data)[0]["parties"] if p["note"])
    party["note"] = None
    note = held_against(data, later).measures[0].notes[0]
    assert all(span.is_added for span in note.spans)


SILENT = [
    ("unfiled", "本期未报送进展情况。"),
    ("waiting", "已报送，正在审核。"),
    ("mending", "已退回修改。"),
    ("gone", "后一份报告中不再承担这项措施。"),
]


@pytest.mark.parametrize(("filing", "sentence"), SILENT)
def test_a_missing_note_is_marked_as_missing(
    data: ProgressData, later: ProgressData, filing: str, sentence: str
) -> None:
    parties = measures_of(later)[0]["parties"]
    if filing == "gone":
        del parties[0]
    else:
        timeliness = "missing" if filing == "unfiled" else "in_time"
        parties[0].update(note=None, part=filing, timeliness=timeliness)
    note = held_against(data, later).measures[0].notes[-1]
    assert [(span.text, span.is_removed) for span in note.spans] == [(sentence, False)]


def test_counts_are_shown_with_their_difference(data: ProgressData, later: ProgressData) -> None:
    later["stages"][0]["count"] += 2
    count = next(c for c in held_against(data, later).counts if c.before != c.after)
    assert (count.group, count.difference) == ("进度", "+2")
    back = next(c for c in held_against(later, data).counts if c.before != c.after)
    assert back.difference == "−2"


def test_edited_prose_is_compared_as_edited(data: ProgressData) -> None:
    words = document_of(data, made_on=DAY)
    other = with_edits(words, {"next": "有一个事项。"}, is_final=True)
    found = compare_reports(data, data, words=(words, other))
    assert [part.label for part in found.texts] == ["五、下一步工作打算"]


def test_the_annex_has_every_measure_then_and_now(data: ProgressData, later: ProgressData) -> None:
    measures_of(later)[0].update(stage="nearly_done", stage_label="基本完成")
    annex = comparison_annex(data, later, "填报单位：市商务委")
    assert annex.table is not None
    assert len(annex.table.rows) == 17
    row = [cell.text for cell in annex.table.rows[0]]
    assert row[2:4] == [measures_of(data)[0]["stage_label"], "基本完成"]
    assert row[6] == "进度推进"
    assert annex.table.rows[1][6].text == "无变化"
    assert data["period"]["label"] in annex.sub_line


def test_the_annex_names_measures_as_the_report_does(
    data: ProgressData, later: ProgressData
) -> None:
    table = comparison_annex(data, later, "").table
    assert table is not None
    names = [row[1].text for row in table.rows]
    assert names[9] == "第（十）项措施"
    assert names[11] == "落实进口税收优惠政策"
    assert not [name for name in names if "待核对" in name or "缺失" in name]


def test_the_annex_shows_every_change_of_light_or_stage(
    data: ProgressData, later: ProgressData
) -> None:
    red, yellow = ("red", "滞后", "▲"), ("yellow", "预警", "●")
    for frozen, (light, label, shape) in ((data, red), (later, yellow)):
        measures_of(frozen)[0].update(light=light, light_label=label, light_shape=shape)
    measures_of(later)[1].update(stage="suspended", stage_label="已中止")
    table = comparison_annex(data, later, "").table
    assert table is not None
    assert [row[6].text for row in table.rows[:3]] == ["预警灯变动", "进度变动", "无变化"]
