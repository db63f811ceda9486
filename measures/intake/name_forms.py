"""Recognises names of bodies by their endings and other words. Pure."""

import re

NAME_MOST = 45
# Endings of names of bodies.
_END_WORDS = (
    "委 局 厅 办 部 院 署 行 会 社 台 校 所 馆 站 处 室 组 队 协 联 央 "
    "公司 集团 政府 海关 中心 工委 大学 学院 法院 银行 部门 单位 地区 机构 企业 办公室 管委会 "
    "区县 军区 电网 实验室 出版社 联社 指挥部 总部 分行 街道 办事处 基地 平台 园区 口岸 商会 "
    "司 兵团 专班 机关 电信 移动 联通 铁塔 邮政 "
    "中学 小学 科 联盟 高校 院所 党委 总局 科室 乡镇 开发区 新区 自贸区 务段"
)
# Words with such endings that are not bodies: 布局, 座谈会, 大厅, 网站.
_NO_BODY = re.compile(
    r"(?:布局|格局|结局|大局|全局|部署|[大展餐客]厅|网站|官网|[东西南北中内外全干]部|俱乐部"
    r"|[主承举督代]办|[互关物]联|[学百本专文理]科|先行|试行|执行|运行|进行|(?<!农)发行|社会|机会"
    r"|(?:介|览|谈|易|示|聘|布|乐|动|调|进|席|议|见|流|接)会)$"
)
_SECTION_OF_BODY = re.compile(r"[局委厅办][\u4e00-\u9fff]{1,6}[科股]$")  # 市教育局基教科
# Names without verb or label are a list if one of them ends like this or is known.
_PLAIN_END = re.compile(
    r"(?:局|厅|委|办|府|部|署|会|院|行|联|司|海关|集团|兵团|办事处|指挥部|工委|督查室|研究室|办公室|支队|总队|大队|调查队|专班|社)$"
    r"|^[市省区县州].{2,}中心$"
)
_ENDS = tuple(_END_WORDS.split())
PLACE_END = re.compile(r"(?:自治区|自治县|自治州|地区|省|市|县|区|盟|旗|镇|乡)$")
_COLLECTIVE = re.compile(
    r"^(?:各|相关|有关|全市各|全省各|其他|其它|试点|所在|属地|地方|涉及|沿线|上述)|各级|成员单位$"
    r"|各[\u4e00-\u9fff]{0,6}(?:部门|单位|地区|区县|县区|市县|街道|乡镇|机构|[国央民]?企|企业|高校|院校|委办局)$"
    r"|各(?:区县|县区|市县|[市县区州镇乡])"
    r"|^(?:[市省区县州]|国有|中央|部)*[属直管](?:国有|重点)?(?:企业|国企|高校|院校|医院|学校)$"
    r"|^(?:中央|部省属|省部属)?[在驻][\u4e00-\u9fff]{1,4}?(?:各)?(?:单位|企业|部队|机构|高校)$"
)
# Endings of 各地, 各镇街: other words with 各 may be part of a sentence.
_CLASS_OF_PLACES = re.compile(
    r"(?:地|街|级|州|盟|方面|板块|群团|团体|开发区|[院校厂场矿店]|党组织|支部|[国央民]企|队伍|村|社区)$"
)
# The bodies that a name includes: a part of the name.
INCLUDES = re.compile(r"[（〔\[](?:含|包括|不含|不包括)[^（〔\[）〕\]]*[）〕\]]")
INNER = re.compile(r"[（〔\[［【][^（〔\[［【]*[）〕\]］】]")
# Words of sentences: a name that contains one is not just the name of a body.
_OF_SENTENCE = re.compile(
    r"均|的|涉及|负责|牵头|配合|会同|做好|抓好|按照|不再|下同|同上|以下|公布|报送|建立|(?<!自)由|某"
    r"|^(?!各|有关|相关).*?(?:责任|牵头|配合|负责)(?:单位|部门|主体)"
    r"|或(?=[市省区县州国各委])|等(?=[市省区县州国]|有关|相关)"
    r"|^(?:原|报|送|抄送|经|向|对|与|同|将|把|以|请)(?=[市省区县国])"
    r"|^(?:不含|不包括|其中|除(?!夕))"
    r"|(?:完成|落实|推进|统筹|主抓|为主|督办)$"
    r"|(?:报|委托|对接|移[送交]|并入|划[归转]|转?交[由给]?|提请|督促|协调|联系|抄送|依托|征求|(?<=[局委厅办府])商)(?=[市省区县州国各])"
    r"|^(?:委托|聘请|引入|依托|通过|协调|督促|发现|组织|推动|支持|鼓励|引导|加强|报请|提请)"
    r"|^(?:有限|股份|责任公司|公司|分公司|分行|分局|分署|委员会$)"  # the rest of a broken name
)
# Classes of bodies: 施工企业, 业务主管部门, 政府.
_CLASS_END = re.compile(
    r"(?:企业|单位|部门|机构|业主|负责人|(?:司法|行政|执法|公安|国家|监察)机关"
    r"|[两二三四五六七八九十][区县市地州](?:人民)?政府)$"
    r"|^(?:政府|学校|医院|银行|社区|街道|乡镇|公司|集团|行业协会|协会|商会|机关|高校|园区|平台|基地)$"
)
_BAD = re.compile(r"[。；：！？“”\"《》=<>]|\d{4}年")
_QUOTED = re.compile(r"“[^“”]{1,12}”")  # very rarely part of a name
_HAN = re.compile("[\u4e00-\u9fff]")


def can_be_alone(name: str) -> bool:
    """Whether words can be a body's name without a verb or a label."""
    fits = ends_like_body(name) or (is_collective(name) and looks_whole(name))
    return shape_fits(name) and fits and not says_more(name)


def is_sure_body(name: str) -> bool:
    """Whether words look like a body by themselves: 市财政局, 各乡镇; not 市图书馆, 东部."""
    return can_be_alone(name) and (ends_plainly(name) or is_collective(name))


def is_one_body(line: str) -> bool:
    """Whether a line consists of one or more names of bodies."""
    fits = ends_like_body(line) or (is_collective(line) and looks_whole(line))
    return fits and re.search("[，。；：]", line) is None and not says_more(INNER.sub("", line))


def is_collective(name: str) -> bool:
    return _COLLECTIVE.search(name) is not None


def ends_like_body(name: str) -> bool:
    plain = INNER.sub("", name).strip()
    fits = plain.endswith(_ENDS) or _SECTION_OF_BODY.search(plain) is not None
    return len(plain) > 1 and fits and _NO_BODY.search(plain) is None


def ends_plainly(name: str) -> bool:
    """Whether a name has an ending that only bodies have: 局, but not 馆; not 政府 alone."""
    if names_a_class(name):
        return False
    plain = INNER.sub("", name).strip()
    return _PLAIN_END.search(plain) is not None and ends_like_body(plain)


def looks_whole(name: str) -> bool:
    """Whether words can be the whole name of a body, by their end and shape."""
    plain = INNER.sub("", name)
    is_class = is_collective(plain) and _CLASS_OF_PLACES.search(plain) is not None
    fits = ends_like_body(plain) or is_class or PLACE_END.search(plain) is not None
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
