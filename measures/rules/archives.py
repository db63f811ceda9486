"""What is inside docx, xlsx and ofd, which are zip archives of XML. Pure, and sparing of memory.

Told by the directory of the archive and the first lines of each XML part; nothing is unpacked
whole, so that a bomb does not go off while it is looked at.
"""

import struct
import zipfile
import zlib
from typing import IO
from xml.parsers import expat

from measures.choices import EvidenceKind

PARTS_MOST = 3000
DIRECTORY_MOST = 1024 * 1024
UNPACKED_MOST = 300 * 1024 * 1024
RATIO_MOST = 100  # office files come to about 10; a sheet of equal cells to about 40
SMALL = 1024 * 1024  # below this any ratio is harmless
HEAD = 64 * 1024  # a document type stands before the first element, or nowhere
_CORE = {
    "word/document.xml": EvidenceKind.DOCX,
    "xl/workbook.xml": EvidenceKind.XLSX,
    "ofd.xml": EvidenceKind.OFD,
}
_MACROS = ("vbaproject.bin", "vbadata.xml")
_END = b"PK\x05\x06"


class UnfitArchive(Exception):
    """Why an archive is not taken: the rest of a sentence that begins with its name."""


class _Root(Exception):
    """The first element was reached: no document type can follow."""


def kind_of_archive(file: IO[bytes]) -> EvidenceKind | None:
    """What the archive is, or None where it is another kind; UnfitArchive where it is harmful."""
    _demand_small_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _demand_harmless(parts)
            kind = _kind_by_parts(parts)
            if kind is not None:
                for part in parts:
                    _demand_plain_xml(archive, part)
            return kind
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, OSError, ValueError) as error:
        raise UnfitArchive("已损坏，请重新保存后再上传。") from error
    except (NotImplementedError, RuntimeError) as error:  # a method or a lock zipfile cannot open
        raise UnfitArchive("已加密或用了少见的压缩方式，请另存后再上传。") from error


def _demand_small_directory(file: IO[bytes]) -> None:
    """Asked before the directory is read: it could itself fill the memory."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 65557))  # the record and the longest remark behind it
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise UnfitArchive("已损坏，请重新保存后再上传。")
    count, length = struct.unpack("<HL", tail[at + 10 : at + 16])
    if count > PARTS_MOST or length > DIRECTORY_MOST:
        raise UnfitArchive("内含文件过多，不能接收，请精简后再上传。")


def _demand_harmless(parts: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & 0x1 for part in parts):
        raise UnfitArchive("已加密，请解除密码后再上传。")
    if len(parts) > PARTS_MOST:
        raise UnfitArchive("内含文件过多，不能接收，请精简后再上传。")
    packed = sum(part.compress_size for part in parts)
    unpacked = sum(part.file_size for part in parts)
    swells = unpacked > SMALL and unpacked > RATIO_MOST * max(packed, 1)
    if unpacked > UNPACKED_MOST or swells or any(map(_swells, parts)):
        raise UnfitArchive("解压后过大，不能接收，请另存或拆分后再上传。")
    for part in parts:
        name = part.filename.lower().replace("\\", "/")
        if name.endswith(_MACROS) or "/macrosheets/" in name:
            raise UnfitArchive("含有宏，请另存为不含宏的格式后再上传。")
        if name.startswith("/") or ".." in name.split("/"):
            raise UnfitArchive("已损坏，请重新保存后再上传。")


def _swells(part: zipfile.ZipInfo) -> bool:
    # XML of equal rows packs well: one part may swell more than the whole.
    return part.file_size > 16 * SMALL and part.file_size > 4 * RATIO_MOST * part.compress_size


def _kind_by_parts(parts: list[zipfile.ZipInfo]) -> EvidenceKind | None:
    names = {part.filename.lower() for part in parts}
    found = [kind for core, kind in _CORE.items() if core in names]
    if len(found) != 1:
        return None
    is_office = found[0] is not EvidenceKind.OFD
    return found[0] if not is_office or "[content_types].xml" in names else None


def _demand_plain_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No document type, so no entities of one's own, outer ones least of all (XXE)."""
    name = part.filename.lower()
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    with archive.open(part) as stream:
        head = stream.read(HEAD)
    if name == "[content_types].xml" and b"macroenabled" in head.lower():
        raise UnfitArchive("含有宏，请另存为不含宏的格式后再上传。")
    if _has_document_type(head):
        raise UnfitArchive("内含文档类型或实体声明，不能接收，请用办公软件另存后再上传。")


def _has_document_type(head: bytes) -> bool:
    """Asked of a real parser, since an encoding could hide the words."""
    found = []
    parser = expat.ParserCreate()

    def declare(*_: object) -> None:
        found.append(True)
        raise _Root

    def begin(*_: object) -> None:
        raise _Root

    parser.StartDoctypeDeclHandler = declare
    parser.StartElementHandler = begin
    try:
        parser.Parse(head, False)
    except _Root:
        pass
    except (expat.ExpatError, ValueError, LookupError):  # not XML as it should be: by its letters
        return b"<!" in head.replace(b"\0", b"").replace(b"<!--", b"")
    return bool(found)
