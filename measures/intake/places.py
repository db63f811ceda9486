"""The place of a body or notice: 市商务委 is a different body in each city. Pure.

A place is read from a full name, an issuer or a title. A name without a place means a body of the
notice's own place; if the notice names no place, or two, the name is never certain.
"""

import re
from collections.abc import Iterable, Mapping
from itertools import combinations
from typing import NamedTuple

# The character of a province in its documents' numbers.
_SIGNS = {
    **{"北京": "京", "天津": "津", "河北": "冀", "山西": "晋", "内蒙古": "内", "辽宁": "辽"},
    **{"吉林": "吉", "黑龙江": "黑", "上海": "沪", "江苏": "苏", "浙江": "浙", "安徽": "皖"},
    **{"福建": "闽", "江西": "赣", "山东": "鲁", "河南": "豫", "湖北": "鄂", "湖南": "湘"},
    **{"广东": "粤", "广西": "桂", "海南": "琼", "重庆": "渝", "四川": "川", "贵州": "黔"},
    **{"云南": "云", "西藏": "藏", "陕西": "陕", "甘肃": "甘", "青海": "青", "宁夏": "宁"},
    "新疆": "新",
}
_REGIONS = {
    **{"内蒙古": "内蒙古自治区", "广西": "广西壮族自治区", "西藏": "西藏自治区"},
    **{"宁夏": "宁夏回族自治区", "新疆": "新疆维吾尔自治区"},
}
_CITY_PROVINCES = ("北京", "天津", "上海", "重庆")
_OF_SIGN = {sign: name for name, sign in _SIGNS.items()}
_SIGNED = re.compile(r"^[\u4e00-\u9fff](?:府|政|委|办)")
_COUNTY_SIGNS = ("京山", "津市")  # 京山, 津市: their documents begin like a city's
_WORD = r"[^市省县委局厅办各、，。《》（）\s]"
_START = re.compile(
    r"^(?:中共|中国共产党)?"
    rf"(?:(?P<province>{_WORD}{{2,3}})省"
    r"|(?P<region>内蒙古|广西|西藏|宁夏|新疆)(?:壮族|回族|维吾尔)?自治区)?"
    rf"(?:(?P<city>{_WORD}{{2,5}}?)市|(?P<state>{_WORD}{{2,12}}?自治州|{_WORD}{{2,5}}?盟))?"
    rf"(?P<district>{_WORD}{{1,12}}?自治县|{_WORD}{{1,4}}?(?:(?<![新发验税园社地景特港技业])区|县|旗))?"
)
# 国家税务总局甘棠市税务局: the place follows the parent body.
_INSIDE = re.compile(rf"(?:总局|银行|人行|公司|国网|民航)(?P<city>{_WORD}{{2,4}}?)市")
# Words before 市 or 省 in a title that show that it is not a place: 推进城市更新, 农产品市场.
_NO_NAME = re.compile(r"[推加促优深完提实强建支关印转进发展快全本我各超夜菜上批大中小节的]|^.?城$")
_NO_PLACE_BEHIND = re.compile(r"场|民|政(?!府)|容|值|域|属|级|直")
# A body of the whole country: its name says so, or it is a ministry's.
_NATIONAL = re.compile(r"^(?:国家|中国|中华人民共和国|中央|中共中央|国务院|全国)")
_MINISTRY = re.compile(r"^(?![市省区县州各团])[\u4e00-\u9fff]{2,10}(?:部|总局|总署)$")


class HomePlace(NamedTuple):
    """Names without 省, 市 and 区; 重庆 is its own province. Empty: unknown."""

    province: str = ""
    city: str = ""
    district: str = ""

    @property
    def words(self) -> str:
        """The place as written before the name of a body: 四川省成都市."""
        return self.province_words + self.city_words + self.district

    @property
    def province_words(self) -> str:
        province = "" if self.province in ("", self.city) else self.province
        return _REGIONS.get(province, province and f"{province}省")

    @property
    def city_words(self) -> str:
        is_named = not self.city or self.city.endswith(("自治州", "盟"))
        return self.city if is_named else f"{self.city}市"


NOWHERE = HomePlace()
KnownPlaces = Mapping[str, HomePlace]  # by the word that names each


def known_places(full_names: Iterable[str]) -> dict[str, HomePlace]:
    """Return the provinces, and the cities that full names begin with."""
    known = {name: HomePlace(name) for name in _SIGNS} | {
        name: HomePlace(name, name) for name in _CITY_PROVINCES
    }
    for name in full_names:
        place = _beginning(name)
        if place.city and place.city not in known:
            known[place.city] = HomePlace(place.province, place.city)
    return known


def place_in(name: str, known: KnownPlaces) -> HomePlace:
    """Return the place in the full name of a body or an issuer; NOWHERE if it has none."""
    place = _beginning(name)
    behind = next((one for one in known if place.city != one and place.city.endswith(one)), "")
    if behind and place.city not in known:  # 共青团重庆市委员会
        return known[behind]
    if place.province or place.city:
        return _with_province(place)
    inside = _INSIDE.search(name)
    if inside:
        return _with_province(HomePlace(city=inside["city"]))
    found = [known[word] for word in known if word in name]
    if found:
        return max(found, key=lambda one: bool(one.city))._replace(district=place.district)
    return place


def place_of_notice(number: str, title: str, issuer: str, known: KnownPlaces) -> HomePlace:
    """Return the place of a notice; NOWHERE if it names none, or two."""
    named = [*issuer.split("、"), title.split("关于")[0]]
    if any(_names_two(words, known) for words in named):
        return NOWHERE
    said = [place_in(one, known) for one in issuer.split("、")]
    said += [_of_title(words, known) for words in _beginnings(title)]
    said = [one for one in said if one != NOWHERE]
    sign = "" if number.startswith(_COUNTY_SIGNS) else _OF_SIGN.get(number[:1], "")
    if not said:  # 川政 may be of a city in that province: only 京津沪渝 are certain
        return HomePlace(sign, sign) if sign in _CITY_PROVINCES else NOWHERE
    signed = [HomePlace(sign)] if sign and _SIGNED.match(number) else []
    if any(_differ(one, other) for one in said for other in [*said, *signed]):
        return NOWHERE
    return said[0]


def _names_two(words: str, known: KnownPlaces) -> bool:
    """Whether words name two issuers without a separator: 重庆市政府办公厅四川省政府办公厅."""
    places = [place for word, place in known.items() if word in words]
    return any(_differ(one, other) for one, other in combinations(places, 2))


def lacks_place(full_name: str, known: KnownPlaces) -> bool:
    """Whether a full name lacks the place of a body that has one."""
    is_national = _NATIONAL.match(full_name) or _MINISTRY.match(full_name)
    return not is_national and place_in(full_name, known) == NOWHERE


def home_of(name: str, place: HomePlace) -> HomePlace:
    """Return the place of a body named in a notice: 省 and 市 in it mean the notice's own."""
    levels = {"省": HomePlace(place.province), "市": place._replace(district="")}
    level = re.search("[省市]", name)
    return levels[level[0]] if level else place


def name_with_place(name: str, home: HomePlace) -> str:
    """Return 四川省成都市财政局 for 市财政局 of 成都; unchanged if it begins otherwise."""
    return home.words + name[1:] if home.words.endswith(name[:1]) else name


def means(name: str, body: HomePlace, here: HomePlace, full_name: str) -> bool:
    """Whether a name in a notice of one place means this body of another, or the same."""
    if body == NOWHERE:
        return _NATIONAL.match(full_name) is not None or _MINISTRY.match(full_name) is not None
    if body.province and here.province and body.province != here.province:
        return body.province in name or bool(body.city and body.city in name)
    if body.city and body.city != here.city and body.city not in name:
        return False
    if body.province and not body.city and body.province != here.province:
        return body.province in name
    if not body.district or body.district == here.district:
        return True
    # There is an 江北区 in more than one city.
    is_told = bool(body.city or body.province) or body.district.endswith("自治县")
    return is_told and body.district in name


def short_forms(full_name: str) -> list[str]:
    """Return a body's names in notices of its own place: 市财政局 for 甘棠市财政局."""
    match = _START.match(full_name)
    levels = ("district", "state", "city", "province")
    lowest = next((one for one in levels if match and match[one]), "")
    if match is None or not lowest:
        return []
    if lowest in ("city", "province"):
        start = match.start(lowest)
        return [full_name[match.end(lowest) :], *([full_name[start:]] if start else [])]
    return [full_name[match.start(lowest) :], full_name[match.end(lowest) - 1 :]]


def _beginning(words: str) -> HomePlace:
    match = _START.match(words)
    if match is None:
        return NOWHERE
    city = match["city"] or match["state"] or ""
    return HomePlace(match["province"] or match["region"] or "", city, match["district"] or "")


def _with_province(place: HomePlace) -> HomePlace:
    if place.city in _CITY_PROVINCES and not place.province:
        return place._replace(province=place.city)
    return place


def _beginnings(title: str) -> list[str]:
    """Return the title itself, and each title in 《》 inside it."""
    return [title, *re.findall(r"《([^《》]+)", title)]


def _of_title(words: str, known: KnownPlaces) -> HomePlace:
    match, place = _START.match(words), _beginning(words)
    name = place.city or place.province
    behind = words[match.end("city") + 1 :] if match and match["city"] else ""
    is_name = name in known or not (_NO_NAME.search(name) or _NO_PLACE_BEHIND.match(behind))
    if name and is_name:
        return _with_province(place)
    if place.district and words[len(place.district) :].startswith("人民政府"):
        return place
    return next((known[word] for word in known if words.startswith(word)), NOWHERE)


def _differ(one: HomePlace, other: HomePlace) -> bool:
    return any(a and b and a != b for a, b in zip(one[:2], other[:2], strict=True))
