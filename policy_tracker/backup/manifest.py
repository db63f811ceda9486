"""The contents of a backup, written beside it; a restore is compared with them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from cattrs import BaseValidationError
from cattrs.preconf.json import make_converter
from django.utils.timezone import localtime

from lib.errors import DomainError

FORMAT = 1
DUMP, FILES, MANIFEST = "database.dump", "files.tar", "manifest.json"

_converter = make_converter()


class BackupError(DomainError):
    """Why there is no backup, no restore or no rehearsal, as a sentence for the operator."""


@dataclass(frozen=True)
class BackupPart:
    """One of the two files of a backup as stored (encrypted if the backup is)."""

    size: int  # bytes
    sha256: str


@dataclass(frozen=True)
class Manifest:
    made_at: datetime
    encryption: str  # "", "age" or "gpg"
    parts: Mapping[str, BackupPart]
    rows: Mapping[str, int]  # table → rows at the moment of the dump
    files: Mapping[str, str]  # name in the storage → SHA-256
    migrations: Mapping[str, list[str]]  # app → applied migrations
    # Files named by rows that were missing or altered when they should have been copied.
    faults: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def size(self) -> int:
        return sum(part.size for part in self.parts.values())


def backup_name(at: datetime) -> str:
    """Return the name of a backup's folder; names sort by time."""
    return f"{localtime(at):%Y%m%d-%H%M%S}"


def write_manifest(manifest: Manifest, folder: Path) -> None:
    (folder / MANIFEST).write_text(
        _converter.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8"
    )


def read_manifest(folder: Path) -> Manifest:
    """Return a backup's manifest. Raises BackupError if this version cannot read one there."""
    try:
        found = _converter.loads((folder / MANIFEST).read_text(encoding="utf-8"), Manifest)
    except OSError:
        raise BackupError(f"{folder}里没有备份（缺{MANIFEST}）。") from None
    except (ValueError, BaseValidationError):
        raise BackupError(f"{folder}的{MANIFEST}读不出来，备份不完整或被改动。") from None
    if found.format != FORMAT:
        raise BackupError(f"备份的格式是{found.format}，本版只能读{FORMAT}。")
    return found


def part_of(path: Path) -> BackupPart:
    with path.open("rb") as stored:
        return BackupPart(path.stat().st_size, hashlib.file_digest(stored, "sha256").hexdigest())


def check_parts(manifest: Manifest, folder: Path) -> None:
    """Raise BackupError if a part is missing or differs from what was written."""
    for name, part in manifest.parts.items():
        if not (folder / name).is_file():
            raise BackupError(f"备份里缺{name}。")
        if part_of(folder / name) != part:
            raise BackupError(f"备份里的{name}与当时写下的校验值不符，已损坏或被改动。")
