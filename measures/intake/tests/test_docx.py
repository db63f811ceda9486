"""Documents as Word and WPS make them: automatic numbers, and tables inside tables."""

import zipfile
from io import BytesIO

import pytest

from measures.intake.reading import read_notice
from measures.intake.source import read_file

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
ROADS, BRIDGES, MONEY = "修路。（县交通局负责）", "架桥。（县住建局负责）", "资金。（县财政局负责）"


def items(body: str, numbering: str = "", styles: str = "") -> list[tuple[str, str, list[str]]]:
    """Return each item's label, title and bodies with their roles."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        document = f"<w:document {W}><w:body>{body}</w:body></w:document>"
        archive.writestr("word/document.xml", document)
        archive.writestr("word/numbering.xml", f"<w:numbering {W}>{numbering}</w:numbering>")
        archive.writestr("word/styles.xml", f"<w:styles {W}>{styles}</w:styles>")
    reading = read_notice(read_file("a.docx", file.getvalue()))
    return [
        (one.label, one.title, [f"{body.name} {body.role}" for body in one.bodies])
        for one in reading.items
    ]


def p(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def number(key: int, level: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{key}"/></w:numPr>'


def level(at: int, form: str, words: str, more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{words}"/></w:lvl>'
    )


def numbered(levels: str, *overrides: str) -> str:
    """Return one list with as many of its own numbers as there are overrides."""
    numbers = (
        f'<w:num w:numId="{key}"><w:abstractNumId w:val="0"/>{one}</w:num>'
        for key, one in enumerate(overrides, 1)
    )
    return f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{"".join(numbers)}'


def table(*rows: tuple[str, ...]) -> str:
    lines = (
        "".join(f"<w:tc>{one if one.startswith('<') else p(one)}</w:tc>" for one in row)
        for row in rows
    )
    return f"<w:tbl>{''.join(f'<w:tr>{line}</w:tr>' for line in lines)}</w:tbl>"


def style(key: str, properties: str, base: str = "") -> str:
    based = f'<w:basedOn w:val="{base}"/>' if base else ""
    return f'<w:style w:styleId="{key}">{based}<w:pPr>{properties}</w:pPr></w:style>'


def test_a_style_takes_its_number_from_the_style_that_it_is_based_on() -> None:
    styles = style("own", "", "inner") + style("inner", number(1, 1)) + style("outer", number(1))
    levels = level(0, "chineseCounting", "%1、") + level(1, "decimal", "%1.%2", "<w:isLgl/>")
    section, task = '<w:pStyle w:val="outer"/>', '<w:pStyle w:val="own"/>'
    body = p("任务", section) + p(ROADS, task) + p(BRIDGES, task) + p("保障", section)
    found = items(body + p(MONEY, task), numbered(levels, ""), styles)
    assert [label for label, *_ in found] == ["1.1", "1.2", "2.1"]


def test_numbers_of_one_list_count_together_until_one_begins_anew() -> None:
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    body = p("一、任务") + p(ROADS, number(1)) + p(BRIDGES, number(2)) + p("二、保障")
    numbering = numbered(level(0, "chineseCounting", "（%1）"), "", "", again)
    found = items(body + p(MONEY, number(3)), numbering)
    assert [label for label, *_ in found] == ["（一）", "（二）", "（一）"]


HEAD = ("序号", "任务", "责任单位")


@pytest.mark.parametrize(
    ("cell", "bodies"),
    [
        (table(("县交通局",), ("县财政局",)), ["县交通局 lead", "县财政局 responsible"]),
        (table(("牵头", "县住建局"), ("配合", "县水利局")), ["县住建局 lead", "县水利局 support"]),
        (p("县林业局") + p("各乡镇"), ["县林业局 lead", "各乡镇 responsible"]),
    ],
)
def test_a_table_inside_a_cell_is_part_of_the_cell(cell: str, bodies: list[str]) -> None:
    assert items(table(HEAD, ("1", "修路", cell))) == [("1", "修路", bodies)]


def test_a_table_of_one_cell_only_frames_its_text() -> None:
    inside = p("一、任务") + p(f"（一）{ROADS}") + p(f"（二）{BRIDGES}")
    found = items(table((inside + table(("甲", "乙")),)))
    assert [label for label, *_ in found] == ["（一）", "（二）"]


def test_an_automatic_number_can_be_all_that_a_cell_contains() -> None:
    cell = p("", number(1))
    rows = ((cell, "修路", "县交通局"), (cell, "架桥", "县住建局"))
    found = items(table(HEAD, *rows), numbered(level(0, "decimal", "%1"), ""))
    assert [(label, title) for label, title, _ in found] == [("1", "修路"), ("2", "架桥")]
