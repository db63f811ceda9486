"""Converts traditional characters to simplified ones. Pure."""

from opencc import OpenCC

_LETTERS = "\n".join(map(chr, range(0x4E00, 0xA000)))  # one per line, converted alone


def letters_of_today() -> dict[int, int]:
    """Return a table for str.translate, one character for one, so that offsets do not change.

    Characters that simplified texts also use (GB 2312) are kept: 乾县 is not 干县.
    """
    pairs = zip(_LETTERS, OpenCC("t2s").convert(_LETTERS), strict=True)
    return {
        ord(letter): ord(simple)
        for letter, simple in pairs
        if letter != simple and not letter.encode("gb2312", "ignore")
    }
