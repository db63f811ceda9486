"""Output of start.py and test.py: one short line for each step, with the time of day."""

import time
from contextlib import suppress

# The exit code of a program that has already printed why it stopped.
SAID_WHY = 3


class Refusal(Exception):
    """Stops the command; the user only sees its sentence, which says why and what to do."""


def say(sentence: str) -> None:
    """Print a line; ignore errors of a full disk (redirected output) or a closed pipe."""
    with suppress(OSError):
        print(f"[{time.strftime('%H:%M:%S')}] {sentence}", flush=True)


def agrees(question: str) -> bool:
    """Ask on the terminal; return False without one."""
    try:
        return input(f"{question}输入 y 或“是”继续：").strip().lower() in {"y", "yes", "是"}
    except EOFError:
        return False
