"""The fonts of an official document by use, and the names to try if one is missing.

The standard asks for 小标宋体, 仿宋体, 黑体, 楷体 and 宋体 (5.2.2, 7.2.4, 7.3.1, 7.3.3, 7.5).
Offices have them under two sets of names; the setting DOCUMENT_FONT_SET chooses one. A Word file
names the office's fonts and embeds none. A PDF embeds its fonts: the office's own if
DOCUMENT_FONTS_DIR has them, else the open ones of lib/official/font_files.
"""

from enum import Enum
from typing import NamedTuple

from django.conf import settings


class FontFace(NamedTuple):
    """A font under the name that offices use, and the names to try in order if it is missing."""

    name: str
    stand_ins: tuple[str, ...]


class FontFaceSet(NamedTuple):
    title: FontFace
    body: FontFace
    kai: FontFace
    hei: FontFace
    song: FontFace


_TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "华文中宋", "STZhongsong")
_BODY = ("仿宋", "FangSong", "FandolFang")
_KAI = ("楷体", "KaiTi", "AR PL KaitiM GB", "FandolKai")
_HEI = ("SimHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei")
_SONG = ("SimSun", "Noto Serif CJK SC")


class FontSet(Enum):
    GB2312 = FontFaceSet(
        FontFace("方正小标宋简体", ("方正小标宋_GBK", *_TITLE, "Noto Serif CJK SC")),
        FontFace("仿宋_GB2312", ("FangSong_GB2312", *_BODY, "方正仿宋_GBK", "FZFangSong-Z02")),
        FontFace("楷体_GB2312", ("KaiTi_GB2312", *_KAI, "方正楷体_GBK", "FZKai-Z03")),
        FontFace("黑体", ("方正黑体_GBK", "FZHei-B01", *_HEI)),
        FontFace("宋体", ("方正书宋_GBK", "FZShuSong-Z01", *_SONG)),
    )
    GBK = FontFaceSet(
        FontFace("方正小标宋_GBK", ("方正小标宋简体", *_TITLE, "Noto Serif CJK SC")),
        FontFace("方正仿宋_GBK", ("FZFangSong-Z02", "仿宋_GB2312", "FangSong_GB2312", *_BODY)),
        FontFace("方正楷体_GBK", ("FZKai-Z03", "楷体_GB2312", "KaiTi_GB2312", *_KAI)),
        FontFace("方正黑体_GBK", ("FZHei-B01", "黑体", *_HEI)),
        FontFace("方正书宋_GBK", ("FZShuSong-Z01", "宋体", *_SONG)),
    )


# The families in font_files/ by use. FALLBACKS have the characters that they lack.
OPEN_FAMILIES = {
    "title": "Gongwen Biaosong",
    "body": "Gongwen Fang",
    "kai": "Gongwen Kai",
    "hei": "Gongwen Hei",
    "song": "Gongwen Song",
}
FALLBACKS = ("Gongwen Song", "Gongwen Rare", "Gongwen Kai")


def face_set() -> FontFaceSet:
    return FontSet[settings.DOCUMENT_FONT_SET].value
