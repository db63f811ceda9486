"""What LibreOffice needs to lay out a Word file as an office with our faces would."""

from pathlib import Path

from lib.official.fonts import OPEN_FAMILIES, FontSet
from lib.official.pdf import FONTS


def font_settings(folder: Path) -> str:
    """The office's names for our faces, and no other face of the machine."""
    aliases = "".join(
        f'<alias binding="same"><family>{face.name}</family>'
        f"<prefer><family>{OPEN_FAMILIES[use]}</family></prefer></alias>"
        for use, face in FontSet.GB2312.value._asdict().items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<dir>{FONTS}</dir><cachedir>{folder / 'cache'}</cachedir>{aliases}</fontconfig>"
    )
