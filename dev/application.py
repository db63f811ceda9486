"""The application's processes and how they are run: prepare, web, worker, beat."""

import hashlib
import os
import signal
import socket
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from dev.processes import Program

HEARTBEAT = "worker-heartbeat"
SILENCE = 30.0


@dataclass(frozen=True)
class Application:
    root: Path
    python: Path
    var: Path
    settings: Mapping[str, str]

    def prepare(self, *words: str) -> Program:
        """Migrate and load first data, in one process, because starting Django takes a second.

        Runs as the database's owner, who gives the application's role its rights.
        """
        if self.settings.get("DATABASE_OWNER_URL"):
            role = urlsplit(self.settings["DATABASE_URL"]).username or ""
            words = (*words, "--app-role", role)
        return self._as_owner("prepare", "数据准备", *words)

    def restore(self, backup: Path) -> Program:
        """Restore a backup into the empty database and the empty folder of files."""
        return self._as_owner("restore", "恢复备份", str(backup.resolve()))

    def _as_owner(self, command: str, label: str, *words: str) -> Program:
        environment = dict(self._environment)
        if owner := self.settings.get("DATABASE_OWNER_URL"):
            environment["DATABASE_URL"] = owner
        return self._program(
            command,
            label,
            ["manage.py", command, *words],
            is_heard=True,
            environment=environment,
        )

    def web(
        self, number: int, listening: socket.socket, *, status: Callable[[int], int | None]
    ) -> Program:
        """Return one of the web processes that share the socket `listening`.

        `status` checks it on a separate port, which only this machine can reach. It is ready when
        a page comes (or a redirect to HTTPS). Later any answer is enough, because an error may be
        caused by another program.
        """
        own = socket.create_server(("127.0.0.1", 0), backlog=8)
        port, sockets = own.getsockname()[1], (listening.fileno(), own.detach())
        words = ["-m", "policy_tracker.web_server", "--fd", *map(str, sockets)]
        return self._program(
            f"web-{number}",
            f"网页服务{number}",
            words,
            is_ready=lambda _: status(port) in (200, 301, 302),
            answers=lambda: status(port) is not None,
            pass_fds=sockets,
        )

    def worker(self, *, broker_answers: Callable[[], bool]) -> Program:
        """Run it without gossip and mingle: they are for clusters, and mingle waits a second."""
        name = f"policy-tracker-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:8]}@%h"
        words = ["-m", "celery", "-A", "policy_tracker", "worker", "--concurrency", "2"]
        words += ["--hostname", name, "--loglevel", "info", "--without-gossip", "--without-mingle"]
        return self._program(
            "worker",
            "后台任务",
            words,
            is_ready=lambda child: " ready." in child.new_log_text(),
            # Without its broker it can only wait: do not restart it for that.
            answers=lambda: self._is_worker_heard() or not broker_answers(),
            # The broker ends too, so it cannot finish its tasks; they are delivered again.
            orphan_signal=signal.SIGQUIT,
        )

    def beat(self) -> Program:
        words = ["-m", "celery", "-A", "policy_tracker", "beat", "--loglevel", "info"]
        words += ["--schedule", str(self.var / "beat-schedule"), "--pidfile="]
        return self._program("beat", "定时任务", words)

    def _is_worker_heard(self) -> bool:
        """Return whether it has touched its heartbeat file recently (policy_tracker/celery.py)."""
        try:
            # Its distance, as the clock may have been set back since.
            return abs(time.time() - (self.var / HEARTBEAT).stat().st_mtime) < SILENCE
        except OSError:
            return False

    @property
    def _environment(self) -> dict[str, str]:
        return {**os.environ, **self.settings, "PYTHONUNBUFFERED": "1"}

    def _program(self, name: str, label: str, words: Sequence[str], **more: Any) -> Program:
        return Program(
            name=name,
            label=label,
            command=[self.python, *words],
            log=self.var / "log" / f"{name}.log",
            cwd=self.root,
            **{"patience": 12.0, "environment": self._environment, **more},
        )
