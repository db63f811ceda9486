"""Keeps the processes running, each started again if it dies, and stops them in order."""

import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from types import FrameType

from dev.claim import Claim
from dev.console import SAID_WHY, Refusal, say
from dev.processes import Child, Program, last_words, rotate, wait_until_ready

# By the part of the label before the hyphen: web has several processes.
STOP_ORDER = (("web",), ("worker", "beat"), ("broker",), ("database",))
ROTATE_EVERY = 60.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 60.0
STEADY = 60.0  # seconds after which it counts as running well again
DEATHS_TOLD = 4  # in a row, printed with the log's end; further ones in one line
CHECK_EVERY = 5.0
GRACE = 30.0  # seconds after a start until the first check
MISSES_ALLOWED = 3
BUSY = 0.02  # of a processor: without an answer, a program that uses more is overloaded, not hung


class Kept:
    """A program that is always started again: the cause, such as a full disk, may be temporary."""

    def __init__(self, program: Program, launch: Callable[[Program], Child]) -> None:
        self.program = program
        self.child: Child | None = launch(program)
        self._launch = launch
        self._deaths = 0  # in a row
        self._misses = 0
        self._started_at = self._checked_at = time.monotonic()
        self._check_at = self._started_at + GRACE
        self._spent = 0.0  # processor seconds at the last check
        self._retry_at = 0.0

    @property
    def status(self) -> str:
        if self.child is None:
            return f"已停下（连续第{self._deaths}次），正在按间隔重试"
        return "重新启动后观察中" if self._deaths else "运行中"

    def tend(self) -> bool:
        """Start, check or restart it if due; return whether its status may have changed."""
        now = time.monotonic()
        if self.child is None:
            return now >= self._retry_at and self._start_again()
        if not self.child.is_alive:
            self._bury(self.child, f"意外退出（代码 {self.child.exit_code}）")
            return True
        if now >= self._check_at:
            self._check_at = now + CHECK_EVERY
            return self._check(self.child)
        return False

    def _check(self, child: Child) -> bool:
        if self.program.answers is None or self.program.answers():
            self._misses = 0
            return self._is_sound_again()
        if self._is_busy(child):  # a restart would drop the requests that it works on
            return False
        self._misses += 1
        if self._misses < MISSES_ALLOWED:
            return False
        child.ask_to_stop()
        child.wait_or_kill(until=time.monotonic() + self.program.patience)
        self._bury(child, "没有应答，已停下")
        return True

    def _is_busy(self, child: Child) -> bool:
        now, spent = time.monotonic(), child.processor_seconds()
        is_busy = spent - self._spent > BUSY * (now - self._checked_at)
        self._checked_at, self._spent = now, spent
        return is_busy

    def _is_sound_again(self) -> bool:
        if not self._deaths or time.monotonic() - self._started_at < STEADY:
            return False
        say(f"{self.program.label}恢复正常")
        self._deaths = 0
        return True

    def _bury(self, child: Child, what: str) -> None:
        child.kill()  # other processes of its session
        self._note_death(what, last_words(child))

    def _note_death(self, what: str, words: str) -> None:
        pause = min(FIRST_PAUSE * 2**self._deaths, LONGEST_PAUSE)
        self._deaths += 1
        self.child, self._retry_at = None, time.monotonic() + pause
        said = f"{self.program.label}{what}"
        if self._deaths < DEATHS_TOLD:
            say(f"{said}，重新启动。{words}")
        elif self._deaths == DEATHS_TOLD:
            others = "其他部分照常运行，这一部分按渐长的间隔重试"
            say(f"{said}，已连续 {self._deaths} 次；{others}。{words}")
        else:
            say(f"{said}，已连续 {self._deaths} 次，{pause:.0f} 秒后再试")

    def _start_again(self) -> bool:
        try:
            self.child = self._launch(self.program)
        except (OSError, Refusal) as error:  # a full disk, too many processes
            self._note_death(f"没能启动（{error}）", "")
            return True
        self._misses, self._spent = 0, 0.0
        self._started_at = self._checked_at = time.monotonic()
        self._check_at = self._started_at + GRACE
        return True


class Stopped(BaseException):
    """Raised when we are asked to end. Not an Exception, so that `except Exception` misses it."""


class Supervisor:
    """A context manager that stops its children at the end, whatever happens inside."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._kept: dict[str, Kept] = {}

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        """Stop all children; not interruptible, because this takes only a limited time."""
        _at_stop_signals(_nothing)
        self._stop_all()

    def start(self, programs: Sequence[Program], *, timeout: float = 60.0) -> None:
        """Start programs and wait for all. Raises Refusal if one does not get ready."""
        for program in programs:
            self._kept[program.name] = Kept(program, self._launch)
        self._note()
        started = (self._kept[program.name].child for program in programs)
        wait_until_ready([child for child in started if child], timeout=timeout)

    def run_to_end(self, program: Program) -> None:
        """Run a program once. Raises Refusal if it fails."""
        child = self._launch(program)
        try:
            code = child.wait()
        except Stopped:
            child.ask_to_stop()
            child.wait_or_kill(until=time.monotonic() + program.patience)
            raise
        if code == SAID_WHY:
            raise Refusal("没有启动。")
        if code != 0:
            raise Refusal(f"{program.label}没有成功。{last_words(child)}")

    def watch(self) -> None:
        """Keep each program running, independent of the others, until Stopped is raised."""
        rotate_at = time.monotonic() + ROTATE_EVERY
        while True:
            time.sleep(0.3)
            changed = [kept.tend() for kept in self._kept.values()]
            if any(changed):
                self._note()
            if time.monotonic() >= rotate_at:
                rotate_at = time.monotonic() + ROTATE_EVERY
                for kept in self._kept.values():
                    rotate(kept.program.log)

    def _launch(self, program: Program) -> Child:
        inherited = (*program.pass_fds, self._claim.inherited)
        return Child(replace(program, pass_fds=inherited))

    def _note(self) -> None:
        """Write the processes and their states for other commands."""
        living = [kept.child for kept in self._kept.values() if kept.child]
        states = {kept.program.label: kept.status for kept in self._kept.values()}
        with suppress(OSError):  # the disk is full; the terminal has it
            self._claim.note_children({child.program.label: child.pid for child in living})
            self._claim.note_states(states)

    def _stop_all(self) -> None:
        for names in STOP_ORDER:
            group = [
                kept.child
                for name in names
                for kept in self._kept.values()
                if kept.child and kept.program.name.partition("-")[0] == name
            ]
            began = time.monotonic()
            for child in group:
                child.ask_to_stop()
            for child in group:
                label, patience = child.program.label, child.program.patience
                if child.wait_or_kill(until=began + patience):
                    say(f"{label}已停止")
                else:
                    say(f"{label}在 {patience:.0f} 秒内没有停下，已强制结束")


def listen_for_stop() -> None:
    """Make Ctrl-C, SIGTERM and a closed terminal raise Stopped, once, from now on."""
    _at_stop_signals(_stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    _at_stop_signals(_nothing)
    raise Stopped


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Ignore a signal; SIG_IGN would be inherited by a child that is started now."""


def _at_stop_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)
