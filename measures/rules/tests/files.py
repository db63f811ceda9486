"""Test files: valid ones and harmful ones."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
JPG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
XML = b'<?xml version="1.0" encoding="UTF-8"?>\n<root xmlns="x"/>'
TYPES = {"[Content_Types].xml": XML, "_rels/.rels": XML}


def archive(parts: Mapping[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        for name, content in parts.items():
            opened.writestr(name, content)
    return made.getvalue()


def docx(**more: bytes) -> bytes:
    """Return a docx with further parts; `__` in a name means a slash."""
    extra = {name.replace("__", "/"): content for name, content in more.items()}
    return archive(TYPES | {"word/document.xml": XML} | extra)


def xlsx() -> bytes:
    """Return an xlsx."""
    return archive(TYPES | {"xl/workbook.xml": XML})


def ofd() -> bytes:
    """Return an ofd."""
    return archive({"OFD.xml": XML, "Doc_0/Document.xml": XML})


def object_stream(content: bytes) -> bytes:
    """Return a PDF's object stream."""
    packed = zlib.compress(content)
    return b"2 0 obj<</Type/ObjStm/Filter/FlateDecode>>stream\n" + packed + b"\nendstream endobj\n"


def encrypted(data: bytes) -> bytes:
    """Return the archive with each part marked as encrypted."""
    marked = bytearray(data)
    at = marked.find(b"PK\x01\x02")
    while at >= 0:
        (flags,) = struct.unpack_from("<H", marked, at + 8)
        struct.pack_into("<H", marked, at + 8, flags | 1)
        at = marked.find(b"PK\x01\x02", at + 4)
    return bytes(marked)


def with_count(data: bytes, count: int) -> bytes:
    """Return the archive with a false number of parts in its directory."""
    marked = bytearray(data)
    at = marked.rfind(b"PK\x05\x06")
    struct.pack_into("<H", marked, at + 10, count)
    return bytes(marked)
