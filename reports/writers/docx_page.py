"""Page, styles and fonts of an official document: GB/T 9704-2012, 5.2, 6, 7.3.5 and 7.5.

The standard gives millimetres and 22 lines of 28 characters. Word keeps both only with an exact
line of 28.95 pt on a grid whose character pitch is a little under the type size (measured).
Fonts are named as the readers' offices have them; what stands in for a missing one is said in the
font table. No font is shipped with the file.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.section import Section
from docx.shared import Pt, Twips
from docx.text.paragraph import Paragraph

TITLE_FACE = "方正小标宋简体"
BODY_FACE = "仿宋_GB2312"
KAI_FACE = "楷体_GB2312"
HEI_FACE = "黑体"
SONG_FACE = "宋体"
# Tried in order by a reader that lacks the face (ISO/IEC 29500-1, 17.8.3.1).
STAND_INS = {
    TITLE_FACE: "方正小标宋_GBK,FZXiaoBiaoSong-B05S,华文中宋,STZhongsong,Noto Serif CJK SC",
    BODY_FACE: "FangSong_GB2312,仿宋,FangSong,方正仿宋_GBK,FandolFang",
    KAI_FACE: "KaiTi_GB2312,楷体,KaiTi,方正楷体_GBK,AR PL KaitiM GB,FandolKai",
    HEI_FACE: "SimHei,方正黑体_GBK,Noto Sans CJK SC,WenQuanYi Zen Hei",
    SONG_FACE: "SimSun,方正书宋_GBK,Noto Serif CJK SC",
}

# Twentieths of a point.
PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838  # A4
TOP, LEFT, RIGHT, BOTTOM = 2098, 1587, 1474, 1984  # 天头37mm 订口28mm; 版心156×225mm
FOOTER = 1446  # 25.5 mm: the dash stands 7 mm below the 版心
FOOTER_ON_SIDE = 936  # the same 7 mm where the lower margin is 26 mm
LINE = 579  # 28.95 pt: 22 lines in 225 mm
CHARACTER_SPACE = -842  # 28 characters of 16 pt in 156 mm
CHARACTER = 15.79  # points, as the grid sets them
TWO_CHARACTERS = 632
TEXT_WIDTH_ON_SIDE = PAGE_HEIGHT - TOP - BOTTOM

TITLE_STYLE, BODY_STYLE, PLAIN_STYLE = "公文标题", "公文正文", "Normal"
ANNEX_STYLE, SUB_LINE_STYLE = "附件标记", "表上说明"
TABLE_STYLE, TABLE_HEAD_STYLE = "表格文字", "表格栏目"
HEADING_STYLES = ("heading 1", "heading 2", "heading 3")


def new_document(*, title: str, author: str, made_at: datetime) -> DocumentObject:
    """An empty document with our page, styles and fonts."""
    document = Document()
    _replace_styles(document)
    _replace_font_table(document)
    _settle(document)
    _fit_portrait(document.sections[0])
    about = document.core_properties
    about.title, about.author, about.last_modified_by = title, author, author
    about.comments, about.language = "", "zh-CN"
    about.created = about.modified = made_at
    return document


def number_pages(section: Section, *, header: str = "") -> None:
    """— 1 —: odd pages right, even pages left, one character in; and a line on top, if any."""
    for footer, side in ((section.footer, "right"), (section.even_page_footer, "left")):
        footer.is_linked_to_previous = False
        _page_number(footer.paragraphs[0], side)
    for head in (section.header, section.even_page_header):
        head.is_linked_to_previous = False
        head.paragraphs[0].text = header


def add_side_section(document: DocumentObject) -> Section:
    """A new page on its side: 订口 on top, the same 版心 turned."""
    section = document.add_section()
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Twips(PAGE_HEIGHT), Twips(PAGE_WIDTH)
    section.top_margin, section.bottom_margin = Twips(LEFT), Twips(RIGHT)
    section.left_margin, section.right_margin = Twips(TOP), Twips(BOTTOM)
    section.header_distance, section.footer_distance = Twips(851), Twips(FOOTER_ON_SIDE)
    return section


def _fit_portrait(section: Section) -> None:
    section.page_width, section.page_height = Twips(PAGE_WIDTH), Twips(PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Twips(TOP), Twips(BOTTOM)
    section.left_margin, section.right_margin = Twips(LEFT), Twips(RIGHT)
    section.header_distance, section.footer_distance = Twips(1134), Twips(FOOTER)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "linesAndChars")
    grid.set(qn("w:linePitch"), str(LINE))
    grid.set(qn("w:charSpace"), str(CHARACTER_SPACE))


def _page_number(paragraph: Paragraph, side: str) -> None:
    margin = f'w:{side}="280"'
    properties = parse_xml(
        f"<w:pPr {nsdecls('w')}><w:pStyle w:val='Footer'/><w:ind {margin}/>"
        f"<w:jc w:val='{side}'/></w:pPr>"
    )
    paragraph._p.insert(0, properties)
    for old in paragraph._p.findall(qn("w:pPr"))[1:]:
        paragraph._p.remove(old)
    paragraph.add_run("— ")
    field = parse_xml(
        f"<w:fldSimple {nsdecls('w')} w:instr='PAGE'><w:r><w:t>1</w:t></w:r></w:fldSimple>"
    )
    paragraph._p.append(field)
    paragraph.add_run(" —")


def _settle(document: DocumentObject) -> None:
    settings: Any = document.settings
    settings.odd_and_even_pages_header_footer = True
    element = settings.element
    for mode in element.iter(qn("w:compatSetting")):
        if mode.get(qn("w:name")) == "compatibilityMode":
            mode.set(qn("w:val"), "15")
    for language in element.iter(qn("w:themeFontLang")):
        language.set(qn("w:eastAsia"), "zh-CN")
    for zoom in element.iter(qn("w:zoom")):
        zoom.set(qn("w:percent"), "100")  # the schema wants a figure


def _replace_font_table(document: DocumentObject) -> None:
    fonts = "".join(
        f'<w:font w:name="{face}"><w:altName w:val="{others}"/><w:charset w:val="86"/>'
        f'<w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for face, others in STAND_INS.items()
    )
    part: Any = document.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    part._blob = f"{head}<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


def _replace_styles(document: DocumentObject) -> None:
    element = document.styles.element
    for child in list(element):
        element.remove(child)
    for child in parse_xml(f"<w:styles {nsdecls('w')}>{''.join(_styles())}</w:styles>"):
        element.append(child)


def _styles() -> Iterable[str]:
    yield (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_face(BODY_FACE)}{_size(16)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    body_line = f'<w:spacing w:before="0" w:after="0" w:line="{LINE}" w:lineRule="exact"/>'
    # Children of pPr in the order of the schema.
    alone = '<w:widowControl w:val="0"/>'
    plain = '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    indent = f'<w:ind w:firstLineChars="200" w:firstLine="{TWO_CHARACTERS}"/>'
    # The grid is reckoned from the type size of this style; the defaults alone do not count.
    yield _style(
        "Normal",
        "Normal",
        f'{alone}{plain}{body_line}<w:jc w:val="both"/>',
        f"{_face(BODY_FACE)}{_size(16)}",
        default=True,
    )
    yield _style("Body", BODY_STYLE, indent)
    yield _style(
        "DocTitle", TITLE_STYLE, '<w:jc w:val="center"/>', f"{_face(TITLE_FACE)}{_size(22)}"
    )
    for level, face in enumerate((HEI_FACE, KAI_FACE, BODY_FACE), start=1):
        yield _style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:keepNext/>{indent}<w:outlineLvl w:val="{level - 1}"/>',
            _face(face),
            following="Body",
        )
    yield _style("Annex", ANNEX_STYLE, '<w:outlineLvl w:val="0"/>', _face(HEI_FACE))
    off_grid = '<w:snapToGrid w:val="0"/>'
    small = '<w:spacing w:before="0" w:after="0" w:line="{}" w:lineRule="exact"/>'
    left = f'{off_grid}{small.format(290)}<w:jc w:val="left"/>'
    yield _style("Cell", TABLE_STYLE, left, _size(10.5))
    centred = f'{off_grid}{small.format(290)}<w:jc w:val="center"/>'
    yield _style("CellMid", "表格数字", centred, _size(10.5))
    apart = '<w:spacing w:before="120" w:after="120"/>'
    yield _style("TableSub", SUB_LINE_STYLE, apart, _size(10.5))
    yield _style(
        "CellHead",
        TABLE_HEAD_STYLE,
        f"<w:keepNext/>{centred}",
        f"{_face(HEI_FACE)}{_size(10.5)}",
    )
    footer = f"{_face(SONG_FACE)}{_size(14)}"
    yield _style("Footer", "footer", f"{off_grid}{small.format(280)}", footer)
    right = f'{off_grid}{small.format(320)}<w:jc w:val="right"/>'
    yield _style("Header", "header", right, f"{_face(HEI_FACE)}{_size(12)}")


def _style(
    style_id: str,
    name: str,
    paragraph: str = "",
    run: str = "",
    *,
    default: bool = False,
    following: str = "",
) -> str:
    based = "" if default else '<w:basedOn w:val="Normal"/>'
    after = f'<w:next w:val="{following}"/>' if following else ""
    mark = ' w:default="1"' if default else ""
    return (
        f'<w:style w:type="paragraph"{mark} w:styleId="{style_id}"><w:name w:val="{name}"/>'
        f"{based}{after}<w:qFormat/><w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _face(face: str) -> str:
    """Latin and Chinese in one face; the hint gives it “ ” — … too."""
    scripts = "".join(f'w:{script}="{face}" ' for script in ("ascii", "hAnsi", "eastAsia", "cs"))
    return f'<w:rFonts {scripts}w:hint="eastAsia"/>'


def _size(points: float) -> str:
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def points(value: float) -> Pt:
    """A length in points, rounded to what Word keeps."""
    return Pt(round(value, 1))
