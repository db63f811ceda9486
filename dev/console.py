"""How the two commands speak: one short line for each thing they do, with the time of day."""

import time
from contextlib import suppress

# The exit code of a program whose own output says already why it did not go on.
SAID_WHY = 3


class Refusal(Exception):
    """We cannot go on; the sentence says why and what to do, and is all the user sees."""


def say(sentence: str) -> None:
    """Print a line. A full disk below a redirected output, or a closed pipe, stops nobody."""
    with suppress(OSError):
        print(f"[{time.strftime('%H:%M:%S')}] {sentence}", flush=True)


def agrees(question: str) -> bool:
    """Ask on the terminal; without one, nobody agrees."""
    try:
        return input(f"{question}输入 y 或“是”继续：").strip().lower() in {"y", "yes", "是"}
    except EOFError:
        return False
