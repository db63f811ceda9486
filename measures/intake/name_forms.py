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
    r"(?:布局|格局|结局|大局|全局|部署|[大展餐客]厅|网站|官网|[东西南北中内外全干\d]部|俱乐部"
    r"|[主承举督代会]办|[互关物]联|[学百本专文理]科|先行|试行|执行|运行|进行|(?<!农)发行|社会|机会"
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
# Words before a body that does not do the task, or not alone: 支持市商务局, 报省财政厅.
_ACTS = (
    "支持 推动 推进 指导 监督 督促 督导 督办 协调 协助 帮助 配合 会同 联合 "
    "组织 动员 发动 责成 要求 建议 争取 对接 对标 服务 参照 比照 参考 借助 "
    "依托 通过 委托 邀请 聘请 提请 报请 商请 申请 告知 通知 通报 报告 报送 "
    "抄送 抄报 上报 移送 移交 转交 交由 交给 反馈 反映 征求 听取 接受 联系 "
    "沟通 衔接 协商 引导 鼓励 引入 引进 发现 加强 落实 按照 根据 依据 遵照 "
    "围绕 针对 面向 关于 考核 检查 督查 审核 并入 划归 划转 学习 借鉴"
)
_LEVEL = "[市省区县州国各]"
_ACT = re.compile(
    rf"(?:{'|'.join(_ACTS.split())}|报|向|(?<=[局委厅办府])[对与商为给])(?={_LEVEL})"
    rf"|^(?:[向报转对与同将把被让使受待随从为给在据因以请送经拟])(?={_LEVEL})|^商(?=[市省国])"
    r"|^(?:委托|聘请|引入|依托|通过|协调|督促|发现|组织|推动|支持|鼓励|引导|加强|报请|提请|考核|对象|含(?!山)|包括)"
)
# Words of sentences: a name that contains one is not just the name of a body.
_OF_SENTENCE = re.compile(
    r"均|的|涉及|负责|牵头|配合|会同|做好|抓好|按照|不再|下同|同上|以下|公布|报送|建立|(?<!自)由|某"
    r"|调整为|变更为|改为|更名|除外|\d+[个家所]|[两二三四五六七八九十几多][个家]"
    r"|^(?!各|有关|相关).*?(?:责任|牵头|配合|负责)(?:单位|部门|主体)|.(?:单位|部门)(?=[市省区县州国])"
    r"|或(?=[市省区县州国各委])|等(?=[市省区县州国]|有关|相关)"
    rf"|^[原非](?={_LEVEL})|^(?:不|其中|除(?!夕))"
    r"|(?:完成|落实|推进|统筹|主抓|为主|督办)$"
    r"|[局厅委部](?:制定|制订|出台|印发|编制|提出|建立|完善|明确|拟定|起草|开展)"  # then its object
    r"|^(?:有限|股份|责任公司|公司|分公司|分行|分局|分署|委员会$)"  # the rest of a broken name
)
# Classes of bodies: 施工企业, 业务主管部门, 政府.
_CLASS_END = re.compile(
    r"(?:企业|单位|部门|机构|业主|负责人|(?:司法|行政|执法|公安|国家|监察)机关"
    r"|[两二三四五六七八九十][区县市地州](?:人民)?政府)$"
    r"|^(?:政府|学校|医院|银行|社区|街道|乡镇|公司|集团|(?:行业)?协会|商会|学会|机关|高校|(?:科研)?院所|大学|园区|平台|基地)$"
)
_BAD = re.compile(r"[^\w\s（）〔〕\[\]［］【】、，·•—－&〈〉.★☆▲△●◆*-]|\d{4}年")
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
    return _OF_SENTENCE.search(name) is not None or has_act(name)


def has_act(name: str) -> bool:
    """Whether words say what is done to or with a body: 督促市财政局."""
    return _ACT.search(name) is not None


def is_rest_of_name(name: str) -> bool:
    """Whether a name may share the beginning of the one before it: 市发改、财政局."""
    return len(name) < 6 and re.match(f"{_LEVEL}|[中全]", name) is None


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
