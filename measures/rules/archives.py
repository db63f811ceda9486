"""Check the contents of docx, xlsx and ofd files, which are zip archives of XML. Pure.

Reads the archive's directory, and each part up to its first XML element. Nothing is unpacked to
disk or kept in memory, so that a zip bomb does no harm.
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import IO
from xml.parsers import expat

from measures.choices import EvidenceKind

PARTS_MOST = 3000
DIRECTORY_MOST = 1024 * 1024
UNPACKED_MOST = 300 * 1024 * 1024
RATIO_MOST = 100  # usual: 10 for office files, 40 for a sheet of equal cells
SMALL = 1024 * 1024  # below this any ratio is harmless
CHUNK = 64 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # macros, and office files before 2007
MACROS = "含有宏，请另存为不含宏的格式后再上传。"
DOCUMENT_TYPE = "内含文档类型或实体声明，不能接收，请用办公软件另存后再上传。"
_CORE = {
    "word/document.xml": EvidenceKind.DOCX,
    "xl/workbook.xml": EvidenceKind.XLSX,
    "ofd.xml": EvidenceKind.OFD,
}
_MACROS = ("vbaproject.bin", "vbadata.xml")
_MACRO_KINDS = ("macroenabled", "vbaproject", "macrosheet")  # in part names and references
_LISTS_OF_PARTS = (".rels", "[content_types].xml")
_XML = (".xml", ".rels", ".vml")
_BLANKS = b"\xef\xbb\xbf\xfe\xff\0 \t\r\n"  # includes byte order marks
_END = b"PK\x05\x06"


class UnfitArchive(Exception):
    """The archive is refused; the message completes a sentence that begins with the file's name."""


class _Root(Exception):
    """The first element was reached: no document type can follow."""


def kind_of_archive(file: IO[bytes]) -> EvidenceKind | None:
    """Return the kind of file, or None for any other kind; raises UnfitArchive if it is harmful."""
    _demand_small_directory(file)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            _demand_harmless(parts)
            kind = _kind_by_parts(parts)
            if kind is not None:
                for part in parts:
                    _demand_plain(archive, part)
            return kind
    except (zipfile.BadZipFile, zlib.error, EOFError, struct.error, OSError, ValueError) as error:
        raise UnfitArchive("已损坏，请重新保存后再上传。") from error
    except RuntimeError as error:  # zipfile's, for encryption and for an unsupported compression
        raise UnfitArchive("已加密或用了少见的压缩方式，请另存后再上传。") from error


def _demand_small_directory(file: IO[bytes]) -> None:
    """Check the directory's size before reading it: the directory alone could fill the memory."""
    file.seek(0, 2)
    size = file.tell()
    file.seek(max(0, size - 65557))  # end of the directory, with the longest possible comment
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
            raise UnfitArchive(MACROS)
        if name.startswith("/") or ".." in name.split("/"):
            raise UnfitArchive("已损坏，请重新保存后再上传。")


def _swells(part: zipfile.ZipInfo) -> bool:
    # XML of equal rows compresses well: a part may have a higher ratio than the whole archive.
    return part.file_size > 16 * SMALL and part.file_size > 4 * RATIO_MOST * part.compress_size


def _kind_by_parts(parts: list[zipfile.ZipInfo]) -> EvidenceKind | None:
    names = {part.filename.lower() for part in parts}
    found = [kind for core, kind in _CORE.items() if core in names]
    if len(found) != 1:
        return None
    is_office = found[0] is not EvidenceKind.OFD
    return found[0] if not is_office or "[content_types].xml" in names else None


def _demand_plain(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuse a part that has a document type (its entities allow XXE attacks) or macros.

    A part may have any name. So XML is also recognised by its first bytes, and macros by their
    content and by the parts that refer to them.
    """
    name = part.filename.lower()
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_document_type
    parser.StartElementHandler = _refuse_macros if name.endswith(_LISTS_OF_PARTS) else _stop
    with archive.open(part) as stream:
        chunk = stream.read(CHUNK)
        if chunk.startswith(OLE) and "embeddings/" not in name:
            raise UnfitArchive(MACROS)
        if not name.endswith(_XML) and chunk.strip(_BLANKS)[:1] not in (b"<", b""):
            return
        try:
            while chunk:
                parser.Parse(chunk, False)
                chunk = stream.read(CHUNK)
            # Newer versions of expat read some of it only when told that it ends here.
            parser.Parse(b"", True)
        except _Root:
            pass
        except (expat.ExpatError, ValueError, LookupError):  # not well-formed XML
            if _has_declaration(chunk, stream):
                raise UnfitArchive(DOCUMENT_TYPE) from None


def _refuse_document_type(*_: object) -> None:
    raise UnfitArchive(DOCUMENT_TYPE)


def _refuse_macros(_: str, attributes: Mapping[str, str]) -> None:
    kind = (attributes.get("ContentType", "") + attributes.get("Type", "")).lower()
    if any(word in kind for word in _MACRO_KINDS):
        raise UnfitArchive(MACROS)


def _stop(*_: object) -> None:
    raise _Root


def _has_declaration(chunk: bytes, stream: IO[bytes]) -> bool:
    """Whether bytes that the XML parser could not read contain a declaration (`<!`)."""
    before = b""
    while chunk:
        letters = (before + chunk).replace(b"\0", b"")
        if b"<!" in letters.replace(b"<!--", b""):
            return True
        before, chunk = letters[-4:], stream.read(CHUNK)
    return False
