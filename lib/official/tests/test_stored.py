"""A document kept as JSON is read back whole, also one that older code stored."""

import json
from datetime import date
from pathlib import Path

import pytest
from cattrs import BaseValidationError

from lib.official.document import (
    Annex,
    Bar,
    BarFigure,
    Cell,
    Document,
    Form,
    Head,
    Imprint,
    Part,
    Table,
    TableColumn,
)
from lib.official.docx import write_docx
from lib.official.stored import document_from, document_to_json

TABLE = Table(
    (TableColumn("序号", 700, is_centred=True), TableColumn("措施", 3000)),
    ((Cell("1"), Cell("扩大进口\n第二行")), (Cell("2", repeats=True), Cell(""))),
    counts=True,
)
WHOLE = Document(
    title_lines=("关于工作", "进展情况的报告"),
    addressee="市人民政府",
    opening="现将情况报告如下。",
    parts=(
        Part(
            "一、总体情况",
            ("一句话。",),
            (Part("（一）其中", ("又一句。",), key="below"),),
            (BarFigure("预警灯", (Bar("正常", 3, "green"),)),),
            (TABLE,),
            key="overall",
            generated=("原来的话。",),
        ),
    ),
    ending="特此报告。",
    annexes=(Annex("台账", "截至今日", TABLE), Annex("清单", "", None, "没有。", is_on_side=False)),
    signature="市商务委",
    made_on=date(2026, 11, 24),
    demo_line="演示数据",
    generated_opening="原来的开头。",
    form=Form.OFFICIAL,
    head=Head("市商务委", "渝商务报告〔2026〕1号", "某人"),
    imprint=Imprint(("市政府",), "市商务委办公室", date(2026, 11, 24)),
    about="",
    contact="（联系人：某人）",
    editor_notes=(),
)
STORED = Path(__file__).with_name("stored_1.json")


def test_a_stored_document_is_read_unchanged_and_written_the_same() -> None:
    stored = json.loads(json.dumps(document_to_json(WHOLE)))
    again = document_from(stored)
    assert again == WHOLE
    assert write_docx(again) == write_docx(WHOLE)


def test_documents_in_the_first_shape_can_still_be_read() -> None:
    """Never change this file: it is what was stored with papers that are issued."""
    assert document_from(json.loads(STORED.read_text(encoding="utf-8"))) == WHOLE


def test_a_field_added_later_has_its_default() -> None:
    stored = document_to_json(WHOLE)
    del stored["document"]["editor_notes"]
    assert document_from(stored) == WHOLE


@pytest.mark.parametrize("change", [{"unknown": 1}, {"parts": None}, {"form": "GONE"}])
def test_unknown_fields_are_refused(change: dict[str, object]) -> None:
    stored = document_to_json(WHOLE)
    stored["document"] |= change
    with pytest.raises((BaseValidationError, KeyError)):
        document_from(stored)
