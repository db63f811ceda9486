"""Our own PostgreSQL and Valkey: where their data lies, how they are prepared and run.

Both listen on Unix sockets only, in folders closed to other accounts. The wheels' own start
functions are not used: they create users and loosen the rights of parent folders.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from dev.console import Refusal
from dev.processes import Account, Program, run_as
from dev.programs import APP, can_reach, postgres_folder, postgres_major

SOCKET_PATH_BYTES = 107
DATABASE = "policy_tracker"
OWNER = "app"
_POSTGRES_SOCKET = ".s.PGSQL.5432"
# Only for servers whose data is thrown away at the end.
# Of tables whose rows are rolled back again and again autovacuum learns that they are empty: plans
# made from that take minutes. Without it the size of the files is believed.
_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


def server_account() -> Account | None:
    """PostgreSQL refuses to run as root."""
    return Account.nobody() if os.geteuid() == 0 else None


def shelter_of(root: Path) -> Path:
    """Where things go that must be reached by another account although `root` is closed to it."""
    return Path("/var/lib") / f"{APP}-{_digest(root)}"


def home_for_data(root: Path, wanted: Path, account: Account | None) -> Path:
    wanted.mkdir(parents=True, exist_ok=True)
    if account is None or can_reach(wanted, account):
        return wanted
    shelter = data_shelter(root, wanted)
    shelter.mkdir(mode=0o755, parents=True, exist_ok=True)
    return shelter


def data_shelter(root: Path, wanted: Path) -> Path:
    """Each data folder's own: two products of one checkout never share data."""
    return shelter_of(root if wanted == root / "var" else wanted)


def socket_folder(preferred: Path, socket_name: str) -> Path:
    """`preferred`, or a short folder of our own where the path would not fit into sun_path."""
    if len(os.fsencode(preferred / socket_name)) < SOCKET_PATH_BYTES:
        return preferred
    short = Path("/tmp") / f"{APP}-{_digest(preferred)}"
    short.mkdir(mode=0o700, exist_ok=True)
    account = server_account()
    ours = {os.geteuid()} | ({account.uid} if account else set())
    if short.is_symlink() or short.stat().st_uid not in ours:
        raise Refusal(
            f"{short} 属于别的账户，不能用来放套接字。请删除它，或把项目放到较短的路径下。"
        )
    return short


def _digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:8]


@dataclass(frozen=True)
class Postgres:
    """A cluster in `folder`; `careless` gives up safety for speed and is for tests."""

    folder: Path
    binaries: Path
    account: Account | None
    careless: bool = False

    @classmethod
    def in_(
        cls, home: Path, *, root: Path, site: Path, account: Account | None, careless: bool = False
    ) -> "Postgres":
        binaries = postgres_folder(site, account, shelter_of(root))
        major = postgres_major(binaries)
        _refuse_another_major(home, major)
        return cls(home / f"postgres-{major}", binaries, account, careless)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def socket_folder(self) -> Path:
        return socket_folder(self.folder, _POSTGRES_SOCKET)

    @property
    def url(self) -> str:
        """libpq's own spelling, so that psql and pg_dump take it as well as Django does."""
        return f"postgresql://{OWNER}@/{DATABASE}?host={quote(str(self.socket_folder), safe='')}"

    def prepare(self) -> None:
        self._own(self.folder)
        self._own(self.socket_folder)
        if not self.data.exists():
            self._create()
        self._forget_stale_pid()

    def program(self, logs: Path) -> Program:
        options = ["listen_addresses=", f"unix_socket_directories={self.socket_folder}"]
        options += _CARELESS if self.careless else ()
        flags = [word for option in options for word in ("-c", option)]
        return Program(
            name="database",
            label="数据库",
            command=[self.binaries / "postgres", "-D", self.data, *flags],
            log=logs / "database.log",
            is_ready=lambda _: self.is_ready(),
            environment=_bare_environment(),
            account=self.account,
            prepare=self.prepare,
            # Fast shutdown: sessions are cut, work is kept. Throwaway data need not be kept.
            stop_signal=signal.SIGQUIT if self.careless else signal.SIGINT,
            orphan_signal=signal.SIGQUIT if self.careless else signal.SIGINT,
            patience=30.0,
        )

    def is_ready(self) -> bool:
        """The eighth line of postmaster.pid says it, which is how pg_ctl knows too."""
        lines = self._pid_lines()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        uid = self.account.uid if self.account else os.geteuid()
        if folder.stat().st_uid == uid:
            return
        if self.account is None or any(folder.iterdir()):
            raise Refusal(
                f"{folder} 属于另一个账户（uid {folder.stat().st_uid}）。"
                "上次是用别的账户启动的：请仍用那个账户启动，或换一个目录。"
            )
        os.chown(folder, self.account.uid, self.account.gid)

    def _create(self) -> None:
        """Made beside its place and then renamed: half a cluster is never taken for a whole one.

        Locale C.UTF-8 rather than C, because with C pg_trgm sees no Chinese.
        """
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        careless = ["--no-sync"] if self.careless else []
        options = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", *careless]
        self._run("initdb", "-D", str(fresh), *options)
        create = f"CREATE DATABASE {DATABASE};\n"
        self._run("postgres", "--single", "-D", str(fresh), "postgres", given=create)
        fresh.replace(self.data)

    def _run(self, program: str, *arguments: str, given: str = "") -> None:
        done = subprocess.run(
            [self.binaries / program, *arguments],
            input=given,
            capture_output=True,
            text=True,
            cwd="/",
            env=_bare_environment(),
            check=False,
            **run_as(self.account),
        )
        if done.returncode != 0:
            raise Refusal(f"{program} 没有成功：\n{(done.stderr or done.stdout)[-1500:]}")

    def _pid_lines(self) -> list[str]:
        try:
            return (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return []

    def _forget_stale_pid(self) -> None:
        """After a crash its pid may be another process's by now, or a zombie's in a container
        where nobody reaps; PostgreSQL would take either for itself, and refuse.

        A postmaster that is still ending is waited for; the supervisor's lock says that it can
        only be the last run's.
        """
        deadline = time.monotonic() + 30
        while (lines := self._pid_lines()) and _is_postmaster(int(lines[0]), self.data):
            if time.monotonic() > deadline:
                raise Refusal(f"上一次的数据库进程（{lines[0]}）一直没有结束，请先结束它。")
            time.sleep(0.05)
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        for name in (_POSTGRES_SOCKET, f"{_POSTGRES_SOCKET}.lock"):
            (self.socket_folder / name).unlink(missing_ok=True)


def _is_postmaster(pid: int, data: Path) -> bool:
    if Path("/proc/self").exists():
        try:
            return os.fsencode(data) in Path(f"/proc/{pid}/cmdline").read_bytes()
        except OSError:
            return False
    command = ["ps", "-o", "args=", "-p", str(pid)]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return str(data) in answer.stdout


def _refuse_another_major(home: Path, major: int) -> None:
    others = [path.name for path in home.glob("postgres-*") if path.name != f"postgres-{major}"]
    if others and not (home / f"postgres-{major}").exists():
        raise Refusal(
            f"{home} 里的数据是 {others[0]} 的，现在的程序是 PostgreSQL {major}，不能直接读取。"
            "请先用旧版本备份再恢复（见 docs/operations.md），或用 --fresh 从头开始。"
        )


@dataclass(frozen=True)
class Valkey:
    """Tasks wait here; with `--save` alone they would die with it, so it appends to a file."""

    folder: Path
    binary: Path
    careless: bool = False

    @property
    def socket(self) -> Path:
        return socket_folder(self.folder, "valkey.sock") / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)

    def program(self, logs: Path) -> Program:
        words = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        words += ["--dir", str(self.folder), "--save", "", "--databases", "64"]
        words += ["--appendonly", "no" if self.careless else "yes"]
        return Program(
            name="broker",
            label="消息队列",
            command=[self.binary, *words],
            log=logs / "broker.log",
            is_ready=lambda _: self.is_ready(),
            environment=_bare_environment(),
            prepare=self.prepare,
        )

    def is_ready(self) -> bool:
        """A socket appears before the file has been read back, so it is asked."""
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _bare_environment() -> dict[str, str]:
    """Nothing of ours: PGDATA, LC_ALL and the like in the user's shell must not matter."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
