"""Check a PDF for actions other than showing its pages. Pure.

Searches for action names in plain text and in object streams, where PDF readers look for them.
Encrypted content, or content not compressed with Flate, is not searched.
"""

import re
import zlib
from collections.abc import Iterator

ACTS = "内含脚本或启动程序的动作，不能接收，请另存或打印为不含脚本的PDF后再上传。"
TWO_IN_ONE = "夹有网页内容，不是单纯的PDF，不能接收，请重新导出PDF后再上传。"
TOO_LARGE = "解压后过大，不能接收，请另存或拆分后再上传。"
START = 8192  # browsers that guess the type read no further
UNPACKED_MOST = 100 * 1024 * 1024  # of all object streams together
_DICTIONARY_MOST = 1024
_ACTS = re.compile(rb"/(?:JavaScript|Launch)(?![A-Za-z0-9])")  # ISO 32000-1, 12.6.4
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|script|iframe|svg)\b", re.IGNORECASE)
_STREAM = re.compile(rb"stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")  # in names: /Java#53cript


class _TooLarge(Exception):
    """The object streams exceed the limit."""


def fault_of_pdf(data: bytes) -> str:
    """Return why a PDF is refused, to follow its name in a sentence; empty if it is accepted."""
    if not data.startswith(b"%PDF-") or _MARKUP.search(data[:START]):
        return TWO_IN_ONE
    if _ACTS.search(_spelled(data)):
        return ACTS
    try:
        return ACTS if any(_ACTS.search(_spelled(one)) for one in _object_streams(data)) else ""
    except _TooLarge:
        return TOO_LARGE


def _spelled(data: bytes) -> bytes:
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)


def _object_streams(data: bytes) -> Iterator[bytes]:
    left = UNPACKED_MOST
    for stream in _STREAM.finditer(data):
        dictionary = data[max(0, stream.start() - _DICTIONARY_MOST) : stream.start()]
        if b"/ObjStm" not in _spelled(dictionary[dictionary.rfind(b" obj") :]):
            continue
        try:
            unpacked = zlib.decompressobj().decompress(memoryview(data)[stream.end() :], left)
        except zlib.error:
            continue
        left -= len(unpacked)
        if left <= 0:
            raise _TooLarge
        yield unpacked
