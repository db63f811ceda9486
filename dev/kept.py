"""Keeps one program running: starts it again if it dies or no longer answers."""

import time
from collections.abc import Callable

from dev.console import Refusal, say
from dev.processes import Child, Program, last_words

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
