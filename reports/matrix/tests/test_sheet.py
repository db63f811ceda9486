"""责任矩阵 as a workbook."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from agencies.models import AgencyName, Event
from agencies.permissions import Role
from measures.models import Measure
from measures.tests.factories import NOW, make_user
from reports.choices import MatrixView

URL = "/matrix/sheet/"
AGENCIES_FROM = {"责任": 4, "报送": 4, "预警灯": 6}


@pytest.fixture
def book(world, signed_in):
    """Download the workbook and open it."""

    def take(query=""):
        response = signed_in.get(URL + query)
        assert response.status_code == 200
        return load_workbook(BytesIO(b"".join(response.streaming_content)))

    return take


def test_it_has_a_sheet_for_each_view(book):
    assert book().sheetnames == [view.label for view in MatrixView]


@pytest.mark.parametrize("name", AGENCIES_FROM)
def test_a_sheet_has_title_day_frozen_head_and_all_responsibilities(book, name):
    sheet, first = book()[name], AGENCIES_FROM[name]
    assert sheet["A1"].value == f"责任矩阵（{name}）"
    assert sheet["A2"].value.startswith("截至")
    assert sheet.freeze_panes == f"{sheet.cell(1, first).column_letter}4"
    assert [sheet.cell(3, column).value for column in (first, first + 17)] == ["市商务委", "合计"]
    places = [
        sheet.cell(row, column).value for row in range(4, 21) for column in range(first, first + 17)
    ]
    assert sum(bool(value) and value[0] in "●○△" for value in places) == 53
    assert places.count("待核对") == 4 * 17
    assert sheet.cell(22, first + 17).value == 53
    assert sheet.cell(21, first).value == 10


def test_demonstration_data_are_marked(book, real_notice):
    assert "演示数据" not in book()["责任"]["A2"].value
    real_notice.demonstrated_at = NOW
    real_notice.save()
    assert book()["责任"]["A2"].value.endswith("演示数据：进展为虚构示例。")


def test_cells_have_words_not_only_colours(book):
    found = book()
    assert found["报送"]["D4"].value == "●已通过"
    assert found["预警灯"]["D4"].value in {
        "■正常·已审核",
        "▨正常·待审核",
        "●预警",
        "▲滞后",
        "○未评定",
    }


def test_text_never_becomes_a_formula(book):
    Measure.objects.filter(ordinal=1).update(title="=1+1")
    AgencyName.objects.filter(short_name="市商务委").update(short_name="@SUM(A1)")
    sheet = book()["责任"]
    for cell in (sheet["C4"], sheet["D3"]):
        assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_a_closed_period_keeps_its_labels(book, world):
    closed, _ = world
    sheet = book(f"?period={closed.pk}")["预警灯"]
    assert "预警灯为关闭时的快照" in sheet["A2"].value
    assert sheet["E4"].value == "二季度时的原因1"


def test_a_download_is_recorded_once(book, world, coordinator):
    _, opened = world
    book(f"?period={opened.pk}")
    event = Event.objects.get(action="matrix.download")
    assert (event.actor, event.target_id) == (coordinator, opened.pk)
    assert event.sentence.startswith("下载“责任矩阵（")
    assert event.after["rows_total"] == 17


def test_without_a_period_the_current_state_is_used(real_notice, signed_in):
    response = signed_in.get(URL)
    assert response.status_code == 200
    assert Event.objects.get(action="matrix.download").target_id == real_notice.pk


def test_people_without_business_rights_cannot_download(world, client):
    client.force_login(make_user(Role.AUDITOR))
    assert client.get(URL).status_code == 403
    assert not Event.objects.filter(action="matrix.download").exists()
