"""The servers that both machines share: PostgreSQL with its replica, the broker, and nginx."""

import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import psycopg2
from psycopg2 import sql

from dev.console import Refusal
from dev.processes import Account, Program, run_as
from dev.programs import postgres_of_the_machine

ROOT = Path(__file__).resolve().parent.parent.parent
OWNER, APP, REPLICATOR, DATABASE = "policy_owner", "policy_app", "replicator", "policy_tracker"
_HBA = "host all all 127.0.0.0/8 scram-sha-256\nhost replication all 127.0.0.0/8 scram-sha-256\n"
# A machine that is gone answers nothing, not even that it is.
_WRITABLE = "target_session_attrs=read-write&connect_timeout=2"

# Without the user's variables, such as PGHOST and PGPASSWORD.
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True)
class Cluster:
    """A PostgreSQL of the installed version, with its own address."""

    folder: Path
    address: str
    port: int
    password: str  # of all its roles
    account: Account | None

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def url(self, role: str, database: str = DATABASE) -> str:
        return f"postgresql://{role}:{self.password}@{self.address}:{self.port}/{database}"

    def or_its_heir(self, other: "Cluster", role: str) -> str:
        """The address of two of one port, by which whichever accepts writes is found."""
        places = f"host={self.address},{other.address}&port={self.port}"
        return f"postgresql://{role}:{self.password}@/{DATABASE}?{places}&{_WRITABLE}"

    def create(self) -> None:
        """Create an empty cluster; roles and database are created when it runs."""
        self._make_folder()
        file = self.folder / "password"
        file.write_text(self.password, encoding="utf-8")
        if self.account:
            os.chown(file, self.account.uid, self.account.gid)
        words = ["-U", "postgres", "-A", "scram-sha-256", f"--pwfile={file}"]
        self._run("initdb", "-D", str(self.data), *words, "-E", "UTF8", "--locale=C.UTF-8")
        (self.data / "pg_hba.conf").write_text(_HBA, encoding="utf-8")

    def create_roles(self) -> None:
        """Create the roles as docs/operations.md says."""
        connection = psycopg2.connect(self.url("postgres", "postgres"))
        connection.autocommit = True
        cursor = connection.cursor()
        for role, words in ((OWNER, ""), (APP, ""), (REPLICATOR, "REPLICATION")):
            made = sql.SQL("CREATE ROLE {} LOGIN {} PASSWORD {}")
            name, secret = sql.Identifier(role), sql.Literal(self.password)
            cursor.execute(made.format(name, sql.SQL(words), secret))
        cursor.execute(
            f"CREATE DATABASE {DATABASE} OWNER {OWNER}"
            " ENCODING 'UTF8' LOCALE 'C.UTF-8' TEMPLATE template0"
        )
        connection.close()

    def follow(self, primary: "Cluster") -> None:
        """Become its streaming replica, as docs/operations.md says; what was here before goes."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self._make_folder()
        words = ["-d", primary.url(REPLICATOR, "postgres"), "-D", str(self.data)]
        words += ["-R", "-X", "stream", "-C", "-S", "policy_replica", "-c", "fast"]
        self._run("pg_basebackup", *words)

    def promote(self) -> None:
        """The replica accepts writes once this returns."""
        [(done,)] = self.ask("SELECT pg_promote()")
        if not done:
            raise Refusal("副本没有成为主库。")

    def wait_for_replica(self) -> None:
        """Wait until the other follows without a gap, as a planned exchange needs it."""
        until = time.monotonic() + 60
        while not self.ask("SELECT 1 FROM pg_stat_replication WHERE state = 'streaming'"):
            if time.monotonic() > until:
                raise Refusal(f"{self.address} 没有副本跟上。")
            time.sleep(0.2)

    def confirm_by_replica(self) -> None:
        """From now on a write is acknowledged once the replica has it on its disk."""
        self.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.ask("SELECT pg_reload_conf()")

    def ask(self, words: str) -> list[tuple[object, ...]]:
        with closing(psycopg2.connect(self.url("postgres", "postgres"))) as connection:
            connection.autocommit = True
            cursor = connection.cursor()
            cursor.execute(words)
            return cursor.fetchall() if cursor.description else []

    def program(self, label: str) -> Program:
        words = ["-D", str(self.data), "-h", self.address, "-p", str(self.port), "-k", ""]
        words += ["-c", "wal_receiver_timeout=3s"]
        return Program(
            name=f"database-{self.address}",
            label=label,
            command=[postgres_of_the_machine() / "postgres", *words],
            log=self.folder / "database.log",
            environment=_ENVIRONMENT,
            account=self.account,
            is_ready=lambda _: self._answers(),
            stop_signal=signal.SIGINT,
        )

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.url("postgres", "postgres")).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _make_folder(self) -> None:
        self.folder.mkdir(mode=0o700)
        if self.account:
            os.chown(self.folder, self.account.uid, self.account.gid)

    def _run(self, program: str, *words: str) -> None:
        done = subprocess.run(
            [postgres_of_the_machine() / program, *words],
            capture_output=True,
            text=True,
            cwd="/",
            env=_ENVIRONMENT,
            check=False,
            **run_as(self.account),
        )
        if done.returncode:
            raise Refusal(f"{program} 没有成功：{done.stderr[-1000:]}")


def broker(folder: Path, address: str, port: int) -> Program:
    for name in ("valkey-server", "redis-server"):
        if binary := shutil.which(name):
            words = ["--bind", address, "--port", str(port), "--save", "", "--appendonly", "no"]
            return Program(
                name="broker",
                label="消息队列",
                command=[binary, *words, "--dir", folder],
                log=folder / "broker.log",
                environment=_ENVIRONMENT,
                is_ready=lambda _: listens(address, port),
            )
    raise Refusal("没有 valkey-server 或 redis-server（Debian：apt install valkey-server）。")


def proxy(folder: Path, port: int, webs: Sequence[str]) -> Program:
    """Return nginx with the files of deploy/, other ports, and both machines' web processes."""
    binary = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if binary is None:
        raise Refusal("没有 nginx（Debian：apt install nginx-light）。")
    # As deploy/nginx/policy-tracker-upstream.conf says for other machines.
    servers = "".join(f"server {web} fail_timeout=2s;" for web in webs)
    main = folder / "nginx.conf"
    main.write_text(
        f"daemon off; pid {folder}/nginx.pid; error_log {folder}/nginx-errors.log;"
        f"events {{}} http {{"
        f"client_body_temp_path {folder}/bodies; proxy_temp_path {folder}/answers;"
        f"upstream policy {{ {servers} }} {site_at(folder, port)} }}",
        encoding="utf-8",
    )
    return Program(
        name="proxy",
        label="nginx",
        command=[binary, "-c", main, "-e", folder / "nginx-errors.log"],
        log=folder / "nginx.log",
        environment=os.environ,
        is_ready=lambda _: listens("127.0.0.1", port),
        stop_signal=signal.SIGQUIT,
    )


def site_at(folder: Path, port: int) -> str:
    """Return the site of deploy/ with other ports, certificate and log. Raises Refusal."""
    site = (ROOT / "deploy" / "nginx" / "policy-tracker.conf").read_text(encoding="utf-8")
    for before, after in {
        "listen 80 default_server": f"listen 127.0.0.1:{port + 1} default_server",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/nginx/policy-tracker": f"{folder}/policy-tracker",
        "Host $host;": "Host $http_host;",
        "/var/log/nginx": str(folder),
    }.items():
        if before not in site:
            raise Refusal(f"deploy/nginx/policy-tracker.conf 里没有 {before}。")
        site = site.replace(before, after)
    return site


def certificate(folder: Path) -> Path:
    """Create a self-signed certificate for 127.0.0.1."""
    words = ["-subj", "/CN=policy", "-addext", "subjectAltName=IP:127.0.0.1", "-days", "2"]
    words += ["-keyout", "policy-tracker.key", "-out", "policy-tracker.crt"]
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-quiet", *words]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    return folder / "policy-tracker.crt"


def listens(address: str, port: int) -> bool:
    try:
        socket.create_connection((address, port), timeout=1).close()
    except OSError:
        return False
    return True
