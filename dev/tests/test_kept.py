"""A program that dies or does not answer is started again, and others are not affected."""

import errno
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dev import supervisor
from dev.claim import Claim
from dev.processes import Child, Program
from dev.supervisor import DEATHS_TOLD, Kept, Supervisor
from dev.tests.helpers import is_running, make_program, wait_for

FAILING = "raise SystemExit('缺少配置')"


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"FIRST_PAUSE": 0.01, "LONGEST_PAUSE": 0.05, "GRACE": 0.0}.items():
        monkeypatch.setattr(supervisor, name, value)
    monkeypatch.setattr(supervisor, "CHECK_EVERY", 0.0)


@pytest.fixture
def keep() -> Iterator[Callable[[Program], Kept]]:
    """Return a function that keeps a program running until the end of the test."""
    made: list[Kept] = []

    def keep_one(program: Program) -> Kept:
        made.append(Kept(program, Child))
        return made[-1]

    yield keep_one
    for one in made:
        if one.child:
            one.child.kill()


def _tend(one: Kept, until: Callable[[], bool]) -> bool:
    def tended() -> bool:
        one.tend()
        return until()

    return wait_for(tended)


def test_a_program_that_keeps_dying_is_always_started_again(
    tmp_path: Path, keep: Callable[[Program], Kept], capsys: pytest.CaptureFixture[str]
) -> None:
    one = keep(make_program(tmp_path, "worker", FAILING))
    assert _tend(one, lambda: "连续第6次" in one.status)
    told = capsys.readouterr().out
    assert told.count("缺少配置") == DEATHS_TOLD  # the log's end is not repeated for ever
    assert "其他部分照常运行" in told


def test_the_pauses_between_starts_grow(
    tmp_path: Path, keep: Callable[[Program], Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 30.0)
    monkeypatch.setattr(supervisor, "LONGEST_PAUSE", 60.0)
    one = keep(make_program(tmp_path, "worker", FAILING))
    assert _tend(one, lambda: one.child is None)
    waits = [one._retry_at]
    one._note_death("意外退出", "")
    waits.append(one._retry_at)
    one._note_death("意外退出", "")
    waits.append(one._retry_at)
    assert waits[1] - waits[0] == pytest.approx(30, abs=1)
    assert waits[2] - waits[1] == pytest.approx(0, abs=1)  # the longest pause is reached


def test_after_running_for_a_while_it_counts_as_healthy(
    tmp_path: Path,
    keep: Callable[[Program], Kept],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(supervisor, "STEADY", 0.2)
    sick = tmp_path / "sick"
    sick.touch()
    code = f"import os, time; os.path.exists({str(sick)!r}) and exit(1); time.sleep(60)"
    one = keep(make_program(tmp_path, "worker", code))
    assert _tend(one, lambda: "连续第" in one.status)
    sick.unlink()
    assert _tend(one, lambda: one.status == "运行中")
    assert "worker恢复正常" in capsys.readouterr().out


def test_a_program_that_does_not_answer_is_restarted(
    tmp_path: Path, keep: Callable[[Program], Kept], capsys: pytest.CaptureFixture[str]
) -> None:
    answers = iter([True, False, True])
    program = replace(
        make_program(tmp_path, "database"), answers=lambda: next(answers, False), patience=1.0
    )
    one = keep(program)
    first = one.child
    assert first is not None
    assert _tend(one, lambda: one.child is not None and one.child.pid != first.pid)
    assert not is_running(first.pid)
    assert "没有应答" in capsys.readouterr().out


def test_a_program_that_is_too_busy_to_answer_is_left_to_its_work(
    tmp_path: Path, keep: Callable[[Program], Kept], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Restarting it would drop the requests that wait, and they would all come again."""
    monkeypatch.setattr(supervisor, "CHECK_EVERY", 0.3)
    idle = tmp_path / "idle"
    code = f"import os, time\nwhile not os.path.exists({str(idle)!r}): pass\ntime.sleep(60)"
    program = make_program(tmp_path, "web", code)
    one = keep(replace(program, answers=lambda: False, patience=1.0))
    first, until = one.child, time.monotonic() + 3
    assert first is not None
    assert _tend(one, lambda: time.monotonic() > until)
    assert one.child is first
    idle.touch()
    assert _tend(one, lambda: one.child is not first)


def test_a_program_that_cannot_be_started_is_retried(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    starts = iter([Child, _full_disk, _full_disk])
    one = Kept(
        make_program(tmp_path, "worker", FAILING), lambda program: next(starts, Child)(program)
    )
    assert _tend(one, lambda: "连续第4次" in one.status)
    assert capsys.readouterr().out.count("没能启动（[Errno 28] No space left") == 2


def _full_disk(_: Program) -> Child:
    raise OSError(errno.ENOSPC, "No space left on device")


class _EnoughError(Exception):
    pass


def test_others_continue_while_one_keeps_dying(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For instance if a worker is killed four times in a minute: pages must still work."""
    names = {"database": "运行中", "web-1": "运行中"}
    status = tmp_path / "status"

    def watched(_: float) -> None:
        if status.exists() and "连续第5次" in status.read_text():
            raise _EnoughError

    with Supervisor(Claim(tmp_path)) as supervisor:
        supervisor.start([make_program(tmp_path, name) for name in names])
        supervisor.start([make_program(tmp_path, "worker", FAILING)])
        monkeypatch.setattr("dev.supervisor.time.sleep", watched)
        with pytest.raises(_EnoughError):
            supervisor.watch()
        monkeypatch.undo()
        states = dict(line.split("\t") for line in status.read_text().splitlines())
        assert {name: states[name] for name in names} == names
        assert "已停下" in states["worker"]
    assert "强制" not in capsys.readouterr().out


def test_a_full_disk_does_not_stop_the_supervisor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Supervisor(Claim(tmp_path)) as supervisor:
        supervisor.start([make_program(tmp_path, "web-1")])
        monkeypatch.setattr(Claim, "note_children", _no_space)
        monkeypatch.setattr("builtins.print", _no_space)
        supervisor.start([make_program(tmp_path, "web-2")])


def _no_space(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
