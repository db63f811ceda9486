"""Closes var/ to other accounts: new files by the umask, those of earlier versions once."""

import os
from pathlib import Path

_OURS = ("files", "log", "uploads", "valkey")


def close_to_others(var: Path) -> None:
    """Close new files of this process to other accounts, and existing ones in `var`.

    For root, others may enter `var` but not list it: PostgreSQL runs as another account and has
    its folder, which it closes itself, inside.
    """
    os.umask(0o077)
    if var.stat().st_uid != os.geteuid():
        return
    var.chmod(0o711 if os.geteuid() == 0 else 0o700)
    for path in var.iterdir():
        if path.is_file() and not path.is_symlink():
            path.chmod(0o600)
        elif path.name in _OURS and path.stat().st_mode & 0o077:
            _close(path)


def _close(folder: Path) -> None:
    for inside, folders, files in os.walk(folder):
        for name in folders:
            os.chmod(os.path.join(inside, name), 0o700)
        for name in files:
            os.chmod(os.path.join(inside, name), 0o600)
    folder.chmod(0o700)  # last, so that an interrupted run is repeated
