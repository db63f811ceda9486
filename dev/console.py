"""How the two commands speak: one short line for each thing they do, with the seconds so far."""

import time

_began = time.monotonic()


class Refusal(Exception):
    """We cannot go on; the sentence says why and what to do, and is all the user sees."""


def say(sentence: str) -> None:
    print(f"[{time.monotonic() - _began:5.1f} 秒] {sentence}", flush=True)
