"""The type check of every upload: evidence, closing files, sheets. Pure: no database.

The kind of a file is decided by its content, not by its name. Each refusal is a sentence that names
the file and says what to do. Source: the checklist of uploads after GB/T 22239-2019 8.1.4.4
(入侵防范).

A PDF is refused for actions other than showing its pages: their names are searched in plain text
and in object streams, where readers look for them. Encrypted content is not searched.
"""

import re
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import IO, NamedTuple

import puremagic
from django.core.files import File

from lib.errors import DomainError
from measures.choices import EvidenceKind
from measures.rules.archives import OLE, UnfitArchive, kind_of_archive

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
NAME_MOST = 120
MAGIC_BYTES = 8192
# 《保守国家秘密法》第十四条: the three grades as they are marked. Longest first.
SECRET_WORDS = ("绝密", "机密", "秘密")
_BY_ENDING = {kind.value: kind for kind in EvidenceKind} | {"jpeg": EvidenceKind.JPG}
_BY_MAGIC = {
    ".pdf": EvidenceKind.PDF,
    ".png": EvidenceKind.PNG,
    ".jpg": EvidenceKind.JPG,
    ".jpeg": EvidenceKind.JPG,
    ".jfif": EvidenceKind.JPG,
}
_ARCHIVE = b"PK\x03\x04"
ENDINGS = "、".join(EvidenceKind.values)
_FORBIDDEN = set('<>:"/\\|?*')


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


class UnfitFile(DomainError):
    """The file is refused; the message is a sentence with the reason."""


class Upload(NamedTuple):
    """A file that passed the check, with the name to show for it."""

    name: str
    kind: EvidenceKind
    file: File


def kind_of(
    name: str, file: IO[bytes], *, size: int, most_mb: int, endings: str = ENDINGS
) -> EvidenceKind:
    """Return the kind of a file by its content; raises UnfitFile if refused or the ending differs.

    `file` must be seekable; it is left at its beginning. `endings`: the endings named in a refusal.
    """
    ending = PurePosixPath(name.lower()).suffix.removeprefix(".")
    claimed = _BY_ENDING.get(ending)
    if claimed is None:
        raise UnfitFile(f"“{name}”不是可上传的格式；可上传{endings}，请另存后再上传。")
    if size <= 0:
        raise UnfitFile(f"“{name}”是空文件，请检查后再上传。")
    if size > most_mb * 1024 * 1024:
        raise UnfitFile(f"“{name}”超过{most_mb}MB，请压缩或拆分后再上传。")
    found = _told_by_content(name, file)
    file.seek(0)
    fault = fault_of_pdf(file.read()) if found is EvidenceKind.PDF else ""
    file.seek(0)
    if fault:
        raise UnfitFile(f"“{name}”{fault}")
    if found is None:
        raise UnfitFile(f"“{name}”的内容不是{ending}，可能已损坏或改过扩展名，请核对后再上传。")
    if found is not claimed:
        raise UnfitFile(f"“{name}”的内容其实是{found.value}，请改回正确的扩展名后再上传。")
    return found


def clean_name(name: str) -> str:
    """Return a name safe to show and to offer for download; the ending is kept.

    Removes folders, control and direction marks (they can fake an ending), and characters that file
    systems refuse.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(c for c in last if not unicodedata.category(c).startswith("C"))
    kept = "".join("_" if c in _FORBIDDEN else c for c in seen)
    kept = " ".join(kept.split()).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if not dot or not stem:
        return kept[:NAME_MOST] or "未命名"
    return f"{stem[: NAME_MOST - len(ending) - 1].rstrip(' .')}.{ending}"


def secret_word_in(name: str) -> str:
    """Return the grade of secrecy that a file name mentions; empty if none."""
    return next((word for word in SECRET_WORDS if word in name), "")


def _told_by_content(name: str, file: IO[bytes]) -> EvidenceKind | None:
    file.seek(0)
    start = file.read(MAGIC_BYTES)
    if start.startswith(OLE):
        raise UnfitFile(f"“{name}”已加密或是旧版格式，请解除密码、另存为docx或xlsx后再上传。")
    if start.startswith(_ARCHIVE):
        try:
            return kind_of_archive(file)
        except UnfitArchive as refusal:
            raise UnfitFile(f"“{name}”{refusal}") from refusal
    kinds = {_BY_MAGIC.get(match.extension) for match in _matches(start)} - {None}
    return kinds.pop() if len(kinds) == 1 else None


def _matches(start: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return puremagic.magic_string(start)
    except (puremagic.PureError, ValueError):
        return []
