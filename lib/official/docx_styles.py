"""Styles and font table of the Word file (GB/T 9704-2012, 5.2 and 7.3), and paragraphs in them."""

from collections.abc import Iterable
from weakref import WeakKeyDictionary

from docx.document import Document as WordFile
from docx.oxml.ns import nsdecls, qn
from docx.parts.document import DocumentPart
from docx.text.paragraph import Paragraph
from lxml import etree

from lib.official.fonts import FontFace, FontFaceSet
from lib.official.geometry import GEOMETRY, Geometry

TITLE_STYLE, BODY_STYLE, PLAIN_STYLE = "公文标题", "公文正文", "Normal"
ANNEX_STYLE, SUB_LINE_STYLE = "附件标记", "表上说明"
TABLE_STYLE, TABLE_HEAD_STYLE = "表格文字", "表格栏目"
MARK_STYLE, IMPRINT_STYLE, LEGEND_STYLE = "发文机关标志", "版记", "图例"
FIGURE_STYLE, PICTURE_STYLE, UNDER_TITLE_STYLE = "图名", "图", "题下署名"
HEADING_STYLES = ("heading 1", "heading 2", "heading 3", "heading 4")
RED = "FF0000"
# No punctuation outside the edge of the 版心 and no gap between digits and characters: both would
# break the grid.
_PLAIN = '<w:overflowPunct w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
TABLE_LINE = 290  # 14.5 pt, as in Geometry
BREAKS = frozenset("\n\r\t")
_STYLE_IDS: WeakKeyDictionary[DocumentPart, dict[str, str]] = WeakKeyDictionary()


def grid_space(geometry: Geometry) -> int:
    """Return w:charSpace: how much the pitch differs from the size, in 4096ths of a point."""
    # -0.21 pt would be -860. It is a little less, because Word rounds each of the 28 characters up
    # and they must still fit in 156 mm.
    if geometry.body_pt == GEOMETRY.body_pt:
        return -842
    return round((geometry.pitch_pt - geometry.body_pt) * 4096)


def font_table(faces: FontFaceSet) -> bytes:
    """Return word/fontTable.xml: each font with the names to try if it is missing."""
    # w:altName is a list with commas, tried in order (ISO/IEC 29500-1, 17.8.3.1).
    fonts = "".join(
        f'<w:font w:name="{face.name}"><w:altName w:val="{",".join(face.stand_ins)}"/>'
        '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for face in faces
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    return f"{head}<w:fonts {nsdecls('w')}>{fonts}</w:fonts>".encode()


def styles(faces: FontFaceSet, geometry: Geometry) -> Iterable[str]:
    """Yield the children of w:styles. Word requires their children in the schema's order."""
    yield (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{face_of(faces.body)}{_size(geometry.body_pt)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        f"<w:pPrDefault><w:pPr>{_PLAIN}</w:pPr></w:pPrDefault></w:docDefaults>"
    )
    alone = '<w:widowControl w:val="0"/>'
    # Word takes the grid from the type size of this style, not from the defaults.
    yield _style(
        "Normal",
        "Normal",
        f'{alone}{_PLAIN}{exact(round(geometry.line_pt * 20))}<w:jc w:val="both"/>',
        f"{face_of(faces.body)}{_size(geometry.body_pt)}",
        default=True,
    )
    yield from _text_styles(faces, geometry)
    yield from _small_styles(faces)


def _text_styles(faces: FontFaceSet, geometry: Geometry) -> Iterable[str]:
    indent = f'<w:ind w:firstLineChars="200" w:firstLine="{round(geometry.pitch_pt * 40)}"/>'
    centre = '<w:jc w:val="center"/>'
    yield _style("Body", BODY_STYLE, indent)
    yield _style(
        "DocTitle",
        TITLE_STYLE,
        f"<w:keepNext/>{exact(round(geometry.title_line_pt * 20))}{centre}",
        f"{face_of(faces.title)}{_size(GEOMETRY.title_pt)}",
    )
    levels = (faces.hei, faces.kai, faces.body, faces.body)
    for level, face in enumerate(levels, start=1):
        yield _style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:keepNext/>{indent}<w:outlineLvl w:val="{level - 1}"/>',
            face_of(face),
            following="Body",
        )
    yield _style("Annex", ANNEX_STYLE, '<w:keepNext/><w:outlineLvl w:val="0"/>', face_of(faces.hei))
    yield _style(
        "UnderTitle",
        UNDER_TITLE_STYLE,
        f'<w:spacing w:after="{round(geometry.line_pt * 20) // 2}"/>{centre}',
        face_of(faces.kai),
    )
    yield _style("FigureHead", FIGURE_STYLE, "<w:keepNext/>", face_of(faces.hei))
    yield _style(
        "Mark",
        MARK_STYLE,
        f'<w:snapToGrid w:val="0"/>{centre}',
        f'{face_of(faces.title)}<w:color w:val="{RED}"/>',
    )


def _small_styles(faces: FontFaceSet) -> Iterable[str]:
    off_grid = '<w:snapToGrid w:val="0"/>'
    left, centre = '<w:jc w:val="left"/>', '<w:jc w:val="center"/>'
    table = _size(GEOMETRY.table_pt)
    small = _size(GEOMETRY.small_pt)
    yield _style("Cell", TABLE_STYLE, f"{off_grid}{exact(TABLE_LINE)}{left}", table)
    yield _style("CellMid", "表格数字", f"{off_grid}{exact(TABLE_LINE)}{centre}", table)
    yield _style(
        "TableSub",
        SUB_LINE_STYLE,
        '<w:keepNext/><w:spacing w:before="120" w:after="120"/>',
        table,
    )
    yield _style("Picture", PICTURE_STYLE, f"<w:keepNext/>{off_grid}{exact(440)}{centre}")
    after = '<w:spacing w:before="0" w:after="80" w:line="290" w:lineRule="exact"/>'
    yield _style("Legend", LEGEND_STYLE, f"{off_grid}{after}{left}", table)
    yield _style(
        "CellHead",
        TABLE_HEAD_STYLE,
        f"<w:keepNext/>{off_grid}{exact(TABLE_LINE)}{centre}",
        f"{face_of(faces.hei)}{table}",
    )
    yield _style("Imprint", IMPRINT_STYLE, f"{off_grid}{exact(440)}{left}", small)
    footer = f"{face_of(faces.song)}{small}"
    yield _style("Footer", "footer", f"{off_grid}{exact(280)}", footer)
    right = f'{off_grid}{exact(320)}<w:jc w:val="right"/>'
    yield _style("Header", "header", right, f"{face_of(faces.hei)}{_size(12)}")


def exact(line: int) -> str:
    """Return w:spacing for lines of exactly that height in twips."""
    return f'<w:spacing w:before="0" w:after="0" w:line="{line}" w:lineRule="exact"/>'


def face_of(face: FontFace) -> str:
    """Return w:rFonts: Latin and Chinese in one font; the hint makes it draw “ ” — … too."""
    scripts = "".join(
        f'w:{script}="{face.name}" ' for script in ("ascii", "hAnsi", "eastAsia", "cs")
    )
    return f'<w:rFonts {scripts}w:hint="eastAsia"/>'


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


def _size(points: float) -> str:
    half = round(points * 2)
    return f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>'


def add_paragraph(file: WordFile, text: str, style: str, *, kept: bool = False) -> Paragraph:
    """Add a text in a style and return its paragraph; `kept`: keep it on the next one's page."""
    # Built with lxml: python-docx searches the whole body for each paragraph.
    body = file.element.body
    element = body.makeelement(qn("w:p"))
    properties = etree.SubElement(element, qn("w:pPr"))
    etree.SubElement(properties, qn("w:pStyle")).set(qn("w:val"), _style_id(file, style))
    if kept:
        etree.SubElement(properties, qn("w:keepNext"))
    body[-1].addprevious(element)  # the last element holds the properties of the section
    paragraph = Paragraph(element, file._body)
    if BREAKS & set(text):
        paragraph.add_run(text)
    elif text:
        words = etree.SubElement(etree.SubElement(element, qn("w:r")), qn("w:t"))
        words.text = text
    return paragraph


def add_blank_lines(file: WordFile, count: int = 1) -> None:
    for _ in range(count):
        add_paragraph(file, "", PLAIN_STYLE, kept=True)


def _style_id(file: WordFile, name: str) -> str:
    ids = _STYLE_IDS.setdefault(file.part, {})
    if name not in ids:
        ids[name] = file.styles[name].style_id
    return ids[name]
