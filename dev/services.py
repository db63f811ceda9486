"""Our own PostgreSQL and Valkey: where their data are, how they are prepared and run.

Both listen on Unix sockets only, in folders closed to other accounts. The wheels' own start
functions are not used: they create users and give more rights on parent folders.
"""

import hashlib
import os
import pwd
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
from dev.programs import APP, can_enter, postgres_folder, postgres_major

SOCKET_PATH_BYTES = 107
ANSWER_WITHIN = 5.0
# Beijing time for all logs, in POSIX notation: a small machine may have no time zone files.
LOCAL_TIME = "CST-8"
DATABASE = "policy_tracker"
# The cluster's first role, which only `manage.py prepare` uses, and the role of everything else:
# `prepare` gives it its rights, which do not include changing the audit trail.
OWNER, APP_ROLE = "app", "policy_app"
# Peer authentication: PostgreSQL admits only our own account of the machine, without a password.
_MAP = "ours"
_HBA = f"local all all peer map={_MAP}\n"
# A throwaway server may have a replica, which runs as the same account.
_HBA_CARELESS = f"{_HBA}local replication {OWNER} peer map={_MAP}\n"
_POSTGRES_SOCKET = ".s.PGSQL.5432"
# Only for servers whose data are thrown away at the end. No autovacuum: for tables whose rows are
# always rolled back it records that they are empty, and plans based on that take minutes. Without
# it the planner uses the size of the files.
_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")


def server_account() -> Account | None:
    """Return the account for PostgreSQL if we are root, as which it refuses to run; else None."""
    return Account.nobody() if os.geteuid() == 0 else None


def shelter_of(root: Path) -> Path:
    """Return the folder for files that another account needs if it cannot enter `root`."""
    return Path("/var/lib") / f"{APP}-{_digest(root)}"


def home_for_data(root: Path, wanted: Path, account: Account | None) -> Path:
    """Return where the cluster is; for a new one `wanted`, or a folder the server can enter."""
    wanted.mkdir(parents=True, exist_ok=True)
    if account is None:
        return wanted
    shelter = data_shelter(root, wanted)
    homes = [home for home in (wanted, shelter) if any(home.glob("postgres-*"))]
    if len(homes) == 1:
        return homes[0]
    if can_enter(wanted, account):
        return wanted
    shelter.mkdir(parents=True, exist_ok=True)
    shelter.chmod(0o755)
    return shelter


def data_shelter(root: Path, wanted: Path) -> Path:
    """Return a separate folder for each data folder: two products of a checkout share no data."""
    return shelter_of(root if wanted == root / "var" else wanted)


def socket_folder(preferred: Path, socket_name: str) -> Path:
    """Return `preferred`, or our own short folder if the path is too long for sun_path."""
    if len(os.fsencode(preferred / socket_name)) < SOCKET_PATH_BYTES:
        return preferred
    # Its owner, and that it is not a link, are checked below.
    short = Path("/tmp") / f"{APP}-{_digest(preferred)}"  # noqa: S108
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
    """A cluster in `folder`; `careless` trades safety for speed and is for tests."""

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
        """The application's URL; on throwaway servers the owner's, as the suite makes databases."""
        return self.owner_url if self.careless else self._url_of(APP_ROLE)

    @property
    def owner_url(self) -> str:
        return self._url_of(OWNER)

    def _url_of(self, role: str) -> str:
        """Return a URL as libpq writes it, so that psql and pg_dump accept it as Django does."""
        return f"postgresql://{role}@/{DATABASE}?host={quote(str(self.socket_folder), safe='')}"

    def prepare(self) -> None:
        self._own(self.folder)
        self._own(self.socket_folder)
        if not self.data.exists():
            self._create()
        self._admit_only_us()
        self._forget_stale_pid()

    def program(self, logs: Path) -> Program:
        options = ["listen_addresses=", f"unix_socket_directories={self.socket_folder}"]
        options += ["log_timezone=Asia/Shanghai"]
        options += _CARELESS if self.careless else ()
        flags = [word for option in options for word in ("-c", option)]
        return Program(
            name="database",
            label="数据库",
            command=[self.binaries / "postgres", "-D", self.data, *flags],
            log=logs / "database.log",
            is_ready=lambda _: self.is_ready(),
            answers=self.answers,
            environment=_bare_environment(),
            account=self.account,
            prepare=self.prepare,
            # Fast shutdown ends sessions and keeps the data, which throwaway servers need not do.
            stop_signal=signal.SIGQUIT if self.careless else signal.SIGINT,
            orphan_signal=signal.SIGQUIT if self.careless else signal.SIGINT,
            patience=30.0,
        )

    def is_ready(self) -> bool:
        """Return whether it accepts connections, by the eighth line of postmaster.pid as pg_ctl."""
        lines = self._pid_lines()
        return len(lines) > 7 and lines[7].strip() == "ready"

    def answers(self) -> bool:
        """Return whether a new connection gets an answer, which it does not during shutdown."""
        psql = str(self.binaries / "psql")
        command = [psql, "-X", "-At", "-c", "SELECT 1", self.owner_url]
        try:
            asked = subprocess.run(
                command,
                capture_output=True,
                stdin=subprocess.DEVNULL,
                timeout=ANSWER_WITHIN,
                env=_bare_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired:
            return False
        except OSError:  # no psql on this machine, or no memory to start it
            return self.is_ready()
        return asked.stdout.strip() == b"1"

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
        """Create the cluster under another name, then rename it, so that it is never incomplete.

        The locale is C.UTF-8 and not C, because with C pg_trgm ignores Chinese.
        """
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        careless = ["--no-sync"] if self.careless else []
        options = ["-U", OWNER, "-A", "peer", "-E", "UTF8", "--locale=C.UTF-8", *careless]
        self._run("initdb", "-D", str(fresh), *options)
        create = f"CREATE DATABASE {DATABASE};\n"
        self._run("postgres", "--single", "-D", str(fresh), "postgres", given=create)
        fresh.replace(self.data)

    def _admit_only_us(self) -> None:
        """Write pg_hba.conf at every start: an earlier version admitted every local account."""
        us = {os.geteuid()} | ({self.account.uid} if self.account and self.careless else set())
        names = sorted(pwd.getpwuid(uid).pw_name for uid in us)
        entries = [f'{_MAP} "{us}" {role}\n' for us in names for role in (OWNER, APP_ROLE)]
        rules = _HBA_CARELESS if self.careless else _HBA
        for name, text in (("pg_hba.conf", rules), ("pg_ident.conf", "".join(entries))):
            file = self.data / name
            if file.read_text(encoding="utf-8") != text:
                file.write_text(text, encoding="utf-8")

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
        """Delete a pid file left by a crash; wait for a postmaster that is still ending.

        The pid may now be another process's, or a zombie's in a container; PostgreSQL would take
        either for itself and refuse to start. By the supervisor's lock, a postmaster that still
        runs can only be the last run's.
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
    """The broker and cache. It writes nothing to disk: rows hold the jobs' state, and the sweeps
    find jobs whose message was lost. A broker that writes refuses work on a full disk (MISCONF),
    and then a worker ends.
    """

    folder: Path
    binary: Path

    @property
    def socket(self) -> Path:
        return socket_folder(self.folder, "valkey.sock") / "valkey.sock"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def prepare(self) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.socket.unlink(missing_ok=True)
        # An earlier version appended to files here.
        shutil.rmtree(self.folder / "appendonlydir", ignore_errors=True)

    def program(self, logs: Path) -> Program:
        words = ["--port", "0", "--unixsocket", str(self.socket), "--unixsocketperm", "700"]
        words += ["--dir", str(self.folder), "--save", "", "--databases", "64"]
        words += ["--appendonly", "no"]
        return Program(
            name="broker",
            label="消息队列",
            command=[self.binary, *words],
            log=logs / "broker.log",
            is_ready=lambda _: self.answers(),
            answers=self.answers,
            environment=_bare_environment(),
            prepare=self.prepare,
        )

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as line:
                line.settimeout(1)
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _bare_environment() -> dict[str, str]:
    """Return an environment without the user's variables, such as PGDATA and LC_ALL."""
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": LOCAL_TIME}
