"""Remarks in brackets after a name: a person, a telephone number, or who does what. Pure.

县工信局（王五） is 县工信局, 区住建局（各街道配合） names two bodies, 市商务局（外贸处） is one.
"""

import re
from typing import NamedTuple

from measures.intake.name_forms import ends_like_body

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕"
    "丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴"
    "严莫孔向常汤康易乔赖文庞樊兰殷施洪翟安颜倪温季俞章鲁葛毕聂柴焦柳邢岳齐梅庄辛管祝左涂谷祁耿牟卜"
)
_POST = (
    "(?:(?:常务)?副?(?:[省市县区州镇乡]长|主任|局长|厅长|部长|书记|处长|科长|总经理|秘书长)"
    "|同志|组长)"
)
_PERSON = rf"(?:(?:[{_SURNAMES}]|欧阳|司马|上官|诸葛|皇甫)[\u4e00-\u9fff]{{1,2}}{_POST}?|{_POST})"
_TELEPHONE = r"(?:电话：?)?(?:1\d{10}|\d{3,4}-?\d{7,8}|\d{7,8})"
_PEOPLE = re.compile(rf"(?:{_PERSON}|{_TELEPHONE})(?:[、，；\s]*(?:{_PERSON}|{_TELEPHONE}))*")
_NO_NAME = re.compile("^(?:现|原|设在|挂靠|以下|简称|下称)|[，。；]|负责|牵头")
_OPEN = re.compile("待定|暂定|拟定|^[现原]|合并|整合|不|曾|撤|取消")
_ASIDE = re.compile(r"(?P<name>[^（〔\[]{2,}?)\s*[（〔\[](?P<words>[^（〔\[）〕\]]+)[）〕\]]$")


class NameWithAside(NamedTuple):
    name: str
    words: str  # the text inside the bracket


def name_with_aside(name: str) -> NameWithAside | None:
    """Return a body's name and the words in the bracket after it; None without a bracket."""
    found = _ASIDE.match(name)
    return NameWithAside(found["name"], found["words"].strip()) if found else None


def names_people(words: str) -> bool:
    """Whether words are only names of people, their posts or telephone numbers."""
    plain = words.strip()
    return _PEOPLE.fullmatch(plain) is not None and not ends_like_body(plain)


def is_other_name(words: str) -> bool:
    """Whether words are another name or a part of the body before them: 市文明办, 外贸处."""
    fits = ends_like_body(words) and not words.endswith(("单位", "部门", "企业"))
    return fits and _NO_NAME.search(words) is None


def is_open(words: str) -> bool:
    """Whether a remark leaves open which body is meant: 现市生态环境局, 待定."""
    return _OPEN.search(words) is not None
