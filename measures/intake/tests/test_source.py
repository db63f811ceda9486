"""Accepted sources: pasted text, txt in two encodings, docx and html with their tables."""

import time
import zipfile
from io import BytesIO

import pytest
from docx import Document

from measures.intake.reading import read_notice
from measures.intake.source import FILE_MOST_MB, UnreadableSource, read_file
from measures.intake.tests.pasted import read_pasted
from measures.intake.values import NoticeReading

TEXT = "关于办好小事的意见\n一、办事\n（一）修路灯。修好。（市城管局、市财政局负责）\n"
NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def read(name: str, data: bytes) -> NoticeReading:
    return read_notice(read_file(name, data))


def bodies(reading: NoticeReading) -> list[list[str]]:
    return [[body.name for body in item.bodies] for item in reading.items]


def packed(body: str) -> bytes:
    """Return a docx with only the body."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        words = f'<w:document xmlns:w="{NAMESPACE}"><w:body>{body}</w:body></w:document>'
        archive.writestr("word/document.xml", words)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_text_file_is_read_in_any_usual_encoding(encoding: str) -> None:
    assert bodies(read("a.txt", TEXT.encode(encoding))) == [["市城管局", "市财政局"]]


def docx_with_table() -> bytes:
    document = Document()
    document.add_paragraph("关于办好小事的通知")
    table = document.add_table(rows=4, cols=4)
    rows = (
        ("序号", "领域", "工作任务", "责任单位"),
        ("1", "照明", "修路灯", "市城管局"),
        ("2", "", "换灯泡", ""),
        ("3", "道路", "修路面", "市交通局、市财政局"),
    )
    for row, words in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    for column in (1, 3):
        table.cell(1, column).merge(table.cell(2, column))
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def test_merged_cells_of_a_docx_hold_for_each_row_they_cover() -> None:
    reading = read("a.docx", docx_with_table())
    assert bodies(reading) == [["市城管局"], ["市城管局"], ["市交通局", "市财政局"]]
    assert [item.section for item in reading.items] == ["照明", "照明", "道路"]
    assert all(body.certain for item in reading.items for body in item.bodies)


def test_two_rows_of_headings_and_bodies_below_each_other_are_read_in_a_docx() -> None:
    document = Document()
    document.add_paragraph("关于办好小事的通知")
    table = document.add_table(rows=3, cols=4)
    rows = (
        ("序号", "工作任务", "责任部门", ""),
        ("", "", "牵头", "配合"),
        ("1", "修路灯", "市城管局", "市财政局\n市交通局"),
    )
    for row, words in zip(table.rows, rows, strict=True):
        for cell, text in zip(row.cells, words, strict=True):
            cell.text = text
    for first, last in (((0, 2), (0, 3)), ((0, 0), (1, 0)), ((0, 1), (1, 1))):
        table.cell(*first).merge(table.cell(*last))
    file = BytesIO()
    document.save(file)
    (item,) = read("a.docx", file.getvalue()).items
    roles = [f"{body.name} {body.role}" for body in item.bodies]
    assert roles == ["市城管局 lead", "市财政局 support", "市交通局 support"]


def test_a_bold_heading_that_runs_into_its_text_is_read_in_a_docx() -> None:
    document = Document()
    document.add_paragraph("关于办好小事的通知")
    for title, names in (("修好路灯。", "市城管局"), ("修好路面。", "市交通局")):
        paragraph = document.add_paragraph()
        paragraph.add_run(title).bold = True
        paragraph.add_run(f"今年内全部修好，及时公布。（{names}负责）")
    file = BytesIO()
    document.save(file)
    reading = read("a.docx", file.getvalue())
    assert [item.title for item in reading.items] == ["修好路灯", "修好路面"]
    assert bodies(reading) == [["市城管局"], ["市交通局"]]


def test_spanning_cells_of_a_page_hold_for_each_row_they_cover() -> None:
    page = """<html><head><title>x</title><style>p{}</style></head><body><h1>关于办好小事的通知</h1>
    <table><tr><th>序号</th><th>工作任务</th><th>牵头单位</th><th>配合单位</th></tr>
    <tr><td>1</td><td>修路灯</td><td rowspan="2">市城管局</td><td>市财政局</td></tr>
    <tr><td>2</td><td>换灯泡</td><td>无</td></tr></table></body></html>"""
    assert bodies(read("a.html", page.encode())) == [["市城管局", "市财政局"], ["市城管局"]]


def test_paragraphs_of_a_page_are_lines() -> None:
    page = "<p>关于办好小事的意见</p><div>一、办事<br>（一）修路灯。<b>（市城管局负责）</b></div>"
    reading = read("a.htm", page.encode())
    assert bodies(reading) == [["市城管局"]]
    assert reading.title == "关于办好小事的意见"


@pytest.mark.parametrize(
    "unseen",
    [
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>、市林业局</w:t></w:r>",
        "<w:r><w:rPr><w:strike/></w:rPr><w:t>、市林业局</w:t></w:r>",
        "<w:del><w:r><w:delText>、市林业局</w:delText></w:r></w:del>",
    ],
    ids=["hidden", "struck out", "deleted"],
)
def test_words_that_no_reader_sees_name_nobody_in_a_docx(unseen: str) -> None:
    words = "<w:r><w:t>一、植树。种下。（责任单位：市园林局</w:t></w:r>"
    reading = read("a.docx", packed(f"<w:p>{words}{unseen}<w:r><w:t>）</w:t></w:r></w:p>"))
    assert bodies(reading) == [["市园林局"]]


def test_numbers_that_word_writes_itself_are_read() -> None:
    document = Document()
    for words in ("修路灯。修好。（市城管局负责）", "修路面。修好。（市交通局负责）"):
        document.add_paragraph(words, style="List Number")
    file = BytesIO()
    document.save(file)
    reading = read("a.docx", file.getvalue())
    assert bodies(reading) == [["市城管局"], ["市交通局"]]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.txt", b" \n", "空文件"),
        ("a.txt", b"x" * (FILE_MOST_MB * 1024 * 1024 + 1), "超过20MB"),
        ("a.txt", bytes(range(256)) * 9, "不是可识别的文本"),
        ("a.pdf", b"%PDF-1.7", "是PDF"),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"x", "旧版Office"),
        ("a.docx", b"PK\x03\x04" + b"x" * 99, "已损坏"),
        ("a.docx", packed("<w:p>" + "<w:r>" * 400 + "</w:r>" * 400 + "</w:p>"), "已损坏"),
        ("a.docx", packed("<w:p>"), "已损坏"),
        ("a.docx", packed("<w:p><w:r><w:t>" + "A" * 40_000_000 + "</w:t></w:r></w:p>"), "过大"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(name: str, data: bytes, words: str) -> None:
    with pytest.raises(UnreadableSource, match=words):
        read_file(name, data)


def test_a_document_that_names_entities_is_refused() -> None:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    with pytest.raises(UnreadableSource, match="实体"):
        read_file("a.docx", file.getvalue())


def notice_of(items: int) -> str:
    """A page has two items or so."""
    text = "推动各项工作，加强统筹协调，完善体制机制，到2032年底建成10个示范点。" * 8
    names = "市科技局牵头，市财政局、市教委、各区县政府按职责分工负责"
    rows = [f"{n}.第{n}件事。{text}第{n}句。（{names}）" for n in range(1, items + 1)]
    return "\n".join(["关于办好小事的意见", "一、任务", *rows])


def test_two_hundred_pages_are_read_in_two_seconds() -> None:
    text = notice_of(450)
    started = time.process_time()
    reading = read_pasted(text)
    assert time.process_time() - started < 2
    assert len(text) > 120_000
    assert len(reading.items) == 450


@pytest.mark.parametrize(
    "text",
    [
        "一、甲\n（一）" + "（" * 100_000,
        "一、甲\n（一）乙。" + "（）" * 50_000,
        "一、甲\n（一）乙。" + "（" * 50_000 + "市科技局负责" + "）" * 50_000,
        "一、甲\n（一）乙。（" + "市科技局、" * 20_000 + "市教委负责）",
        "一、甲\n（一）乙。" + "做好工作。（市科技局负责）" * 3_000,
        "一、甲\n（一）乙\n1.丙\n（1）丁\n①戊\n" * 2_000,
        "甲乙\n内容内容内容内容。（市科技局负责）\n" * 2_000,
        "一" * 200_000,
        "。" * 200_000,
        "序\n号\n" * 20_000,
        "|" * 200_000,
        "[" * 100_000 + "](" * 50_000,
        "- " * 200_000,
        "这是一句重复了很多很多遍的话而已。" * 10_000,
    ],
    ids=lambda text: text[:12],
)
def test_a_hostile_text_takes_no_more_time_than_its_length_asks(text: str) -> None:
    """Four times the text takes four times as long, whatever the machine; not sixteen times."""

    def seconds(text: str) -> float:
        started = time.process_time()
        read_pasted(text)
        return time.process_time() - started

    assert seconds(text) < 8 * seconds(text[: len(text) // 4]) + 0.5


@pytest.mark.parametrize(
    "page", ["<div>" * 200_000, "<table><tr><td>" * 20_000, "<p>&#19968;" * 9_999]
)
def test_a_hostile_page_is_read_or_refused_soon(page: str) -> None:
    started = time.process_time()
    read("a.html", page.encode() + "一、甲".encode())
    assert time.process_time() - started < 4
