"""Files that must be refused: each with its message, and nothing stored."""

import zipfile
from io import BytesIO
from random import Random

import pytest
from django.core.files.storage import default_storage
from openpyxl import Workbook

from agencies.permissions import Role
from measures.models import SheetImport
from measures.sheets import forms
from measures.sheets.tests.sheets import file_of
from measures.tests.factories import make_agency, make_filing, make_measure, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen")]


@pytest.fixture
def filing(client):
    agency = make_agency(name="市农业农村委")
    client.force_login(make_user(Role.LIAISON, agency))
    return make_filing(measure=make_measure(lead=agency))


def workbook(**parts: bytes) -> bytes:
    """Return a valid workbook with parts replaced or added (`__` for / and `_dot_` for .)."""
    book, out = BytesIO(), BytesIO()
    Workbook().save(book)
    named = {name.replace("__", "/").replace("_dot_", "."): data for name, data in parts.items()}
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename not in named:
                new.writestr(part.filename, old.read(part))
        for name, data in named.items():
            new.writestr(name, data)
    return out.getvalue()


def bomb() -> bytes:
    return workbook(xl__worksheets__sheet1_dot_xml=b" " * (400 * 1024 * 1024 // 8))


def styles(count: int) -> bytes:
    """Return so many styles that their compression ratio is like a normal workbook's."""
    numbers = Random(1)
    many = "".join(f'<xf numFmtId="{numbers.getrandbits(40)}"/>' for _ in range(count))
    return f"<styleSheet><cellXfs>{many}</cellXfs></styleSheet>".encode()


def ranges(count: int) -> bytes:
    numbers = Random(1)
    return b" ".join(b"A%d" % numbers.getrandbits(20) for _ in range(count))


MERGE = b'<worksheet><mergeCells><mergeCell ref="%s"/></mergeCells></worksheet>'
RANGES = b'<worksheet><dataValidation sqref="%s"/></worksheet>'
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
HOSTILE = {
    "not a zip": (lambda: b"hello", "a.xlsx", "内容不是xlsx"),
    "empty": (lambda: b"", "a.xlsx", "空文件"),
    "renamed": (lambda: workbook(), "a.docx", "其实是xlsx"),
    "another ending": (lambda: workbook(), "a.exe", "不是可上传的格式；可上传xlsx，"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "a.xlsx", "a.xlsx”"),
    "old or encrypted": (lambda: OLE + b"\0" * 600, "a.xlsx", "旧版"),
    "cut off": (lambda: workbook()[:-40], "a.xlsx", "已损坏"),
    "macro": (lambda: workbook(xl__vbaProject_dot_bin=b"x"), "a.xlsx", "含有宏"),
    "external links": (
        lambda: workbook(xl__externalLinks__externalLink1_dot_xml=b"<x/>"), "a.xlsx", "外部数据",
    ),
    "connections": (lambda: workbook(xl__connections_dot_xml=b"<x/>"), "a.xlsx", "外部数据"),
    "embedded": (lambda: workbook(xl__embeddings__o_dot_bin=b"x"), "a.xlsx", "嵌入"),
    "xxe": (lambda: workbook(xl__workbook_dot_xml=XXE), "a.xlsx", "实体"),
    "xxe in utf-16": (
        lambda: workbook(xl__workbook_dot_xml=XXE.decode().encode("utf-16")), "a.xlsx", "实体",
    ),
    "styles": (lambda: workbook(xl__styles_dot_xml=styles(60_000)), "a.xlsx", "过于复杂"),
    "styles under a sheet's name": (
        lambda: workbook(xl__worksheets__s_dot_xml=styles(500_000)), "a.xlsx", "过于复杂",
    ),
    "heavy behind what is broken": (
        lambda: workbook(a_dot_xml=b"<a", xl__styles_dot_xml=styles(60_000)), "a.xlsx", "过于复杂",
    ),
    "names of ranges": (
        lambda: workbook(xl__workbook_dot_xml=styles(60_000)), "a.xlsx", "过于复杂",
    ),
    "a merge of a million cells": (
        lambda: workbook(xl__worksheets__s_dot_xml=MERGE % b"A1:CV9999"), "a.xlsx", "过于复杂",
    ),
    "a merge of whole columns": (
        lambda: workbook(xl__worksheets__s_dot_xml=MERGE % b"A:XFD"), "a.xlsx", "过于复杂",
    ),
    "lists of ranges": (
        lambda: workbook(xl__worksheets__s_dot_xml=RANGES % ranges(80_000)), "a.xlsx", "过于复杂",
    ),
    "bomb": (bomb, "a.xlsx", "解压后过大"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence_and_nothing_is_stored(client, filing, name):
    build, called, words = HOSTILE[name]
    response = client.post("/filings/sheets/", {"file": file_of(build(), called)})
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert page.count("请") > 0
    assert not SheetImport.objects.exists()
    folder = default_storage.path("sheets")
    assert not default_storage.exists(folder) or not _files_of_now(folder)


def _files_of_now(folder: str) -> set[str]:
    """Return files that no row names; other tests' rows are rolled back, their files stay."""
    return set(default_storage.listdir(folder)[1]) - STANDING


STANDING: set[str] = set()


@pytest.fixture(autouse=True)
def _what_lay_there_before():
    STANDING.clear()
    if default_storage.exists("sheets"):
        STANDING.update(default_storage.listdir("sheets")[1])


def test_too_large_is_refused(client, filing, monkeypatch):
    monkeypatch.setattr(forms, "MOST_MB", 0)
    response = client.post("/filings/sheets/", {"file": file_of(workbook())})
    assert response.status_code == 422
    assert "超过0MB" in response.content.decode()


@pytest.mark.parametrize("encoding", [b"gbk", b"nonsense"])
def test_a_part_in_a_strange_encoding_is_left_to_the_reader(client, filing, encoding):
    part = b'<?xml version="1.0" encoding="%s"?><x/>' % encoding
    content = workbook(xl__x_dot_xml=part)
    assert client.post("/filings/sheets/", {"file": file_of(content)}).status_code == 302


def test_without_a_file_the_form_says_so(client, filing):
    response = client.post("/filings/sheets/", {})
    assert response.status_code == 422
    assert "请选择填好的文件后再上传。" in response.content.decode()
