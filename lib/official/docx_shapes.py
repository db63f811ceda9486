"""Shapes at fixed positions of a Word page: red bars, text boxes. Lengths are millimetres.

Word stores such a shape as DrawingML inside a run: `wp:anchor` places it, `wps:wsp` is the shape.
Both use EMU (English Metric Units): a millimetre has 36,000.
"""

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

from lib.official.docx_styles import RED

EMU_PER_MM = 36000
_SHAPE = "http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
_NAMESPACES = (
    f'{nsdecls("w", "wp", "a")} xmlns:wps="{_SHAPE}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
)


def add_red_bar(
    paragraph: Paragraph, *, number: int, x: float, y: float, width: float, height: float
) -> None:
    """Add a red bar at x, y of the page; `number` is unique among the shapes of a file."""
    fill = f'<a:solidFill><a:srgbClr val="{RED}"/></a:solidFill><a:ln><a:noFill/></a:ln>'
    _add_anchored(
        paragraph,
        f"红线{number}",
        number,
        (x, y, width, height),
        f"<wps:cNvSpPr/><wps:spPr>{_box(width, height)}{fill}</wps:spPr><wps:bodyPr/>",
    )


def add_text_box(
    paragraph: Paragraph,
    inner: str,
    *,
    name: str,
    number: int,
    place: tuple[float, float, float, float],
    is_turned: bool = False,
) -> None:
    """Add a box for `inner`, w:p elements as XML, at `place`: x, y of the page, width, height."""
    turned = 'vert="vert" ' if is_turned else ""
    _add_anchored(
        paragraph,
        name,
        number,
        place,
        f'<wps:cNvSpPr txBox="1"/><wps:spPr>{_box(*place[2:])}<a:noFill/>'
        "<a:ln><a:noFill/></a:ln></wps:spPr>"
        f"<wps:txbx><w:txbxContent>{inner}</w:txbxContent></wps:txbx>"
        f'<wps:bodyPr {turned}wrap="square" lIns="0" tIns="0" rIns="0" bIns="0"/>',
    )


def _add_anchored(
    paragraph: Paragraph,
    name: str,
    number: int,
    place: tuple[float, float, float, float],
    shape: str,
) -> None:
    x, y, width, height = (round(value * EMU_PER_MM) for value in place)
    run = paragraph.add_run()
    # Shapes are newer than the standard of the format, so Word requires a choice between the shape
    # and a fallback for older readers, which is empty.
    run._r.append(
        parse_xml(
            f'<mc:AlternateContent {_NAMESPACES}><mc:Choice Requires="wps"><w:drawing>'
            '<wp:anchor distT="0" distB="0" distL="0" distR="0" simplePos="0" '
            f'relativeHeight="{number}" behindDoc="1" locked="0" layoutInCell="1" '
            'allowOverlap="1"><wp:simplePos x="0" y="0"/>'
            f'<wp:positionH relativeFrom="page"><wp:posOffset>{x}</wp:posOffset></wp:positionH>'
            f'<wp:positionV relativeFrom="page"><wp:posOffset>{y}</wp:posOffset></wp:positionV>'
            f'<wp:extent cx="{width}" cy="{height}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
            f'<wp:wrapNone/><wp:docPr id="{number}" name="{name}"/><wp:cNvGraphicFramePr/>'
            f'<a:graphic><a:graphicData uri="{_SHAPE}"><wps:wsp>{shape}</wps:wsp>'
            "</a:graphicData></a:graphic></wp:anchor></w:drawing></mc:Choice>"
            "<mc:Fallback/></mc:AlternateContent>"
        )
    )


def _box(width: float, height: float) -> str:
    size = f'cx="{round(width * EMU_PER_MM)}" cy="{round(height * EMU_PER_MM)}"'
    return (
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
    )
