"""The Word file of every form, opened again: faces by setting, figures, head, number, imprint."""

import re
import zipfile
from io import BytesIO

import pytest
from docx import Document
from docx.enum.section import WD_SECTION
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from PIL import Image

from lib.official.document import Annex, Imprint
from lib.official.docx import write_docx
from lib.official.figure_layout import TONES, figure_words, lay_out_figure
from lib.official.fonts import FontSet
from lib.official.pdf import draw_figure, write_pdf
from lib.official.tests.reading import pages_of, pdf_text
from lib.official.tests.samples import BRIEF, DRAFT, LETTER, LIGHTS, OFFICIAL, PLAIN
from policy_tracker.settings import BASE_DIR


def opened(words):
    return Document(BytesIO(write_docx(words)))


def texts(document):
    return [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize("name", [each.name for each in FontSet])
def test_the_setting_decides_the_names_of_the_fonts(settings, name):
    settings.DOCUMENT_FONT_SET = name
    content = write_docx(PLAIN)
    package = zipfile.ZipFile(BytesIO(content))
    styles = package.read("word/styles.xml").decode()
    table = package.read("word/fontTable.xml").decode()
    named = set(re.findall(r'w:eastAsia="([^"]+)"', styles)) - {"zh-CN"}
    assert named == {face.name for face in FontSet[name].value}
    for face in FontSet[name].value:
        others = ",".join(face.stand_ins)
        assert f'<w:font w:name="{face.name}"><w:altName w:val="{others}"/>' in table


def test_the_same_words_give_the_same_bytes_at_any_time(docx_files):
    assert write_docx(PLAIN) == docx_files["plain"]
    pieces = zipfile.ZipFile(BytesIO(docx_files["plain"])).infolist()
    day = PLAIN.made_on
    assert {piece.date_time for piece in pieces} == {(day.year, day.month, day.day, 12, 0, 0)}


def test_the_two_font_sets_have_different_names():
    first, second = (each.value for each in FontSet)
    assert not {face.name for face in first} & {face.name for face in second}


def test_figures_are_pictures_with_alternative_text():
    document = opened(BRIEF)
    about = list(document.element.body.iter(qn("wp:docPr")))
    assert [each.get("descr") for each in about] == [figure_words(LIGHTS)] * 2
    pictures = zipfile.ZipFile(BytesIO(write_docx(BRIEF))).namelist()
    assert any(name.endswith(".png") for name in pictures)


def test_the_picture_of_a_figure_has_the_bars_tones():
    picture = Image.open(BytesIO(draw_figure(LIGHTS, width_pt=400))).convert("RGB")
    assert picture.width / picture.height == pytest.approx(400 / 18, rel=0.02)
    colours = {colour for _, colour in picture.getcolors(picture.width * picture.height)}
    for bar in LIGHTS.bars:
        assert tuple(bytes.fromhex(TONES[bar.tone])) in colours


def test_figures_use_the_tones_of_the_pages():
    css = (BASE_DIR / "static/css/base.css").read_text()
    root = css[: css.index("}")]
    for tone, colour in TONES.items():
        name = "ink" if tone == "plain" else tone
        assert re.search(rf"--{name}: (#\w+);", root)[1].lower() == f"#{colour.lower()}"


def test_parts_of_a_bar_differ_by_more_than_colour():
    bars = tuple(bar._replace(shape="", tone="blue") for bar in LIGHTS.bars)
    signs = [
        segment["shape"] for segment in lay_out_figure(LIGHTS._replace(bars=bars), 400)["segments"]
    ]
    assert len(set(signs)) == len(bars)
    assert all(signs)


def test_one_annex_has_no_number_and_several_have():
    said = texts(opened(OFFICIAL))
    assert "附件：滞后事项清单" in said
    assert "附件" in said
    several = texts(opened(PLAIN))
    assert "附件：1.措施进展情况台账" in several
    assert "2.滞后和预警事项清单" in several
    assert {"附件1", "附件2"} <= set(several)


def test_a_long_annex_name_continues_under_its_first_character():
    annexes = (Annex("很长的名称" * 9, "", None, "无。"), Annex("另一个", "", None, "无。"))
    document = opened(PLAIN._replace(annexes=annexes))
    line = next(p for p in document.paragraphs if p.text.startswith("附件：1."))
    form = line.paragraph_format
    pitch = 15.79
    assert form.first_line_indent + form.left_indent == pytest.approx(Pt(2 * pitch), abs=3000)
    assert form.left_indent == pytest.approx(Pt(6 * pitch), abs=3000)


def test_the_signature_is_centred_on_the_date_four_characters_in():
    document = opened(PLAIN)
    name, day = (
        next(p for p in document.paragraphs if p.text == text)
        for text in ("重庆市商务委员会", "2026年11月3日")
    )
    assert day.paragraph_format.right_indent == pytest.approx(Pt(4 * 15.79), abs=3000)
    half = (8 - 6.5) / 2 * 15.79
    told = name.paragraph_format.right_indent
    assert told == pytest.approx(Pt(4 * 15.79 - half), abs=20000)


def test_the_mark_and_the_red_line_of_an_official_head():
    document = opened(OFFICIAL)
    mark = document.paragraphs[0]
    assert mark.text == "重庆市商务委员会文件"
    assert mark.paragraph_format.space_before == pytest.approx(Mm(35), abs=Mm(1))
    number = next(p for p in document.paragraphs if p.text == "渝商务发〔2026〕12号")
    line = number._p.find(f".//{qn('w:pBdr')}/{qn('w:bottom')}")
    assert line.get(qn("w:color")) == "FF0000"


def test_a_letter_has_no_number_on_its_first_page_only():
    section = opened(LETTER).sections[0]
    assert section.different_first_page_header_footer
    assert "".join(p.text for p in section.first_page_footer.paragraphs) == ""
    assert not opened(PLAIN).sections[0].different_first_page_header_footer


def test_the_imprint_names_copies_office_and_day():
    table = opened(OFFICIAL).tables[-1]
    assert table.rows[0].cells[0].text.startswith("抄送：市人民政府办公厅，各区县")
    assert table.rows[0].cells[0].text.endswith("。")
    assert [cell.text for cell in table.rows[1].cells] == [
        "重庆市商务委员会办公室",
        "2026年11月3日印发",
    ]


def test_editor_notes_are_in_drafts_only():
    said = texts(opened(DRAFT))
    heading = said.index("编辑核对事项（签发前处理，不随文印发）")
    assert said[heading + 1 :] == [f"{n}.{note}" for n, note in enumerate(DRAFT.editor_notes, 1)]
    one = texts(opened(DRAFT._replace(editor_notes=("请核对。",))))
    assert one[-2:] == ["编辑核对事项（签发前处理，不随文印发）", "请核对。"]
    for words in (DRAFT._replace(draft_line=""), DRAFT._replace(editor_notes=())):
        assert "编辑核对事项" not in "".join(texts(opened(words)))
        assert "编辑核对事项" not in pdf_text(pages_of(write_pdf(words)))


def test_an_imprint_on_its_own_page_begins_an_even_page_section():
    own = [section.start_type for section in opened(OFFICIAL).sections]
    assert own[-1] == WD_SECTION.EVEN_PAGE
    shared = opened(DRAFT._replace(draft_line=""))
    assert len(shared.sections) == 1


def test_an_empty_imprint_is_left_out():
    words = LETTER._replace(imprint=Imprint((), ""))
    assert len(opened(words).tables) == len(opened(LETTER).tables) - 1


def test_xml_characters_in_names_are_text():
    head = OFFICIAL.head._replace(mark="甲<乙>&丙")
    letter = write_docx(LETTER._replace(head=head, imprint=Imprint(("丁&<戊>",), "")))
    xml = zipfile.ZipFile(BytesIO(letter)).read("word/document.xml").decode()
    assert "甲&lt;乙&gt;&amp;丙" in xml
    assert "丁&amp;&lt;戊&gt;" in xml
