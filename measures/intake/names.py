"""Names of bodies: split out of a list, and told from other words by their ends. Pure."""

import re
from typing import NamedTuple

from measures.intake.brackets import split_outside
from measures.intake.directory import AgencyDirectory
from measures.intake.list_words import COLON_LABEL

NAME_MOST = 45
ETC = "等"
# Ends of the names of bodies.
_END_WORDS = (
    "委 局 厅 办 部 院 署 行 会 社 台 校 所 馆 站 处 室 组 队 协 联 央 "
    "公司 集团 政府 海关 中心 工委 大学 学院 法院 银行 部门 单位 地区 机构 企业 办公室 管委会 "
    "区县 军区 电网 实验室 出版社 联社 指挥部 总部 分行 街道 办事处 基地 平台 园区 口岸 商会 "
    "司 兵团 专班 机关 电信 移动 联通 铁塔 邮政 "
    "联盟 高校 院所 党委 总局 科室 乡镇 开发区 新区 自贸区 务段"
)
# Words that end like bodies and are none: 布局, 座谈会, 大厅, 网站.
_NO_BODY = re.compile(
    r"(?:布局|格局|结局|大局|全局|部署|[大展餐客]厅|网站|官网|[东西南北中内外全干]部|俱乐部"
    r"|[主承举督代]办|[互关物]联|先行|试行|执行|运行|进行|(?<!农)发行|社会|机会"
    r"|(?:介|览|谈|易|示|聘|布|乐|动|调|进|席|议|见|流|接)会)$"
)
_SECTION_OF_BODY = re.compile(r"[局委厅办][\u4e00-\u9fff]{1,6}[科股]$")  # 市教育局基教科
# Names alone, without a verb or a label, are a list where one ends like this or is known.
_PLAIN_END = re.compile(
    r"(?:局|厅|委|办|府|部|署|会|院|行|联|司|海关|集团|兵团|办事处|指挥部|工委|督查室|研究室|办公室|支队|总队|大队|调查队|专班|社)$"
    r"|^[市省区县州].{2,}中心$"
)
_ENDS = tuple(_END_WORDS.split())
_PLACE_END = re.compile(r"(?:自治区|自治县|自治州|地区|省|市|县|区|盟|旗|镇|乡)$")
_COLLECTIVE = re.compile(
    r"^(?:各|相关|有关|全市各|全省各|其他|其它|试点|所在|属地|地方|涉及|沿线|上述)|各级|成员单位$"
    r"|各[\u4e00-\u9fff]{0,6}(?:部门|单位|地区|区县|县区|市县|街道|乡镇|机构|[国央民]?企|企业|高校|院校|委办局)$"
    r"|各(?:区县|县区|市县|[市县区州镇乡])"
    r"|^(?:[市省区县州]|国有|中央|部)*[属直管](?:国有|重点)?(?:企业|国企|高校|院校|医院|学校)$"
    r"|^(?:中央|部省属|省部属)?[在驻][\u4e00-\u9fff]{1,4}?(?:各)?(?:单位|企业|部队|机构|高校)$"
)
# Ends of 各地, 各镇街: what else begins with 各 may go on as a sentence.
_CLASS_OF_PLACES = re.compile(
    r"(?:地|街|级|州|盟|方面|板块|群团|团体|开发区|院|校|[国央民]企|队伍|村|社区)$"
)
# Whom a name includes: part of the name, and nothing else.
INCLUDES = re.compile(r"[（(〔\[](?:含|包括|不含|不包括)[^（(〔\[）)〕\]]*[）)〕\]]")
_INNER = re.compile(r"[（(〔\[［【][^（(〔\[［【]*[）)〕\]］】]")
_CLASS_WORDS = "(?:部门|单位|方面|机构|组织|团体|企业|院校|高校|院所)"
_LEVEL = (
    r"(?:(?:全|本)?(?:[市省区县州旗盟]|自治[区州县])|国务院|中央|国家|中央和国家机关)"
    r"(?:级|直|属|政府|委){0,2}"
)
_RELATED = r"(?:有关|相关|多个)(?:职能|业务|行业|主管)?"
# 等, 等有关部门, 等部门和单位, 等市直有关单位: the list is open.
_ETC = r"(?<![高平同上中下初优甲乙丙减相])等"
_OPEN_END = re.compile(
    rf"{_ETC}(?:[市县区地]{{1,2}}(?:人民)?政府|[^、，,；;（）()和及]{{0,8}}{_CLASS_WORDS})?"
    r"(?:(?:和|及|、)(?:有关|相关)?(?:单位|部门|地区|地方|机构))?$"
)
_OPEN_JOINT = re.compile(
    rf"{_ETC}[^、，,；;（）()和及与]{{0,10}}(?:和|及|与|以及)(?=各|有关|相关|试点|地方)"
)
_NOBODY = re.compile(
    rf"^(?:{_LEVEL})?{_RELATED}(?:部门|单位|方面|机构)(?:(?:和|及)?(?:单位|部门|机构))?$|^下同$"
)
# Words of a sentence: what has one of them is more than the name of a body, or none.
_OF_SENTENCE = re.compile(
    r"均|涉及|负责|牵头|配合|会同|做好|抓好|按照|不再|下同|同上|以下|公布|报送|建立|(?<!自)由|某"
    r"|^(?!各|有关|相关).*?(?:责任|牵头|配合|负责)(?:单位|部门|主体)"
    r"|等(?=[市省区县州国]|有关|相关)"
    r"|^(?:原|报|送|抄送|经|向|对|与|同|将|把|以|请)(?=[市省区县国])"
    r"|^(?:不含|不包括|其中|除(?!夕))"
    r"|(?:完成|落实|推进|统筹|主抓|为主|督办)$"
    r"|(?:报|委托|对接|移送|提请|督促|协调|联系|抄送|依托)(?=[市省区县州国各])"
    r"|^(?:委托|聘请|引入|依托|通过|协调|督促|发现|组织|推动|支持|鼓励|引导|加强|报请|提请)"
    r"|^(?:有限|股份|责任公司|公司|分公司|分行|分局|分署|委员会$)"  # the rest of a broken name
)
# What is a class of bodies and names none: 施工企业, 业务主管部门, 政府.
_CLASS_END = re.compile(
    r"(?:企业|单位|部门|机构|业主|负责人|(?:司法|行政|执法|公安|国家|监察)机关"
    r"|[两二三四五六七八九十][区县市地州](?:人民)?政府)$"
    r"|^(?:政府|学校|医院|银行|社区|街道|乡镇|公司|集团|行业协会|协会|商会|机关|高校|园区|平台|基地)$"
)
NONE_WORDS = {"", "无", "-", "—", "--", "——", "/", "／", "暂无"}
_BODY_BEFORE = re.compile(
    r"(?:[市省区县州国][^，、（）()]{1,10}?[局委厅办府院]|各[市省区县州乡镇街道部门单位]{1,4})(?=[\u4e00-\u9fff]{2})"
)
_GLUE = re.compile(r"(?<=[局厅委办司府会院])(?<!纪委)(?=[市省区县州])")
_OF_PLACE = re.compile(r"[\u4e00-\u9fff]{2}(?:政府|管委会)$")  # 东河区政府及高新区管委会
_JOINTS = re.compile(r"以及|和|及|与")
_KEPT_TOGETHER = re.compile(
    r"^(?:其|所属|下属)|^(?:国家机关|国家|政府(?!办|金融|口岸)|单位|部门|地区|机构)(?:$|工委|各)"
)
# A sign that stands for 、 between names: 市文旅局\市教育局, 市商务局.各区县.
_STOP_FOR_COMMA = re.compile(
    r"(?<=[局委厅办会府院司部行关区县])[.·・|｜\\+＋&＆](?=[\u4e00-\u9fff])"
)
_POINTS = str.maketrans("①②③④⑤⑥⑦⑧⑨⑩", "、" * 10)  # 责任单位：①市商务局②市招商局
_COLLECTIVE_BEGUN = re.compile(r"^(?:各|相关|有关|试点).*[省市县区州]$")
_REST_OF_COLLECTIVE = ("单位", "部门", "地区", "机构", "企业")  # 各有关部门、单位
# What else may stand in one collective: 各市、州、直管市、神农架林区人民政府.
_PLACES_OF_ONE = re.compile(
    r"^(?:县级市|县|区|市|乡|镇|街道|自治[区州县]|旗|州|盟|地区|特区|林区|直辖市|计划单列市|直管市"
    r"|[\u4e00-\u9fff]{2,4}林区)"
    r"(?=$|[（(及和〉〕）)\]】]|(?:人民)?政府|党委|管委会|行署|行政公署|办事处|[商业行]|有关|相关)"
)
# Bodies of several places whose kind is said once: 广州、深圳海关.
_SHARED_BODY = re.compile(r"(?<=[\u4e00-\u9fff]{2})海关$")
_BAD = re.compile(r"[。；：！？“”\"《》=<>]|\d{4}年")
_QUOTED = re.compile(r"“[^“”]{1,12}”")  # part of a name, hardly ever
_HAN = re.compile("[\u4e00-\u9fff]")


class SplitName(NamedTuple):
    name: str
    start: int  # offset in the text that was split
    is_certain: bool  # False: where the name ends was inferred from 和


class Names(NamedTuple):
    names: tuple[SplitName, ...]
    open_by: tuple[str, ...]  # the words that leave others unnamed: 等, 市级有关部门


def split_names(text: str, directory: AgencyDirectory | None = None) -> Names:
    """The names in “A、B、C等”: with separators 、，, and 和 between whole names."""
    found: list[SplitName] = []
    open_by: list[str] = []
    offset = 0
    text = _STOP_FOR_COMMA.sub("、", text).translate(_POINTS)
    for part in _open_joints(text):
        if part != text and text[offset + len(part) : offset + len(part) + 1] == ETC:
            open_by.append(ETC)
        for start, piece in split_outside(part, "、，,／/ \t"):
            piece_open_by, names = _of_piece(piece, offset + start, directory)
            open_by += piece_open_by
            found += names
        after = _OPEN_JOINT.match(text, offset + len(part))
        offset += len(part) + (after.end() - after.start() if after else 0)
    return Names(tuple(_shared_endings(_merged_collectives(found))), tuple(dict.fromkeys(open_by)))


def _open_joints(text: str) -> list[str]:
    return _OPEN_JOINT.split(text)


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
    """Split at 和 where both sides are whole names: 发展和改革委员会 stays one."""
    if directory is not None and directory.match(name):
        return [SplitName(name, start, True)]
    for joint in _JOINTS.finditer(name):
        left, right = name[: joint.start()], name[joint.end() :]
        if _INNER.sub("", left).count("（") or not (ends_like_body(left) and looks_whole(right)):
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
    """市粮食局市储备粮公司 is hardly one body: two, and a person looks at them."""
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
    """相关市、县（市、区）政府 is one collective, though it has a 、 in it."""
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
    """杭州市、宁波市人民政府 is 杭州市人民政府 and 宁波市人民政府; 广州、深圳海关 are two too."""
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
        elif _PLACE_END.search(one.name):
            one = one._replace(name=one.name + ending)
        elif len(one.name) < 4 and not ends_like_body(one.name):  # 杭州、宁波市人民政府
            one = one._replace(name=one.name + unit + ending, is_certain=False)
        else:
            ending = ""
        done.append(one)
    return done[::-1]


def joined_pieces(lines: list[str]) -> str:
    """The lines of a cell as one: bodies that stand one below the other as a list of them."""
    kept = [line for line in lines if line]
    if len(kept) > 1 and all(map(COLON_LABEL.match, kept)):  # 牵头：A, 配合：B
        return "；".join(line.rstrip("；;") for line in kept)
    names = [line.rstrip("、，,；;") for line in kept]
    if len(names) > 1 and all(len(one) > 2 and is_one_body(one) for one in names):
        return "、".join(names)
    return "".join(kept)


def can_be_alone(name: str) -> bool:
    """Whether words can name a body without a verb or a label that says so."""
    fits = ends_like_body(name) or (is_collective(name) and looks_whole(name))
    return shape_fits(name) and fits and not says_more(name)


def is_sure_body(name: str) -> bool:
    """Whether words alone are a body by their look: 市财政局, 各乡镇; not 市图书馆, 东部."""
    return can_be_alone(name) and (ends_plainly(name) or is_collective(name))


def body_before(words: str) -> str:
    """The body that a piece of a sentence begins with, or the words: 市财政局按程序安排资金."""
    found = _BODY_BEFORE.match(words)
    is_body = found is not None and is_sure_body(found[0]) and not names_a_class(found[0])
    return found[0] if found and is_body else words


def is_one_body(line: str) -> bool:
    """Whether a line holds the name of a body, or of some, and nothing else."""
    fits = ends_like_body(line) or (is_collective(line) and looks_whole(line))
    return fits and re.search("[，。；：]", line) is None and not says_more(_INNER.sub("", line))


def is_collective(name: str) -> bool:
    return _COLLECTIVE.search(name) is not None


def ends_like_body(name: str) -> bool:
    plain = _INNER.sub("", name).strip()
    fits = plain.endswith(_ENDS) or _SECTION_OF_BODY.search(plain) is not None
    return len(plain) > 1 and fits and _NO_BODY.search(plain) is None


def ends_plainly(name: str) -> bool:
    """Whether a name ends as hardly anything but a body does: 局, not 馆; 政府 names none."""
    if names_a_class(name):
        return False
    plain = _INNER.sub("", name).strip()
    return _PLAIN_END.search(plain) is not None and ends_like_body(plain)


def looks_whole(name: str) -> bool:
    """Whether words can be the whole name of a body, by their end and shape."""
    plain = _INNER.sub("", name)
    is_class = is_collective(plain) and _CLASS_OF_PLACES.search(plain) is not None
    fits = ends_like_body(plain) or is_class or _PLACE_END.search(plain) is not None
    is_plain = shape_fits(name) and _QUOTED.search(name) is None
    return fits and is_plain and not says_more(INCLUDES.sub("", name))


def says_more(name: str) -> bool:
    """Whether words are part of a sentence and not a name: 任务均需各区政府."""
    return _OF_SENTENCE.search(name) is not None


def names_a_class(name: str) -> bool:
    """Whether words mean a class of bodies, not one: 施工企业, but not 市级公司."""
    return _CLASS_END.search(name) is not None and not is_collective(name)


def shape_fits(name: str) -> bool:
    return (
        1 < len(name) <= NAME_MOST
        and _HAN.search(name) is not None
        and _BAD.search(_QUOTED.sub("", name)) is None
        and name.count("（") == name.count("）")
    )
