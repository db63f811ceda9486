"""The Word file, opened again: its format (GB/T 9704-2012) and its required text."""

import zipfile
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from lib.official.docx import write_docx
from reports.datasets.schema import ProgressData, measures_of
from reports.documents.ledger import document_of as ledger_of_notice
from reports.documents.names import agency_word, row_title
from reports.documents.progress import document_of
from reports.documents.told import in_voice_of

pytestmark = pytest.mark.django_db
MADE_ON = date(2026, 11, 3)


def write(data: ProgressData) -> bytes:
    return write_docx(document_of(data, made_on=MADE_ON))


@pytest.fixture
def opened(data: ProgressData) -> DocumentObject:
    """Return the file, opened again."""
    return Document(BytesIO(write(data)))


def words(document: DocumentObject) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


def test_the_page_has_the_size_of_the_standard(opened: DocumentObject) -> None:
    page = opened.sections[0]
    measured = (page.page_width, page.page_height, page.top_margin, page.left_margin)
    wanted = (Mm(210), Mm(297), Mm(37), Mm(28))
    for found, length in zip(measured, wanted, strict=True):
        assert found is not None
        assert abs(found - length) < Mm(0.1)
    assert page.page_width is not None
    assert page.page_height is not None
    width = page.page_width - page.left_margin - page.right_margin  # type: ignore[operator]
    height = page.page_height - page.top_margin - page.bottom_margin  # type: ignore[operator]
    assert abs(width - Mm(156)) < Mm(0.2)
    assert abs(height - Mm(225)) < Mm(0.2)


def test_the_grid_gives_22_lines_of_28_characters(opened: DocumentObject) -> None:
    grid = opened.sections[0]._sectPr.find(qn("w:docGrid"))
    assert grid is not None
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert grid.get(qn("w:linePitch")) == "579"
    assert grid.get(qn("w:charSpace")) == "-842"
    line = opened.styles["Normal"].element.find(f".//{qn('w:spacing')}")
    assert line.get(qn("w:line")) == "579"
    assert line.get(qn("w:lineRule")) == "exact"


FACES = [
    ("公文标题", "方正小标宋简体", 22),
    ("heading 1", "黑体", 16),
    ("heading 2", "楷体_GB2312", 16),
    ("heading 3", "仿宋_GB2312", 16),
    ("Normal", "仿宋_GB2312", 16),
    ("footer", "宋体", 14),
]


@pytest.mark.parametrize(("style", "face", "size"), FACES)
def test_each_kind_of_text_has_its_font(
    opened: DocumentObject, style: str, face: str, size: int
) -> None:
    found = next(s for s in opened.styles.element if _name(s) == style)
    fonts = found.find(f".//{qn('w:rFonts')}")
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")} == {face}
    half = found.find(f".//{qn('w:sz')}")
    base = opened.styles["Normal"].font.size
    assert (Pt(int(half.get(qn("w:val"))) / 2) if half is not None else base) == Pt(size)


def _name(style: object) -> str | None:
    name = style.find(qn("w:name"))  # type: ignore[attr-defined]
    return name.get(qn("w:val")) if name is not None else None


def test_substitute_fonts_are_named_for_readers_without_the_fonts(data: ProgressData) -> None:
    fonts = zipfile.ZipFile(BytesIO(write(data))).read("word/fontTable.xml").decode()
    assert '<w:font w:name="方正小标宋简体"><w:altName w:val="方正小标宋_GBK,' in fonts


def test_headings_have_their_levels(opened: DocumentObject) -> None:
    levels = {p.text: p.style.name for p in opened.paragraphs if p.style is not None}
    assert levels["一、总体进展情况"] == "Heading 1"
    assert levels["（一）优化进口结构"] == "Heading 2"
    assert levels["1.扩大先进技术设备和关键零部件进口"] == "Heading 3"


def test_title_addressee_ending_and_signature(opened: DocumentObject) -> None:
    said = words(opened)
    assert said[0] == "关于2026年前三季度\n扩大进口促进外贸发展工作进展情况的报告"
    assert said[2] == "市人民政府："
    end = said.index("特此报告。")
    assert said[end + 2 : end + 4] == [
        "附件：1.措施进展和预警情况表",
        "2.各单位报送情况统计表",
    ]
    assert said[end + 6 : end + 8] == ["重庆市商务委员会", "2026年11月3日"]


def test_all_measures_with_agencies_and_progress_are_in_the_text(
    opened: DocumentObject, data: ProgressData
) -> None:
    text = "\n".join(words(opened))
    for measure in measures_of(data):
        assert f"{measure['ordinal']}.{row_title(measure)}" in text
        for party in measure["parties"]:
            assert agency_word(party["agency"], author="市商务委") in text
            if party["note"]:
                assert in_voice_of(data["notice"], party["note"]["progress"]) in text
    assert text.count("责任单位尚待明确，暂未评定，本期没有进展情况。") == 4
    assert "待核" not in text


@pytest.fixture
def ledger(data: ProgressData) -> DocumentObject:
    """Return the separate ledger as a Word file, opened again."""
    return Document(BytesIO(write_docx(ledger_of_notice(data, made_on=MADE_ON))))


def ledger_of(opened: DocumentObject) -> list[list[str]]:
    """Return the ledger's rows, the head first: one table that Word breaks between rows."""
    return [[cell.text for cell in row.cells] for row in opened.tables[0].rows]


def test_each_row_of_the_ledger_names_its_measure(
    ledger: DocumentObject, data: ProgressData
) -> None:
    head, *rows = ledger_of(ledger)
    assert head[0] == "序号"
    measures = {measure["ordinal"]: measure for measure in measures_of(data)}
    assert len(rows) > len(measures)
    for row in rows:
        measure = measures[int(row[0])]
        assert row[1].startswith(measure["title"])
        assert row[2].startswith(measure["stage_label"])
        assert measure["light_label"] in row[3]
        assert measure["sentence"] in row[3]


def test_no_row_of_a_table_is_broken_over_two_pages(
    opened: DocumentObject, ledger: DocumentObject
) -> None:
    for table in (*opened.tables, *ledger.tables):
        for row in table.rows:
            assert row._tr.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None


def test_all_measures_with_agencies_and_progress_are_in_the_ledger(
    ledger: DocumentObject, data: ProgressData
) -> None:
    rows = ledger_of(ledger)[1:]
    parties = [(m, p) for m in measures_of(data) for p in m["parties"]]
    told = [row for row in rows if row[4] != "责任单位待核对"]
    assert len(told) == len(parties)
    for row, (measure, party) in zip(told, parties, strict=True):
        assert row[0] == str(measure["ordinal"])
        assert row[1].startswith(measure["title"])
        assert row[4].startswith(f"{party['agency']}（")
        assert row[6] == (party["note"]["progress"] if party["note"] else "")
    assert [row[0] for row in rows if row[4] == "责任单位待核对"] == ["8", "9", "11", "15"]


def test_the_annexes_are_landscape_and_repeat_their_head(opened: DocumentObject) -> None:
    side = opened.sections[1]
    assert side.orientation == WD_ORIENT.LANDSCAPE
    for table in opened.tables:
        head = table.rows[0]._tr
        assert head.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None


def test_pages_are_numbered_right_and_left(opened: DocumentObject) -> None:
    assert opened.settings.odd_and_even_pages_header_footer
    first = opened.sections[0]
    for footer, side in ((first.footer, "right"), (first.even_page_footer, "left")):
        paragraph = footer.paragraphs[0]
        assert [run.text for run in paragraph.runs] == ["— ", " —"]
        assert paragraph._p.find(qn("w:fldSimple")).get(qn("w:instr")) == "PAGE"
        assert paragraph._p.pPr.find(qn("w:jc")).get(qn("w:val")) == side
    assert first.footer_distance is not None
    assert abs(first.footer_distance - Mm(25.3)) < Mm(0.1)


def test_demonstration_data_are_marked_on_every_page(data: ProgressData) -> None:
    assert words(Document(BytesIO(write(data))))[1] == ""
    data["is_demo"] = True
    marked = Document(BytesIO(write(data)))
    assert marked.sections[0].header.paragraphs[0].text == "演示数据"
    assert marked.sections[0].even_page_header.paragraphs[0].text == "演示数据"
    assert words(marked)[1].startswith("（演示数据：")


def test_the_document_names_its_author_and_not_the_library(opened: DocumentObject) -> None:
    about = opened.core_properties
    assert about.author == "重庆市商务委员会"
    assert about.comments == ""
    assert about.created is not None
    assert about.created.date() == MADE_ON


def test_equal_data_give_an_equal_text(data: ProgressData, opened: DocumentObject) -> None:
    assert words(Document(BytesIO(write(data)))) == words(opened)


def test_progress_is_reported_row_by_row(data: ProgressData) -> None:
    agencies = len(data["agencies"])
    ledger_rows = sum(len(m["parties"]) or 1 for m in measures_of(data))
    for document, rows in (
        (document_of(data, made_on=MADE_ON), 17),
        (ledger_of_notice(data, made_on=MADE_ON), ledger_rows),
    ):
        told: list[int] = []
        write_docx(document, tick=told.append)
        assert sum(told) == document.row_count == rows + agencies + 1  # 合计


def test_no_page_has_only_a_signature(opened: DocumentObject) -> None:
    """From the closing words to the line before the date, each paragraph keeps with the next."""
    texts = [p.text for p in opened.paragraphs]
    start, end = texts.index("特此报告。"), texts.index("重庆市商务委员会")
    assert start < end
    assert all(p.paragraph_format.keep_with_next for p in opened.paragraphs[start : end + 1])
