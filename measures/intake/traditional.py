"""Traditional letters, as copies on other sites have them, in simplified ones. Pure."""

from opencc import OpenCC

_LETTERS = "\n".join(map(chr, range(0x4E00, 0xA000)))  # a line each: none is read with the next


def letters_of_today() -> dict[int, int]:
    """What str.translate takes: one letter for one, so that no offset changes.

    Letters that simplified texts have, too (GB 2312), stay: 乾县 is no 干县.
    """
    pairs = zip(_LETTERS, OpenCC("t2s").convert(_LETTERS), strict=True)
    return {
        ord(letter): ord(simple)
        for letter, simple in pairs
        if letter != simple and not letter.encode("gb2312", "ignore")
    }
