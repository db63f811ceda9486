"""Children end with their supervisor, are restarted, and are stopped in order."""

import errno
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from dev import processes
from dev.claim import Claim
from dev.console import Refusal
from dev.processes import LOG_BYTES, Child, rotate, wait_until_ready
from dev.supervisor import Supervisor
from dev.tests.helpers import ROOT, is_running, make_program, wait_for

PARENT = """
import sys, time
from pathlib import Path
from dev.processes import Child
from dev.tests.helpers import make_program
print(Child(make_program(Path(sys.argv[1]), "web")).pid, flush=True)
time.sleep(60)
"""
LOUD = (
    "import time; print('x' * 6_000_000, flush=True)\n"
    "while True: print('on', flush=True); time.sleep(0.05)"
)
STUBBORN = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up'); time.sleep(60)"


@pytest.mark.skipif(sys.platform != "linux", reason="只有 Linux 会在父进程死后通知子进程")
def test_a_child_dies_with_its_killed_parent(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert is_running(child)
    parent.kill()
    parent.communicate()
    assert wait_for(lambda: not is_running(child))


def test_children_stop_in_the_order_of_their_dependencies(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["database", "broker", "beat", "worker", "web"]
    with Supervisor(Claim(tmp_path)) as supervisor:
        supervisor.start([make_program(tmp_path, name) for name in names])
    stopped = [line.split()[-1] for line in capsys.readouterr().out.splitlines()]
    order = ["web", "worker", "beat", "broker", "database"]
    assert stopped == [f"{name}已停止" for name in order]


def test_a_child_that_does_not_stop_is_killed_with_a_message(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stubborn = replace(
        make_program(tmp_path, "web", STUBBORN.replace("'up'", "'up', flush=True")),
        patience=0.2,
        is_ready=lambda child: "up" in child.new_log_text(),
    )
    with Supervisor(Claim(tmp_path)) as supervisor:
        supervisor.start([stubborn])
    assert "已强制结束" in capsys.readouterr().out


def test_a_child_that_cannot_start_is_refused_with_its_logs_end(tmp_path: Path) -> None:
    program = replace(
        make_program(tmp_path, "web", "raise SystemExit('端口不对')"), is_ready=lambda _: False
    )
    with pytest.raises(Refusal, match="端口不对"):
        wait_until_ready([Child(program)], timeout=10)


def test_a_failed_preparation_stops_the_start(tmp_path: Path) -> None:
    failing = make_program(tmp_path, "prepare", "raise SystemExit('迁移失败')")
    with Supervisor(Claim(tmp_path)) as supervisor, pytest.raises(Refusal, match="迁移失败"):
        supervisor.run_to_end(failing)


def test_a_long_log_is_rotated_and_three_are_kept(tmp_path: Path) -> None:
    log = tmp_path / "web.log"
    for _ in range(5):
        log.write_bytes(b"x" * LOG_BYTES)
        rotate(log)
    older = [f"web.log.{n}" for n in (1, 2, 3)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["web.log", *older]
    assert log.stat().st_size == 0


def test_a_program_continues_to_write_to_the_rotated_log(tmp_path: Path) -> None:
    program = make_program(tmp_path, "web", LOUD)
    with Supervisor(Claim(tmp_path)) as supervisor:
        supervisor.start([program])
        # Wait for the whole line: otherwise its rest would be at the beginning of the new log.
        assert wait_for(lambda: program.log.read_bytes().endswith(b"on\n"))
        rotate(program.log)
        assert wait_for(lambda: program.log.read_bytes().startswith(b"on"))


def test_on_a_full_disk_a_log_is_not_rotated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "web.log"
    log.write_bytes(b"x" * LOG_BYTES)
    monkeypatch.setattr(processes.shutil, "copyfile", _full_disk)
    rotate(log)
    assert [path.name for path in tmp_path.iterdir()] == ["web.log"]
    assert log.stat().st_size == LOG_BYTES


def _full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


TWICE = """
import os, signal, sys
from pathlib import Path
from dev.claim import Claim
from dev.supervisor import Stopped, Supervisor, listen_for_stop
from dev.tests.helpers import make_program
listen_for_stop()
try:
    with Supervisor(Claim(Path(sys.argv[1]))) as supervisor:
        supervisor.start([make_program(Path(sys.argv[1]), "web")])
        os.kill(os.getpid(), signal.SIGINT)
        os.kill(os.getpid(), signal.SIGTERM)
        supervisor.watch()
except Stopped:
    print("end")
"""


def test_a_second_signal_does_not_interrupt_the_shutdown(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", TWICE, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "web已停止" in done.stdout
    assert done.stdout.endswith("end\n")
    assert done.returncode == 0
