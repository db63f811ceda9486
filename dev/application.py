"""How the application's own processes are run: prepare, web, worker, beat."""

import hashlib
import os
import signal
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.processes import Program


@dataclass(frozen=True)
class Application:
    root: Path
    python: Path
    var: Path
    settings: Mapping[str, str]

    def prepare(self, how: str) -> Program:
        """Migrations and first data, in one process: starting Django costs a second."""
        return self._program("prepare", "数据准备", ["manage.py", "prepare", how], is_heard=True)

    def web(
        self, listening: socket.socket, *, workers: int, answers: Callable[[], bool]
    ) -> Program:
        words = ["-m", "gunicorn", "policy_tracker.wsgi", "--bind", f"fd://{listening.fileno()}"]
        words += ["--workers", str(workers), "--threads", "4", "--graceful-timeout", "5"]
        words += ["--max-requests", "5000", "--max-requests-jitter", "500", "--no-control-socket"]
        return self._program(
            "web",
            "网页服务",
            words,
            is_ready=lambda _: answers(),
            patience=8.0,
            pass_fds=(listening.fileno(),),
        )

    def worker(self) -> Program:
        """Gossip and mingle are for clusters, and mingling waits a second at each start."""
        name = f"policy-tracker-{hashlib.sha256(os.fsencode(self.root)).hexdigest()[:8]}@%h"
        words = ["-m", "celery", "-A", "policy_tracker", "worker", "--concurrency", "2"]
        words += ["--hostname", name, "--loglevel", "info", "--without-gossip", "--without-mingle"]
        return self._program(
            "worker",
            "后台任务",
            words,
            is_ready=lambda child: " ready." in child.new_log_text(),
            # Its broker is ending too: it cannot finish its tasks, which are delivered again.
            orphan_signal=signal.SIGQUIT,
        )

    def beat(self) -> Program:
        words = ["-m", "celery", "-A", "policy_tracker", "beat", "--loglevel", "info"]
        words += ["--schedule", str(self.var / "beat-schedule"), "--pidfile="]
        return self._program("beat", "定时任务", words)

    def _program(self, name: str, label: str, words: Sequence[str], **more: Any) -> Program:
        return Program(
            name=name,
            label=label,
            command=[self.python, *words],
            log=self.var / "log" / f"{name}.log",
            environment={**os.environ, **self.settings, "PYTHONUNBUFFERED": "1"},
            cwd=self.root,
            **{"patience": 12.0, **more},
        )
