"""Runs tests through PgBouncer in transaction mode: python -m dev.through_pooler …

Its arguments go to pytest, such as the files to run; without a file, the tests of races and locks
run. Needs `pgbouncer` on the path (Debian, Ubuntu: apt install pgbouncer).
"""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from dev.console import Refusal
from dev.processes import Child, Program, wait_until_ready
from dev.programs import site_packages
from dev.services import OWNER, server_account
from dev.throwaway import throwaway_servers

ROOT = Path(__file__).resolve().parent.parent
PORT = 6432  # part of the socket's name; nothing listens on the network
LOCKS = (
    "measures/tests/test_races.py",
    "measures/approvals/tests/test_races.py",
    "agencies/sign_in/tests/test_backend.py",
    "agencies/audit/tests/test_seals.py",
    "reports/archive/tests/test_issue.py",
)
# So few sessions that clients share them: each transaction gets another one.
_SETTINGS = """
[databases]
* = host={server} user={owner}
[pgbouncer]
unix_socket_dir = {folder}
listen_port = {port}
auth_type = any
pool_mode = transaction
default_pool_size = 4
server_round_robin = 1
ignore_startup_parameters = extra_float_digits
"""


def main(*words: str) -> int:
    binary = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    if binary is None:
        raise Refusal("这台机器上没有 PgBouncer（Debian、Ubuntu：apt install pgbouncer）。")
    with throwaway_servers(ROOT, site_packages(Path(sys.prefix))) as servers:
        url = urlsplit(servers["DATABASE_URL"])
        [server] = parse_qs(url.query)["host"]
        pooler = Child(_program(binary, Path(server)))
        try:
            wait_until_ready([pooler], timeout=20)
            there = f"{url.scheme}://{OWNER}@{url.path}?host={server}&port={PORT}"
            files = () if any(not word.startswith("-") for word in words) else LOCKS
            command = [sys.executable, "-m", "pytest", *words, *files]
            through = {"DATABASE_URL": f"{there}&disable_server_side_cursors=True"}
            environment = os.environ | servers | through
            return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode
        finally:
            pooler.ask_to_stop()
            pooler.wait_or_kill(until=time.monotonic() + 10)


def _program(binary: str, folder: Path) -> Program:
    """Return PgBouncer, run as the server's account for peer authentication, beside its socket."""
    settings = folder / "pgbouncer.ini"
    words = {"server": folder, "owner": OWNER, "folder": folder, "port": PORT}
    settings.write_text(_SETTINGS.format(**words), encoding="utf-8")
    settings.chmod(0o644)
    return Program(
        name="pooler",
        label="连接池",
        command=[binary, settings],
        log=folder / "pooler.log",
        environment=os.environ,
        account=server_account(),
        is_ready=lambda _: (folder / f".s.PGSQL.{PORT}").exists(),
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
