"""Keeps the processes running, and stops them in the order in which they need each other."""

import signal
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from types import FrameType

from dev.claim import Claim
from dev.console import Refusal, say
from dev.processes import Child, Program, last_words, wait_until_ready

STOP_ORDER = (("prepare",), ("web",), ("worker", "beat"), ("broker",), ("database",))
DEATHS_ALLOWED = 3
DEATHS_WINDOW = 60.0
PAUSE = 0.5


class Stopped(BaseException):
    """Somebody asked us to end. Not an Exception, so that nothing on the way catches it."""


class Supervisor:
    """A context: whatever happens inside, its children are stopped at the end."""

    def __init__(self, claim: Claim) -> None:
        self._claim = claim
        self._children: dict[str, Child] = {}
        self._deaths: defaultdict[str, list[float]] = defaultdict(list)

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        """An orderly end is short and bounded, so nothing interrupts it."""
        _at_stop_signals(_nothing)
        self._stop_all()

    def start(self, programs: Sequence[Program], *, timeout: float = 60.0) -> None:
        wait_until_ready([self._start(program) for program in programs], timeout=timeout)

    def run_to_end(self, program: Program) -> None:
        child = self._start(program)
        code = child.wait()
        del self._children[program.name]
        if code != 0:
            raise Refusal(f"{program.label}没有成功。{last_words(child)}")

    def watch(self) -> None:
        while True:
            time.sleep(0.3)
            for child in list(self._children.values()):
                if not child.is_alive:
                    self._mourn(child)

    def _start(self, program: Program) -> Child:
        inherited = (*program.pass_fds, self._claim.inherited)
        child = self._children[program.name] = Child(replace(program, pass_fds=inherited))
        self._claim.note_children({c.program.label: c.pid for c in self._children.values()})
        return child

    def _mourn(self, child: Child) -> None:
        program, now = child.program, time.monotonic()
        recent = [at for at in self._deaths[program.name] if now - at < DEATHS_WINDOW]
        self._deaths[program.name] = [*recent, now]
        child.kill()  # what it may have left in its session
        if len(recent) >= DEATHS_ALLOWED:
            raise Refusal(
                f"{program.label}一分钟内退出了 {len(recent) + 1} 次，不再重启。{last_words(child)}"
            )
        say(f"{program.label}意外退出（代码 {child.exit_code}），重新启动。{last_words(child)}")
        time.sleep(PAUSE)
        self._start(program)

    def _stop_all(self) -> None:
        for names in STOP_ORDER:
            group = [self._children[name] for name in names if name in self._children]
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
    """From here on, Ctrl-C, SIGTERM and a closed terminal raise Stopped, once."""
    _at_stop_signals(_stop)


def _stop(_number: int, _frame: FrameType | None) -> None:
    _at_stop_signals(_nothing)
    raise Stopped


def _nothing(_number: int, _frame: FrameType | None) -> None:
    """Rather than SIG_IGN, which a child started now would inherit."""


def _at_stop_signals(handler: Callable[[int, FrameType | None], None]) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)
