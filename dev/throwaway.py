"""Servers for the time of a test run, in a temporary folder."""

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from dev.console import Refusal
from dev.processes import Account, Child, wait_until_ready
from dev.programs import APP, can_reach, valkey_binary
from dev.services import Postgres, Valkey, server_account

NAMES = ("DATABASE_URL", "REDIS_URL")


@contextmanager
def throwaway_servers(
    root: Path, site: Path, names: Sequence[str] = NAMES
) -> Iterator[dict[str, str]]:
    account = server_account()
    folder = _new_folder(account)
    children: list[Child] = []
    with (folder / "starting").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        # Renamed only now, when the lock is held: another run deletes folders without a holder.
        (folder / "starting").rename(folder / "lock")
        try:
            servers = {name: _server(name, folder, root, site, account) for name in names}
            children += [Child(server.program(folder)) for server in servers.values()]
            wait_until_ready(children, timeout=60)
            yield {name: server.url for name, server in servers.items()}
        finally:
            _end(children)
            shutil.rmtree(folder, ignore_errors=True)


def _server(
    name: str, folder: Path, root: Path, site: Path, account: Account | None
) -> Postgres | Valkey:
    if name == "REDIS_URL":
        return Valkey(folder / "valkey", valkey_binary(site))
    return Postgres.in_(folder, root=root, site=site, account=account, careless=True)


def _new_folder(account: Account | None) -> Path:
    """Create a folder in the first place that the server's account can enter."""
    for parent in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108 - mkdtemp follows
        if can_reach(Path(parent), account):
            _remove_what_dead_runs_left(Path(parent))
            folder = Path(tempfile.mkdtemp(prefix=f"{APP}-test-", dir=parent))
            folder.chmod(0o711)
            return folder
    raise Refusal("没有可用的临时目录。")


def _remove_what_dead_runs_left(parent: Path) -> None:
    """Delete folders of killed runs, which no longer hold the folder's lock."""
    for lock in parent.glob(f"{APP}-test-*/lock"):
        try:
            with lock.open() as held:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock.parent, ignore_errors=True)
        except OSError:
            continue


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.ask_to_stop()
    for child in children:
        child.wait_or_kill(until=time.monotonic() + 10)
