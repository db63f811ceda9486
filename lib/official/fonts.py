"""The faces of an official document by what they are for, and what stands in for each.

The standard says 小标宋体, 仿宋体, 黑体, 楷体 and 宋体; the faces that offices have for them go by
two families of names, chosen by DOCUMENT_FONT_SET. A Word file names the office's faces and carries
none. A PDF carries its faces: the office's where DOCUMENT_FONTS_DIR holds them, else the open ones
of lib/official/font_files.
"""

from enum import Enum
from typing import NamedTuple

from django.conf import settings


class Face(NamedTuple):
    """A face by the name offices know, and the names tried in order where it is missing."""

    name: str
    stand_ins: tuple[str, ...]


class FaceSet(NamedTuple):
    """One face for each use."""

    title: Face
    body: Face
    kai: Face
    hei: Face
    song: Face


_TITLE = ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "华文中宋", "STZhongsong")
_BODY = ("仿宋", "FangSong", "FandolFang")
_KAI = ("楷体", "KaiTi", "AR PL KaitiM GB", "FandolKai")
_HEI = ("SimHei", "Noto Sans CJK SC", "WenQuanYi Zen Hei")
_SONG = ("SimSun", "Noto Serif CJK SC")


class FontSet(Enum):
    """The two families of names."""

    GB2312 = FaceSet(
        Face("方正小标宋简体", ("方正小标宋_GBK", *_TITLE, "Noto Serif CJK SC")),
        Face("仿宋_GB2312", ("FangSong_GB2312", *_BODY, "方正仿宋_GBK", "FZFangSong-Z02")),
        Face("楷体_GB2312", ("KaiTi_GB2312", *_KAI, "方正楷体_GBK", "FZKai-Z03")),
        Face("黑体", ("方正黑体_GBK", "FZHei-B01", *_HEI)),
        Face("宋体", ("方正书宋_GBK", "FZShuSong-Z01", *_SONG)),
    )
    GBK = FaceSet(
        Face("方正小标宋_GBK", ("方正小标宋简体", *_TITLE, "Noto Serif CJK SC")),
        Face("方正仿宋_GBK", ("FZFangSong-Z02", "仿宋_GB2312", "FangSong_GB2312", *_BODY)),
        Face("方正楷体_GBK", ("FZKai-Z03", "楷体_GB2312", "KaiTi_GB2312", *_KAI)),
        Face("方正黑体_GBK", ("FZHei-B01", "黑体", *_HEI)),
        Face("方正书宋_GBK", ("FZShuSong-Z01", "宋体", *_SONG)),
    )


# What font_files/ holds for each use; in each, characters outside GBK come from the last two.
OURS = {
    "title": "Gongwen Biaosong",
    "body": "Gongwen Song",
    "kai": "Gongwen Kai",
    "hei": "Gongwen Hei",
    "song": "Gongwen Song",
}
FALLBACKS = ("Gongwen Rare", "Gongwen Kai")


def face_set() -> FaceSet:
    """The faces this installation names."""
    return FontSet[settings.DOCUMENT_FONT_SET].value
