"""The PDF: made to be kept, its faces in it, with an outline, and nothing shown as an empty box."""

import logging
from io import BytesIO
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

from lib.official import pdf
from lib.official.document import Part
from lib.official.figure_layout import figure_words
from lib.official.fonts import FALLBACKS, OPEN_FAMILIES
from lib.official.pdf import FONTS, imprint_has_own_page, is_covered, write_pdf
from lib.official.tests.reading import ink, number_words, pages_of, pdf_text
from lib.official.tests.samples import BRIEF, DOCUMENTS, OFFICIAL, PLAIN, SOLID, UPWARD

WITHOUT_A_FACE = "\U0003134a"  # the last ideograph of Unicode's extension G


def opened(content: bytes) -> PDFDocument:
    return PDFDocument(PDFParser(BytesIO(content)))


def everything_in(value: Any, seen: set[int]) -> list[dict]:
    """Every dictionary that can be reached."""
    value = resolve1(value)
    if id(value) in seen:
        return []
    seen.add(id(value))
    if isinstance(value, list):
        return [found for each in value for found in everything_in(each, seen)]
    value = getattr(value, "attrs", value)
    if isinstance(value, dict):
        below = [found for each in value.values() for found in everything_in(each, seen)]
        return [value, *below]
    return []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_file_declares_pdf_a_2a_with_everything_required(pdf_files, name):
    catalog = opened(pdf_files[name]).catalog
    about = resolve1(catalog["Metadata"]).get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in about
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in about
    assert resolve1(catalog["OutputIntents"])
    assert resolve1(catalog["MarkInfo"])["Marked"] is True
    assert resolve1(catalog["Lang"]).decode().startswith("zh")
    assert "StructTreeRoot" in catalog


@pytest.mark.parametrize("name", DOCUMENTS)
def test_all_fonts_are_ours_and_embedded(pdf_files, name):
    document = opened(pdf_files[name])
    fonts = [
        each
        for each in everything_in(document.catalog, set())
        if getattr(each.get("Type"), "name", "") == "FontDescriptor"
    ]
    names = {font["FontName"].name.split("+")[1] for font in fonts}
    assert names <= {family.replace(" ", "") for family in OPEN_FAMILIES.values()}
    assert names
    assert all("FontFile2" in font or "FontFile3" in font for font in fonts)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_file_has_no_scripts_forms_or_encryption(pdf_files, name):
    """What PDF/A bars and an archive refuses: scripts, actions, other files, a password."""
    document = opened(pdf_files[name])
    assert document.encryption is None
    assert document.is_extractable
    barred = {"JavaScript", "JS", "Launch", "EmbeddedFiles", "OpenAction", "AA", "XFA", "RichMedia"}
    for each in everything_in(document.catalog, set()):
        assert not barred & set(each), set(each)
        assert getattr(each.get("S"), "name", "") not in {"JavaScript", "Launch", "SubmitForm"}
    profile = resolve1(resolve1(document.catalog["OutputIntents"])[0])
    assert profile["S"].name == "GTS_PDFA1"
    assert resolve1(profile["DestOutputProfile"]).get_data()


def test_the_file_has_author_and_date(pdf_files):
    info = opened(pdf_files["plain"]).info[0]
    assert info["Title"].decode("utf-16") == PLAIN.title
    assert info["Author"].decode("utf-16") == PLAIN.signature
    assert info["CreationDate"].startswith(b"D:20261103")


def test_the_outline_consists_of_the_headings(pdf_files):
    outline = [(level, title) for level, title, *_ in opened(pdf_files["plain"]).get_outlines()]
    assert (1, "一、总体进展情况") in outline
    assert (2, "（一）优化进口结构") in outline
    assert (3, "1.扩大先进技术设备进口") in outline
    assert (4, "（1）煤炭") in outline
    assert [title for level, title in outline if level == 1][-2:] == ["附件1", "附件2"]


def test_a_figure_has_alternative_text(pdf_files):
    found = everything_in(opened(pdf_files["brief"]).catalog, set())
    told = [each["Alt"].decode("utf-16") for each in found if "Alt" in each]
    assert [figure_words(figure) for figure in BRIEF.parts[0].figures] == told


def test_the_same_words_give_the_same_bytes(pdf_files):
    assert write_pdf(PLAIN) == pdf_files["plain"]


@pytest.mark.parametrize("clauses", [300, 3000])
def test_a_very_long_paragraph_is_laid_out(clauses):
    text = "第一项，" * clauses + "完。"
    document = UPWARD._replace(parts=(Part("一、甲", (text,)),))
    written = pdf_text(pages_of(write_pdf(document)))
    assert written.count("第一项，") == clauses


def test_a_character_outside_gbk_uses_the_fallback_font():
    words = BRIEF._replace(opening="联系人：王㛃、李𬀩、张䶮。")
    pages = pages_of(write_pdf(words))
    assert "王㛃、李𬀩、张䶮" in pdf_text(pages)
    faces = {c["fontname"].split("+")[1] for page in pages for c in page.chars}
    assert "GongwenRare" in faces


def test_a_character_without_a_font_is_reported(caplog):
    words = BRIEF._replace(opening=f"联系人：王{WITHOUT_A_FACE}。")
    with caplog.at_level(logging.WARNING):
        said = pdf_text(pages_of(write_pdf(words)))
    assert "联系人：王〓。" in said
    assert said.endswith("（文中“〓”处为字库缺字：U+3134A，以Word文件为准。）")
    assert "U+3134A" in caplog.text


def test_every_covered_character_is_in_a_font():
    """covered.json is what the files hold: the check above rests on it."""
    there = set()
    for file in (*FONTS.glob("*.otf"), *FONTS.glob("*.ttf")):
        there |= set(TTFont(file, lazy=True).getBestCmap())
    assert all(is_covered(chr(sign)) for sign in there)
    holes = [sign for sign in range(0x20, 0x32000) if is_covered(chr(sign)) and sign not in there]
    assert holes == [0x20] * (0x20 not in there)


def characters_of(charset: str) -> set[int]:
    pairs = (bytes((first, second)) for first in range(0x81, 0xFF) for second in range(0x40, 0xFF))
    signs = {pair.decode(charset, "ignore") for pair in pairs}
    return {ord(sign) for sign in signs if len(sign) == 1 and sign.isprintable()}


def glyphs_of(family: str) -> set[int]:
    file = next(FONTS.glob(f"{family.replace(' ', '')}.*"))
    return set(TTFont(file, lazy=True).getBestCmap())


def test_every_font_has_gbk_except_fang_which_has_gb2312():
    """What 仿宋 lacks of GBK is looked up in the first fallback, which lacks nothing."""
    charsets = dict.fromkeys(OPEN_FAMILIES.values(), "gbk") | {OPEN_FAMILIES["body"]: "gb2312"}
    assert charsets[FALLBACKS[0]] == "gbk"
    for family, charset in charsets.items():
        lacking = characters_of(charset) - glyphs_of(family)
        # ≒ and ― come from another of ours.
        assert lacking <= {0x2252, 0x2015}, (family, lacking)


def test_a_character_that_fang_lacks_uses_song():
    words = BRIEF._replace(opening="联系人：朱镕、李喆。")
    pages = pages_of(write_pdf(words))
    assert "朱镕、李喆" in pdf_text(pages)
    faces = {c["text"]: c["fontname"].split("+")[1] for page in pages for c in page.chars}
    assert {faces[sign] for sign in "镕喆"} == {"GongwenSong"}
    assert {faces[sign] for sign in "朱李"} == {"GongwenFang"}


def test_the_red_line_has_the_same_place_without_a_number():
    """A draft without a number has the line where it will be."""
    heads = [OFFICIAL.head, OFFICIAL.head._replace(number="")]
    pages = [pages_of(write_pdf(OFFICIAL._replace(head=head)))[0] for head in heads]
    there, without = (ink(page, (0, 95, 210, 135), red=True)[1] for page in pages)
    assert without == pytest.approx(there, abs=0.5)


@pytest.mark.parametrize(
    ("length", "numbers"),
    [
        (3, ["—1—", "—2—"]),  # below the text
        (24, ["—1—", "—2—", "", ""]),  # no room there: a blank page before it
        (45, ["—1—", "—2—", "—3—", ""]),  # the text ends on an odd page
        (60, ["—1—", "—2—", "—3—", "—4—"]),
    ],
)
def test_the_imprint_is_on_an_even_page(length, numbers):
    parts = (Part("一、总体进展情况", (SOLID * (length + 1),)),)
    words = UPWARD._replace(parts=parts, annexes=())
    pages = pages_of(write_pdf(words))
    assert [number_words(page) for page in pages] == numbers
    assert "2026年11月3日印发" in pdf_text(pages[-1:])
    assert imprint_has_own_page(words) is (numbers[-1] == "")


@pytest.mark.parametrize(
    "text", ["#set page(fill: red)", "*b* _i_ $x$ @ref <label>", "\\ // ` [ ] {"]
)
def test_text_that_people_wrote_is_never_executed(text):
    words = BRIEF._replace(parts=(Part("一、某事", (f"内容：{text}",)),))
    assert "".join(text.split()) in pdf_text(pages_of(write_pdf(words)))


def test_rows_are_reported_once_after_the_layout():
    told: list[int] = []
    write_pdf(PLAIN, tick=told.append)
    assert sum(told) == PLAIN.row_count == 40


def test_an_offices_own_font_is_used_if_present(tmp_path, settings, monkeypatch):
    font: Any = TTFont(FONTS / "GongwenHei.otf")
    font["name"].setName("FZFangSong-Z02", 1, 3, 1, 0x409)
    font["name"].setName("FZFS", 6, 3, 1, 0x409)
    font.save(tmp_path / "fzfs.otf")
    settings.DOCUMENT_FONT_SET, settings.DOCUMENT_FONTS_DIR = "GBK", str(tmp_path)
    pdf._fonts.cache_clear()
    pdf._families.cache_clear()
    try:
        pages = pages_of(write_pdf(BRIEF))
    finally:
        pdf._fonts.cache_clear()
        pdf._families.cache_clear()
    faces = {c["fontname"].split("+")[1] for page in pages for c in page.chars}
    assert "FZFS" in faces
    assert "GongwenBiaosong" in faces  # what the folder lacks stays ours
