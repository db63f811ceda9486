"""指标数据 in an agency's sheet: its content, refusals, and what is written."""

from decimal import Decimal

import pytest

from measures.filings.drafts import save_note
from measures.filings.figures import figures_of
from measures.models import Note
from measures.rules.figures import Said
from measures.sheets.tests.sheets import FIRST, applied, checked, column, handed_back, put
from measures.tests.counted import make_indicator
from measures.tests.factories import (
    NOW,
    content,
    make_agency,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]
CELL = "指标数据"


@pytest.fixture
def agency():
    return make_agency(name="重庆海关")


@pytest.fixture
def indicator(filing):
    return make_indicator(filing.measure, asked=True)


def back(filing, liaison, fill):
    return checked(handed_back(filing.period, filing.agency, liaison, fill))


def typed(words):
    return lambda sheet: put(sheet, CELL, words)


def test_the_cell_carries_what_is_asked_for_and_what_the_draft_says(filing, liaison, indicator):
    seen = []

    def look(sheet):
        cell = sheet.cell(FIRST, column(CELL))
        seen.append((cell.value, cell.protection.locked))

    assert back(filing, liaison, look).state == "unchanged"
    figures = {indicator.pk: Said(Decimal("60.5"))}
    said = content(figures=figures)
    save_note(filing, by=liaison, content=said, revision=0, at=NOW)
    assert back(filing, liaison, look).state == "unchanged"
    assert seen == [("通关时间（小时）：", False), ("通关时间（小时）：60.5", False)]


def test_where_nothing_is_asked_for_it_is_locked_and_stays_empty(filing, liaison):
    def fill(sheet):
        assert sheet.cell(FIRST, column(CELL)).protection.locked
        put(sheet, CELL, "通关时间：60")

    (fault,) = back(filing, liaison, fill).result[0]["faults"]
    assert (fault["column"], fault["allowed"]) == (CELL, "这一行没有要填的指标，请清空。")


def test_a_value_that_does_not_fit_is_refused_in_its_cell(filing, liaison, indicator):
    (fault,) = back(filing, liaison, typed("通关时间（小时）：约60")).result[0]["faults"]
    assert fault["column"] == CELL
    assert "请填数字，不带单位" in fault["allowed"]


def test_applied_it_is_what_the_draft_says(filing, liaison, indicator):
    sheet = applied(back(filing, liaison, typed("通关时间（小时）：６０")), liaison)
    assert sheet.state == "applied"
    assert figures_of(Note.objects.get()) == {indicator.pk: Said(Decimal(60))}
    (change,) = sheet.result[0]["changes"]
    assert (change["old"], change["new"]) == ("通关时间（小时）：", "通关时间（小时）：60.0")


def test_other_words_leave_the_figures_as_they_are(filing, liaison, indicator):
    figures = {indicator.pk: Said(absence="系统切换")}
    save_note(filing, by=liaison, content=content(figures=figures), revision=0, at=NOW)
    applied(back(filing, liaison, lambda sheet: put(sheet, "进展情况", "另一句话。")), liaison)
    note = Note.objects.get()
    assert note.progress == "另一句话。"
    assert figures_of(note) == figures


def test_a_line_taken_away_takes_its_figure_away(filing, liaison, indicator):
    figures = {indicator.pk: Said(Decimal(60))}
    save_note(filing, by=liaison, content=content(figures=figures), revision=0, at=NOW)
    applied(back(filing, liaison, typed("通关时间（小时）：")), liaison)
    assert figures_of(Note.objects.get()) == {}
