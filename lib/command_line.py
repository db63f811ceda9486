"""Command lines in Chinese: argparse's own sentences from locale/, and numbers in options.

argparse looks its sentences up with gettext, in the languages that the environment names. This
module needs nothing but Python, because start.py reads its options before anything is installed.
"""

import argparse
import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_LOCALE = Path(__file__).resolve().parent.parent / "locale"
_LANGUAGE, _DOMAIN = "zh_Hans", "argparse"


@contextmanager
def in_chinese() -> Iterator[None]:
    """Within it, argparse speaks Chinese: parsers are to be made and used there.

    Programs that are started there go on in the language that the environment named before.
    """
    before, domain = os.environ.get("LANGUAGE"), gettext.textdomain()
    names = (os.environ.get(name) for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    spoken = next(filter(None, names), "")
    os.environ["LANGUAGE"] = ":".join(filter(None, (_LANGUAGE, spoken)))
    gettext.bindtextdomain(_DOMAIN, str(_LOCALE))
    gettext.textdomain(_DOMAIN)
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if before is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = before


def whole_number(words: str, *, most: int = 1_000_000) -> int:
    """An option's type: from 1 to `most`. Raises ArgumentTypeError."""
    if words.isascii() and words.isdecimal() and len(words) < 20 and 1 <= int(words) <= most:
        return int(words)
    raise argparse.ArgumentTypeError(f"须是 1 到 {most} 之间的整数，不能是“{words}”")


def seconds(words: str) -> float:
    """An option's type: a number of seconds. Raises ArgumentTypeError."""
    with suppress(ValueError):
        if 0 <= (found := float(words)) < 1e9:
            return found
    raise argparse.ArgumentTypeError(f"须是秒数，不能是“{words}”")
