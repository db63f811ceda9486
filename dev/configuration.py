"""The user's settings, from the environment or .env, and those that we add.

settings.py reads the same two places; there too the environment takes precedence.
"""

import os
import re
import secrets
import shlex
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

_LINE = re.compile(r"(?:export )?([A-Za-z_0-9]+)=(.*)")
_NOTED = (
    *("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL"),
    *("SECRET_KEY", "DATA_KEYS", "VAR_DIR"),
)


def configured(root: Path) -> dict[str, str]:
    told = _read_dotenv(root / ".env") | os.environ
    return {name: value for name, value in told.items() if value}


def _read_dotenv(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    found = (_LINE.fullmatch(line) for line in file.read_text(encoding="utf-8").splitlines())
    return {match[1]: _unquoted(match[2]) for match in found if match}


def _unquoted(value: str) -> str:
    """Remove quotes as django-environ does; a line has no comment at its end."""
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value


def var_folder(root: Path, settings: Mapping[str, str]) -> Path:
    return (root / settings.get("VAR_DIR", "var")).resolve()


def secret_key(var: Path) -> str:
    """Return the secret key; created at the first start, with rights for us only."""
    file = var / "secret_key"
    if not file.exists():
        _write_privately(file, secrets.token_urlsafe(50))
    return file.read_text(encoding="utf-8")


def data_keys(var: Path) -> str:
    """Return the keys that encrypt telephone numbers: one per line, the newest first.

    The first one is created at the first start. Backups do not contain them. A Fernet key is 32
    bytes in base 64.
    """
    file = var / "data_keys"
    if not file.exists():
        _write_privately(file, urlsafe_b64encode(secrets.token_bytes(32)).decode())
    return ",".join(file.read_text(encoding="utf-8").split())


def note_environment(var: Path, settings: Mapping[str, str]) -> None:
    """Write them for manage.py in a second terminal: `set -a; . var/environment; set +a`."""
    lines = [f"{name}={shlex.quote(settings[name])}\n" for name in _NOTED if name in settings]
    _write_privately(var / "environment", "".join(lines))


def _write_privately(file: Path, text: str) -> None:
    fresh = file.with_name(f"{file.name}.new")
    fresh.unlink(missing_ok=True)
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(text)
    fresh.replace(file)
