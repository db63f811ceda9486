"""Proposes name, full name and kind of a new agency. Pure."""

import re

from agencies.choices import AgencyKind
from measures.intake.directory import AgencyDirectory
from measures.intake.name_forms import is_collective
from measures.intake.places import NOWHERE, HomePlace, place_in
from measures.intake.work import FULL_MOST, SHORT_MOST, NewAgency

_NATIONAL = re.compile(r"^(?:国家|中国|中央|中共中央|国务院|全国)")
_KINDS = (
    (AgencyKind.ZONE, re.compile(r"(?:管委会|管理委员会|开发区|高新区|经开区|保税区|新区)$")),
    (
        AgencyKind.CENTRAL,
        re.compile(
            r"海关$|海事局$|税务局$|^人行|人民银行|总局|^民航|邮政管理局$|通信管理|证监局$|外汇局$"
            r"|^国家|出入境边防"
        ),
    ),
    (
        AgencyKind.ENTERPRISE,
        re.compile(r"(?:公司|集团|银行|分行|联社|企业|移动|电信|联通|铁塔|电网|法人)$|信保"),
    ),
    (AgencyKind.DISTRICT, re.compile(r"[^市](?:区|县|旗|[^省]市)(?:人民政府|政府)?$")),
    (
        AgencyKind.MUNICIPAL,
        re.compile(
            r"^市.*(?:[委局办厅院室]|委员会|总工会|妇联|残联|工商联|科协|文联)$|^市政府|^团市委$"
        ),
    ),
)
_LEVELS = {"省": "province", "市": "city", "州": "city", "区": "district", "县": "district"}


def kind_of(name: str) -> str:
    """Return the kind of a body by its name; empty if the name does not show it."""
    if is_collective(name):
        return ""
    return next((kind.value for kind, words in _KINDS if words.search(name)), "")


def full_name_of(name: str, here: HomePlace) -> str:
    """Return a name with the place of the notice: 甘棠市财政局 for 市财政局."""
    if here == NOWHERE or _NATIONAL.match(name) or place_in(name, {}) != NOWHERE:
        return name
    if any(word and word in name for word in (here.city, here.district)):
        return name
    if name == "团市委" and here.city:
        return f"共青团{here.city_words}委员会"
    level = _LEVELS.get(name[0], "") if name else ""
    if level == "province":
        return here.province_words + name[1:] if here.province_words else name
    if level == "city":
        return here.city_words + name[1:] if here.city else name
    if level == "district":
        return here.city_words + here.district + name[1:] if here.district else name
    return (here.city_words + here.district or here.province_words) + name


def proposed_agency(name: str, here: HomePlace, directory: AgencyDirectory) -> NewAgency:
    """Propose a new agency for a name.

    Its short name contains its place if another body has the same name, or if it is of another
    city than the directory: choices would show its 市公安局 beside the own city's.
    """
    full_name = full_name_of(name, here)[:FULL_MOST]
    own = directory.own_city
    is_elsewhere = bool(own and here != NOWHERE) and here.city != own
    is_told_apart = is_elsewhere or bool(directory.match(name))
    short_name = full_name if is_told_apart and len(full_name) <= SHORT_MOST else name
    return NewAgency(short_name[:SHORT_MOST], full_name, kind_of(name))
