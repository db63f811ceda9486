"""Splits lists into names, and recognises names of bodies by their endings. Pure."""

import re
from typing import NamedTuple

from measures.intake.brackets import split_outside
from measures.intake.directory import AgencyDirectory
from measures.intake.list_words import COLON_LABEL
from measures.intake.name_forms import (
    INNER,
    PLACE_END,
    ends_like_body,
    is_collective,
    is_one_body,
    is_sure_body,
    looks_whole,
    names_a_class,
)

ETC = "等"
_CLASS_WORDS = "(?:部门|单位|方面|机构|组织|团体|企业|院校|高校|院所|学校|医院|园区|街道|乡镇|公司)"
_LEVEL = (
    r"(?:(?:全|本)?(?:[市省区县州旗盟]|自治[区州县])|国务院|中央|国家|中央和国家机关)"
    r"(?:级|直|属|政府|委){0,2}"
)
_RELATED = r"(?:其[他它])?(?:有关|相关|多个)(?:职能|业务|行业|主管)?"
# 等, 等有关部门, 等部门和单位, 等市直有关单位: the list is open.
_ETC = r"(?<![高平同上中下初优甲乙丙减相])等"
_OPEN_END = re.compile(
    rf"{_ETC}(?:[市县区地]{{1,2}}(?:人民)?政府|[^、，；（）和及]{{0,8}}{_CLASS_WORDS})?"
    r"(?:(?:和|及|、)(?:有关|相关)?(?:单位|部门|地区|地方|机构))?$"
)
_OPEN_JOINT = re.compile(
    rf"{_ETC}[^、，；（）和及与]{{0,10}}(?:和|及|与|以及)(?=各|有关|相关|试点|地方)"
)
_NOBODY = re.compile(
    rf"^(?:{_LEVEL})?{_RELATED}(?:部门|单位|方面|机构)(?:(?:和|及)?(?:单位|部门|机构))?$|^下同$"
)
NONE_WORDS = {"", "无", "-", "—", "--", "——", "/", "／", "暂无"}
# Where a name can end inside a sentence.
_END = re.compile(
    r"(?:局|厅|委|办|府|部(?![门署])|署|会(?![同商议计])|院|行|司|社|队|团|县|区|镇|街道|海关|中心|公司|集团|单位|部门|专班|学校|大学|企业)(?:（[^（）]{1,20}）)?等?"
)
_HAS_VERB = re.compile("牵头|负责|配合|：")
_GOES_ON = re.compile("[\u4e00-\u9fff]{2}")
_GLUE = re.compile(r"(?<=[局厅委办司府会院])(?<!纪委)(?=[市省区县州])")
_OF_PLACE = re.compile(r"[\u4e00-\u9fff]{2}(?:政府|管委会)$")  # 东河区政府及高新区管委会
_JOINTS = re.compile(r"以及|和|及|与")
_KEPT_TOGETHER = re.compile(
    r"^(?:其|所属|下属)|^(?:国家机关|国家|政府(?!办|金融|口岸)|单位|部门|地区|机构)(?:$|工委|各)"
)
# Characters used instead of 、 between names: 市文旅局\市教育局, 市商务局.各区县.
_STOP_FOR_COMMA = re.compile(
    r"(?<=[局委厅办会府院司部行关区县])[.·・|｜\\+＋&＆](?=[\u4e00-\u9fff])"
)
_POINTS = str.maketrans("①②③④⑤⑥⑦⑧⑨⑩", "、" * 10)  # 责任单位：①市商务局②市招商局
_POINT = re.compile(
    r"(?:^|(?<=[；、，\s]))(?:\d{1,2}[.．]|（[\d一二三四五六七八九十]{1,2}）)(?=[\u4e00-\u9fff])"
)
_COLLECTIVE_BEGUN = re.compile(r"^(?:各|相关|有关|试点).*[省市县区州]$")
_REST_OF_COLLECTIVE = ("单位", "部门", "地区", "机构", "企业")  # 各有关部门、单位
# Further parts of one collective: 各市、州、直管市、神农架林区人民政府.
_PLACES_OF_ONE = re.compile(
    r"^(?:县级市|县|区|市|乡|镇|街道|自治[区州县]|旗|州|盟|地区|特区|林区|直辖市|计划单列市|直管市"
    r"|[\u4e00-\u9fff]{2,4}林区)"
    r"(?=$|[（及和〉〕）\]】]|(?:人民)?政府|党委|管委会|行署|行政公署|办事处|[商业行]|有关|相关)"
)
# Bodies of several places whose kind is named once: 广州、深圳海关.
_SHARED_BODY = re.compile(r"(?<=[\u4e00-\u9fff]{2})海关$")


class SplitName(NamedTuple):
    name: str
    start: int  # offset in the text that was split
    is_certain: bool  # False: the end of the name was inferred from 和


class Names(NamedTuple):
    names: tuple[SplitName, ...]
    open_by: tuple[str, ...]  # words for bodies without a name: 等, 市级有关部门


def split_names(text: str, directory: AgencyDirectory | None = None) -> Names:
    """Return the names in “A、B、C等”: with separators 、， and 和 between whole names."""
    found: list[SplitName] = []
    open_by: list[str] = []
    offset = 0
    text = _STOP_FOR_COMMA.sub("、", text).translate(_POINTS)
    text = _POINT.sub(lambda point: "、" * len(point[0]), text)
    for part in _OPEN_JOINT.split(text):
        if part != text and text[offset + len(part) : offset + len(part) + 1] == ETC:
            open_by.append(ETC)
        for start, piece in split_outside(part, "、，／/ \t"):
            piece_open_by, names = _of_piece(piece, offset + start, directory)
            open_by += piece_open_by
            found += names
        after = _OPEN_JOINT.match(text, offset + len(part))
        offset += len(part) + (after.end() - after.start() if after else 0)
    return Names(tuple(_shared_endings(_merged_collectives(found))), tuple(dict.fromkeys(open_by)))


def _of_piece(
    piece: str, start: int, directory: AgencyDirectory | None
) -> tuple[list[str], list[SplitName]]:
    kept = piece.lstrip()
    start += len(piece) - len(kept)
    kept = kept.rstrip()
    open_by: list[str] = []
    names: list[SplitName] = []
    for one in _split_joint(kept, start, directory):
        shut = _OPEN_END.sub("", one.name) if not one.name.endswith("等级") else one.name
        open_by += [ETC] if shut != one.name else []
        if _NOBODY.match(shut):
            open_by += [shut] if shut != "下同" else []
        elif shut not in NONE_WORDS:
            names.append(one._replace(name=shut))
    return open_by, names


def _split_joint(name: str, start: int, directory: AgencyDirectory | None) -> list[SplitName]:
    """Split at 和 if both sides are whole names: 发展和改革委员会 stays one."""
    if directory is not None and directory.match(name):
        return [SplitName(name, start, True)]
    for joint in _JOINTS.finditer(name):
        left, right = name[: joint.start()], name[joint.end() :]
        if INNER.sub("", left).count("（") or not (ends_like_body(left) and looks_whole(right)):
            continue
        if _KEPT_TOGETHER.match(right) or left in ("发展", "中央", "党委", "各有关部门"):
            continue
        known = directory is not None and directory.match(left)
        sure = bool(known) or is_collective(right) or left[0] == right[0]
        sure |= right[0] in "各市省县区国" or all(map(_OF_PLACE.search, (left, right)))
        rest = _split_joint(right, start + joint.end(), directory)
        first = SplitName(left, start, sure)
        return [first, *[one._replace(is_certain=one.is_certain and sure) for one in rest]]
    return _unglued(name, start)


def _unglued(name: str, start: int) -> list[SplitName]:
    """Split 市粮食局市储备粮公司 into two names, neither certain."""
    found: list[SplitName] = []
    for glue in _GLUE.finditer(name):
        at = found[-1].start + len(found[-1].name) - start if found else 0
        left, right = name[at : glue.start()], name[glue.start() :]
        is_level = left[:1] == right[0] and len(left) > 2
        if is_level and looks_whole(left) and looks_whole(right):
            found.append(SplitName(left, start + at, False))
    at = found[-1].start + len(found[-1].name) - start if found else 0
    return [*found, SplitName(name[at:], start + at, not found)]


def _merged_collectives(names: list[SplitName]) -> list[SplitName]:
    """Merge the parts of a collective: 相关市、县（市、区）政府 is one, although it contains 、."""
    merged: list[SplitName] = []
    for one in names:
        if merged and _is_rest_of_collective(merged[-1].name, one.name):
            merged[-1] = merged[-1]._replace(name=f"{merged[-1].name}、{one.name}")
        else:
            merged.append(one)
    return merged


def _is_rest_of_collective(last: str, name: str) -> bool:
    if name in _REST_OF_COLLECTIVE:
        return is_collective(last)
    is_begun = _COLLECTIVE_BEGUN.match(last) is not None and len(last) < 14
    return is_begun and _PLACES_OF_ONE.match(name) is not None and name[-1] not in "局委厅办"


def _shared_endings(names: list[SplitName]) -> list[SplitName]:
    """Complete names with a shared ending: 杭州市、宁波市人民政府, or 广州、深圳海关."""
    ending = unit = ""
    done: list[SplitName] = []
    for one in reversed(names):
        found = re.search(r"([省市县区州盟旗])(人民政府|政府|管委会)$", one.name)
        shared = _SHARED_BODY.search(one.name)
        if found and not is_collective(one.name):
            unit, ending = found[1], found[2]
        elif shared and not is_collective(one.name):
            unit, ending = "", shared[0]
        elif not ending or is_collective(one.name) or not 2 <= len(one.name) <= 9:
            ending = ""
        elif PLACE_END.search(one.name):
            one = one._replace(name=one.name + ending)
        elif len(one.name) < 4 and not ends_like_body(one.name):  # 杭州、宁波市人民政府
            one = one._replace(name=one.name + unit + ending, is_certain=False)
        else:
            ending = ""
        done.append(one)
    return done[::-1]


def names_before(words: str, directory: AgencyDirectory | None = None) -> tuple[Names, int]:
    """Return the bodies at the beginning of 市财政局、市审计局按程序…, and their end, else 0."""
    ends = [end.end() for end in _END.finditer(words)]
    for end in reversed(ends):
        found = split_names(words[:end], directory)
        if found.names and all(_is_sure(one, directory) for one in found.names):
            return found, end
    return Names((), ()), 0


def _is_sure(one: SplitName, directory: AgencyDirectory | None) -> bool:
    is_known = directory is not None and bool(directory.match(one.name))
    return is_known or (is_sure_body(one.name) and not names_a_class(one.name))


def names_bodies(words: str) -> bool:
    """Whether the cell of a column of bodies is blank, or contains a name or a verb."""
    names = split_names(words.rstrip("。；")).names
    is_blank = words.strip() in NONE_WORDS
    return is_blank or any(looks_whole(one.name) for one in names) or bool(_HAS_VERB.search(words))


def body_before(words: str) -> str:
    """Return the body at the beginning of 市财政局按程序安排资金; without one, the words."""
    found, end = names_before(words)
    is_body = len(found.names) == 1 and goes_on(words) and not names_a_class(words)
    return words[:end] if is_body else words


def goes_on(words: str) -> bool:
    """Whether more words follow the bodies at the beginning: 市财政局和市审计局审核."""
    _, end = names_before(words)
    return bool(end) and _GOES_ON.match(words, end) is not None


def joined_pieces(lines: list[str]) -> str:
    """Join the lines of a cell; bodies on separate lines become a list."""
    kept = [line for line in lines if line]
    if len(kept) > 1 and all(map(COLON_LABEL.match, kept)):  # 牵头：A, 配合：B
        return "；".join(line.rstrip("；") for line in kept)
    names = [line.rstrip("、，；") for line in kept]
    if len(names) > 1 and all(len(one) > 2 and is_one_body(one) for one in names):
        return "、".join(names)
    return "".join(kept)
