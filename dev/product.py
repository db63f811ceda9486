"""Runs the product with start.py in a separate folder, and kills its parts."""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from dev.claim import running_at
from lib.command_line import whole_number

ROOT = Path(__file__).resolve().parent.parent
NOT_OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "VAR_DIR", "SECRET_KEY", "DATA_KEYS")
STARTED_WITHIN, STOPPED_WITHIN = 600.0, 90.0  # a busy machine loads the data slowly


def add_options(parser: argparse.ArgumentParser, *, port: int) -> None:
    """Add the options for the product's port and folder."""
    one_port = partial(whole_number, most=65535)
    parser.add_argument("--port", type=one_port, default=port, help=f"端口，默认 {port}")
    parser.add_argument("--folder", type=Path, help="放在这个目录，结束后保留；不写的用完即删")


@contextmanager
def folder_of(options: argparse.Namespace) -> Iterator[Path]:
    """Yield the folder named on the command line, or a temporary one, deleted at the end."""
    if options.folder:
        yield options.folder.resolve()
    else:
        with tempfile.TemporaryDirectory(prefix="policy-tracker-") as folder:
            yield Path(folder).resolve()


class Product:
    """A context manager: the running product, stopped at the end."""

    def __init__(
        self, folder: Path, port: int, *words: str, settings: Mapping[str, str] | None = None
    ) -> None:
        """`words`: further options of start.py; `settings`: for instance other servers."""
        self.folder = folder
        self._settings = dict(settings or {})
        self._command = [sys.executable, "start.py", "--port", str(port), *words]
        self.url = ""

    def __enter__(self) -> "Product":
        if running_at(self.folder) is not None:
            raise SystemExit(f"{self.folder} 里的系统正在运行，请先停止它。")
        environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS}
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "start.log").open("wb") as log:
            self._start = subprocess.Popen(
                self._command,
                stdout=log,
                stderr=log,
                cwd=ROOT,
                env=environment | self._settings | {"VAR_DIR": str(self.folder)},
            )
        deadline = time.monotonic() + STARTED_WITHIN
        while not (url := running_at(self.folder)):
            if self._start.poll() is not None or time.monotonic() > deadline:
                self._start.kill()
                raise SystemExit((self.folder / "start.log").read_text(encoding="utf-8"))
            time.sleep(0.2)
        self.url = url.rstrip("/")
        return self

    def __exit__(self, *_: object) -> None:
        self._start.send_signal(signal.SIGTERM)
        try:
            self._start.wait(STOPPED_WITHIN)
        except subprocess.TimeoutExpired:
            self._start.kill()
            raise

    @property
    def environment(self) -> dict[str, str]:
        """Return the settings with which manage.py finds the servers."""
        lines = (self.folder / "environment").read_text(encoding="utf-8").splitlines()
        pairs = (line.partition("=") for line in lines)
        return {name: "".join(shlex.split(value)) for name, _, value in pairs}

    def parts(self) -> dict[str, int]:
        return parts_in(self.folder)

    def kill(self, label: str) -> bool:
        """Send SIGKILL to one part; return False if it is not running."""
        pid = self.parts().get(label)
        try:
            if pid is not None:
                os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return pid is not None

    def power_off(self) -> None:
        """Send SIGKILL to start.py and all its processes, as if the machine lost power."""
        for pid in (self._start.pid, *self.parts().values()):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of manage.py while it runs."""
        return subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=os.environ | self._settings | self.environment,
            capture_output=True,
            text=True,
            check=False,
        )


def parts_in(folder: Path) -> dict[str, int]:
    """Return the process id of each part of the start running in a folder, by its label."""
    noted = (folder / "lock.children").read_text(encoding="utf-8").strip()
    pairs = (one.rpartition(" ") for one in noted.split("、") if one)
    return {label: int(pid) for label, _, pid in pairs}
