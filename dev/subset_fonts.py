"""Makes the fonts of our PDFs: subsets of open fonts, with our own names.

    .venv/bin/python -m dev.subset_fonts [--lxgw DIR] [--fandol DIR]

Reads the files of Debian's fonts-noto-cjk, fonts-lxgw-wenkai and texlive-lang-chinese (`--lxgw`,
`--fandol`: the folders with LXGWWenKai-Regular.ttf and FandolFang-Regular.otf, if a package was
only unpacked) and writes lib/official/font_files/. The names are ours because “LXGW” and “霞鹜” are
reserved (OFL 1.1, 3), and so that a document never uses a machine's font of the same name instead
of the product's.
"""

import argparse
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from fontTools import subset
from fontTools.ttLib import TTFont

from lib.command_line import in_chinese

FONTS = Path(__file__).parents[1] / "lib/official/font_files"
NOTO = Path("/usr/share/fonts/opentype/noto")
LXGW = Path("/usr/share/fonts/truetype/lxgw-wenkai")
FANDOL = Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol")
GPL = (
    "GNU General Public License, version 3, with the GPL font exception. A subset of FandolFang,"
    " renamed, with other line metrics."
)
SIMPLIFIED = 2  # the font's index in a .ttc of Noto CJK: JP, KR, SC, TC, HK
# Beyond GBK: Latin, Greek, punctuation, numbers, arrows, signs, brackets, full width.
SIGNS = ((0x20, 0x17F), (0x391, 0x3C9), (0x2000, 0x27BF), (0x3000, 0x33FF), (0xFF00, 0xFFEF))
ABOVE = 0.859  # ascent in em, as in 方正小标宋, 仿宋_GB2312, SimSun
IDEOGRAPHS = ((0x3400, 0x9FFF), (0xF900, 0xFAFF), (0x20000, 0x3FFFF))


class Face(NamedTuple):
    file: str
    family: str
    source: str
    stands_for: str
    is_rare: bool = False
    charset: str = "gbk"
    licence: str = ""  # replaces the licence text of the source


FACES = (
    # Beyond GB2312, FandolFang has only traditional characters, 1 MB of them.
    Face(
        "GongwenFang.otf",
        "Gongwen Fang",
        "FandolFang-Regular.otf",
        "仿宋体",
        charset="gb2312",
        licence=GPL,
    ),
    Face("GongwenSong.otf", "Gongwen Song", "NotoSerifCJK-Regular.ttc", "宋体"),
    Face("GongwenBiaosong.otf", "Gongwen Biaosong", "NotoSerifCJK-Bold.ttc", "小标宋体"),
    Face("GongwenHei.otf", "Gongwen Hei", "NotoSansCJK-Regular.ttc", "黑体"),
    Face("GongwenKai.ttf", "Gongwen Kai", "LXGWWenKai-Regular.ttf", "楷体"),
    Face(
        "GongwenRare.otf",
        "Gongwen Rare",
        "NotoSerifCJK-Regular.ttc",
        "characters outside GBK, in every face",
        is_rare=True,
    ),
)


def characters_of(charset: str) -> set[int]:
    """Return the code points of gbk or of its part gb2312."""
    found = set()
    for first in range(0x81, 0xFF):
        for second in range(0x40, 0xFF):
            try:
                found.add(ord(bytes((first, second)).decode(charset)))
            except UnicodeDecodeError:
                continue
    return found


@in_chinese()
def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m dev.subset_fonts", description="用开放字体的原文件重新制作PDF所用的子集。"
    )
    parser.add_argument("--lxgw", type=Path, default=LXGW, help="霞鹜文楷所在的目录")
    parser.add_argument("--fandol", type=Path, default=FANDOL, help="Fandol字体所在的目录")
    given = parser.parse_args()
    folders = {"LXGW": given.lxgw, "Fand": given.fandol, "Noto": NOTO}
    covered: set[int] = set()
    for face in FACES:
        source = folders[face.source[:4]] / face.source
        covered |= _make(face, source)
        size = (FONTS / face.file).stat().st_size / 1e6
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        print(f"{face.file:22} {size:5.1f} MB  from {source.name} sha256 {digest}", flush=True)
    (FONTS / "covered.json").write_text(json.dumps(_ranges(covered)) + "\n")


def _make(face: Face, source: Path) -> set[int]:
    options = subset.Options()
    options.font_number = SIMPLIFIED if source.suffix == ".ttc" else -1
    # typst only sets horizontal lines, and narrows punctuation itself.
    options.layout_features, options.hinting = [], False
    options.name_IDs, options.notdef_outline = ["*"], True
    options.drop_tables += ["VORG", "vhea", "vmtx", "BASE", "GSUB", "GPOS", "GDEF", "DSIG"]
    font: Any = subset.load_font(str(source), options)
    there = set(font.getBestCmap())
    charset = characters_of(face.charset)
    wanted = there & (
        _in(there, IDEOGRAPHS) - charset if face.is_rare else charset | _in(there, SIGNS)
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    _widen_dash(font)
    _name(font, face)
    _measure(font)
    font.save(FONTS / face.file)
    return wanted


def _name(font: TTFont, face: Face) -> None:
    """Replace the source's name by ours everywhere; keep copyright and licence."""
    postscript = face.family.replace(" ", "")
    names: Any = font["name"]
    kept = [record for record in names.names if record.nameID in (0, 5, 13, 14)]
    names.names = [record for record in kept if record.langID == 0x409]
    for number, words in {
        1: face.family,
        2: "Regular",
        3: f"{postscript};subset",
        4: face.family,
        6: postscript,
    }.items():
        names.setName(words, number, 3, 1, 0x409)
    if face.licence:
        names.setName(face.licence, 13, 3, 1, 0x409)
    table: Any = font["OS/2"]
    table.usWeightClass, table.fsSelection = 400, 0x40  # the only font of its family
    head: Any = font["head"]
    head.macStyle = 0
    if "CFF " in font:
        cff: Any = font["CFF "].cff
        cff.fontNames = [postscript]
        top = cff.topDictIndex[0]
        top.FullName = top.FamilyName = face.family
        top.Weight = "Regular"


def _widen_dash(font: TTFont) -> None:
    """Make 一字线 and 破折号 as wide as a character; Noto's default — is a Latin one."""
    tables: Any = font
    for table in tables["cmap"].tables:
        if {0x2014, 0x2015} <= set(table.cmap):
            table.cmap[0x2014] = table.cmap[0x2015]


def _measure(font: TTFont) -> None:
    """Set ascent and descent as in fonts of 方正 and 中易, so that lines have the same position."""
    tables: Any = font
    unit = tables["head"].unitsPerEm
    above, below = round(unit * ABOVE), unit - round(unit * ABOVE)
    tables["hhea"].ascent, tables["hhea"].descent, tables["hhea"].lineGap = above, -below, 0
    of_windows = tables["OS/2"]
    of_windows.sTypoAscender, of_windows.sTypoDescender, of_windows.sTypoLineGap = above, -below, 0
    of_windows.usWinAscent, of_windows.usWinDescent = above, below


def _in(characters: Iterable[int], ranges: Iterable[tuple[int, int]]) -> set[int]:
    return {c for c in characters for first, last in ranges if first <= c <= last}


def _ranges(characters: set[int]) -> list[tuple[int, int]]:
    ranges: list[tuple[int, int]] = []
    for character in sorted(characters):
        if ranges and character == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], character)
        else:
            ranges.append((character, character))
    return ranges


if __name__ == "__main__":
    main()
