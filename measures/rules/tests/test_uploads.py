"""Which files are accepted as evidence, and the messages for refused ones."""

import io
import random
import zipfile

import pytest

from measures.choices import EvidenceKind
from measures.rules.archives import PARTS_MOST
from measures.rules.tests.files import (
    JPG,
    OLE,
    PDF,
    PNG,
    TYPES,
    XML,
    archive,
    docx,
    encrypted,
    object_stream,
    ofd,
    with_count,
    xlsx,
)
from measures.rules.uploads import UNPACKED_MOST, UnfitFile, clean_name, kind_of, secret_word_in

MOST = 20


def told(name: str, data: bytes) -> EvidenceKind:
    return kind_of(name, io.BytesIO(data), size=len(data), most_mb=MOST)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("报告.docx", docx(), EvidenceKind.DOCX),
        ("台账.XLSX", xlsx(), EvidenceKind.XLSX),
        ("通知.pdf", PDF, EvidenceKind.PDF),
        ("通知.pdf", PDF + object_stream(b"<</S/GoTo>>") + b"/JavaScripted", EvidenceKind.PDF),
        ("公式.docx", docx(**{"word__embeddings__oleObject1.bin": OLE}), EvidenceKind.DOCX),
        ("公文.ofd", ofd(), EvidenceKind.OFD),
        ("照片.jpg", JPG, EvidenceKind.JPG),
        ("照片.jpeg", JPG, EvidenceKind.JPG),
        ("截图.png", PNG, EvidenceKind.PNG),
    ],
)
def test_what_is_what_it_says_is_taken(name, data, kind):
    assert told(name, data) == kind


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>'
HIDDEN = DOCTYPE.decode().replace('version="1.0"', 'version="1.0" encoding="UTF-16"')
BOTH = {"word/document.xml": XML, "xl/workbook.xml": XML}
LATE = b"<!--" + b"x" * 200_000 + b"-->" + DOCTYPE.partition(b"?>")[2]
TO_MACRO = (
    XML[:-2] + b'><r Type="http://schemas.microsoft.com/x/vba&#80;roject" Target="a"/></root>'
)
REFUSED = [
    ("程序.exe", b"MZ", "“程序.exe”不是可上传的格式；可上传docx、xlsx、pdf、ofd、jpg、png，"),
    ("没有扩展名", PDF, "不是可上传的格式"),
    ("启用宏.docm", docx(), "不是可上传的格式"),
    ("空.pdf", b"", "“空.pdf”是空文件，请检查后再上传。"),
    ("改名.pdf", b"MZ\x90\x00" + b"\0" * 200, "“改名.pdf”的内容不是pdf，可能已损坏或改过扩展名"),
    ("改名.jpg", PNG, "“改名.jpg”的内容其实是png，请改回正确的扩展名后再上传。"),
    ("改名.docx", xlsx(), "“改名.docx”的内容其实是xlsx"),
    ("改名.docx", PDF, "内容其实是pdf"),
    ("网页.png", b"<html><script>alert(1)</script>", "的内容不是png"),
    ("压缩包.docx", archive({"a.txt": b"a"}), "的内容不是docx"),
    ("两样.docx", archive(TYPES | BOTH), "的内容不是"),
    ("没有目录.docx", archive({"word/document.xml": XML}), "的内容不是docx"),
    ("旧版.docx", OLE, "“旧版.docx”已加密或是旧版格式，请解除密码、另存为docx或xlsx后再上传。"),
    ("加密.docx", encrypted(docx()), "“加密.docx”已加密，请解除密码后再上传。"),
    ("宏.xlsx", archive(TYPES | {"xl/workbook.xml": XML, "xl/vbaProject.bin": b"x"}), "含有宏"),
    ("宏.xlsx", archive(TYPES | {"xl/workbook.xml": XML, "xl/macrosheets/s.xml": XML}), "含有宏"),
    ("外部实体.docx", archive(TYPES | {"word/document.xml": DOCTYPE}), "文档类型或实体声明"),
    ("外部实体.xlsx", archive(TYPES | {"xl/workbook.xml": XML, "xl/s.xml": DOCTYPE}), "实体声明"),
    ("换编码.docx", archive(TYPES | {"word/document.xml": HIDDEN.encode("utf-16")}), "实体声明"),
    ("很晚.docx", docx(**{"word__late.xml": LATE}), "文档类型或实体声明"),
    ("别名.docx", docx(word__settings=DOCTYPE), "文档类型或实体声明"),
    ("别名.docx", docx(word__settings=b" " * 200_000 + DOCTYPE), "文档类型或实体声明"),
    ("改名的宏.docx", docx(word__extra=OLE), "“改名的宏.docx”含有宏"),
    ("改名的宏.docx", docx(**{"word___rels__document.xml.rels": TO_MACRO}), "含有宏"),
    ("脚本.pdf", PDF + b"<</S/JavaScript/JS(app.alert(1))>>", "“脚本.pdf”内含脚本或启动程序的动作"),
    ("脚本.pdf", PDF + b"<</S /Java#53cript>>", "内含脚本"),
    ("脚本.pdf", PDF + object_stream(b"<</S/JavaScript>>"), "内含脚本"),
    ("启动.pdf", PDF + b"<</S/Launch/F(cmd.exe)>>", "内含脚本或启动程序的动作"),
    ("炸弹.pdf", PDF + object_stream(b" " * (UNPACKED_MOST + 1)), "“炸弹.pdf”解压后过大"),
    ("网页.pdf", b"%PDF-1.7\n<HTML><script>alert(1)</script>" + PDF, "“网页.pdf”夹有网页内容"),
    ("路径.ofd", archive({"OFD.xml": XML, "../../etc/x": b"x"}), "已损坏"),
    ("半截.docx", docx()[:-30], "“半截.docx”已损坏，请重新保存后再上传。"),
    ("半截.docx", docx()[:200], "已损坏"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "sentence"), REFUSED)
def test_the_rest_is_refused_with_a_sentence_that_names_it(name, data, sentence):
    with pytest.raises(UnfitFile) as refusal:
        told(name, data)
    assert sentence in str(refusal.value)
    assert str(refusal.value).startswith(f"“{name}”")
    assert str(refusal.value).endswith("。")


def test_the_limit_itself_is_taken_and_a_byte_more_is_not():
    at_most = MOST * 1024 * 1024
    assert kind_of("大.pdf", io.BytesIO(PDF), size=at_most, most_mb=MOST) == EvidenceKind.PDF
    with pytest.raises(UnfitFile, match="“大.pdf”超过20MB，请压缩或拆分后再上传。"):
        kind_of("大.pdf", io.BytesIO(PDF), size=at_most + 1, most_mb=MOST)


def test_a_bomb_is_told_by_what_it_says_of_itself():
    bomb = archive(TYPES | {"word/document.xml": b"\0" * (64 * 1024 * 1024)})
    assert len(bomb) < 100_000
    with pytest.raises(UnfitFile, match="“炸弹.docx”解压后过大"):
        told("炸弹.docx", bomb)


def test_a_bomb_beside_a_large_picture_is_told_too():
    noise = random.Random(1).randbytes(2 * 1024 * 1024)
    bomb = archive(
        TYPES
        | {
            "word/document.xml": XML,
            "word/media/a.png": noise,
            "word/b.xml": b" " * (40 * 1024 * 1024),
        }
    )
    with pytest.raises(UnfitFile, match="解压后过大"):
        told("夹带.docx", bomb)


def test_a_small_part_that_packs_well_is_no_bomb():
    assert told("整齐.docx", docx(word__b=b" " * 500_000)) == EvidenceKind.DOCX


@pytest.mark.parametrize("count", [PARTS_MOST + 1, 0xFFFF])
def test_a_directory_too_long_is_not_even_read(count, monkeypatch):
    data = with_count(docx(), count)
    monkeypatch.setattr(zipfile, "ZipFile", None)  # would fail
    with pytest.raises(UnfitFile, match="内含文件过多"):
        told("许多.docx", data)


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("统计表.xlsx", "统计表.xlsx"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\桌面\\统计 表.xlsx", "统计 表.xlsx"),
        ("行\r\n头: x.pdf", "行头_ x.pdf"),
        ("报表\u202efdp.exe", "报表fdp.exe"),
        ("  .隐藏.pdf", "隐藏.pdf"),
        ('问<号>"?*.pdf', "问_号____.pdf"),
        ("", "未命名"),
        ("长" * 200 + ".pdf", "长" * 116 + ".pdf"),
    ],
)
def test_names_are_made_fit_to_be_shown(name, clean):
    assert clean_name(name) == clean


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("关于…的通知（机密★1年）.pdf", "机密"),
        ("绝密.docx", "绝密"),
        ("秘密.pdf", "秘密"),
        ("密码.pdf", ""),
    ],
)
def test_a_name_that_speaks_of_secrets_is_noticed(name, word):
    assert secret_word_in(name) == word
