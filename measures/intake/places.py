"""Whether a notice comes from the place whose bodies the directory knows. Pure."""

from collections.abc import Callable

from measures.intake.heading import NoticeHead

# Names of places as titles and issuers have them, with the sign in the numbers of their documents.
_PLACES = {
    **{"北京": "京", "天津": "津", "河北": "冀", "山西": "晋", "内蒙古": "内", "辽宁": "辽"},
    **{"吉林": "吉", "黑龙江": "黑", "上海": "沪", "江苏": "苏", "浙江": "浙", "安徽": "皖"},
    **{"福建": "闽", "江西": "赣", "山东": "鲁", "河南": "豫", "湖北": "鄂", "湖南": "湘"},
    **{"广东": "粤", "广西": "桂", "海南": "琼", "重庆": "渝", "四川": "川", "贵州": "黔"},
    **{"云南": "云", "西藏": "藏", "陕西": "陕", "甘肃": "甘", "青海": "青", "宁夏": "宁"},
    **{"新疆": "新", "国务院": "国", "中共中央": "中"},
}
# Names that say no place: 市商务委 is another body in another city.
_WITHOUT_PLACE = ("市", "省", "区", "县", "各", "团市", "团省", "人行")


def is_elsewhere(head: NoticeHead, place: str) -> Callable[[str], bool]:
    """A test for names: True for one that means a body of another place than the directory's.

    A notice that names no place is taken as the directory's own.
    """
    if not place or _is_of(head, place):
        return lambda name: False
    others = [one for one in _PLACES if one != place and _is_of(head, one)]
    if not others:
        return lambda name: False
    return lambda name: name.startswith(_WITHOUT_PLACE) and place not in name


def _is_of(head: NoticeHead, place: str) -> bool:
    sign = _PLACES.get(place, "")
    is_numbered = bool(sign) and head.number.startswith(sign)
    issuers = head.issuer.split("、") if head.issuer else []
    begins = any(one.startswith(place) for one in [head.title, *issuers])
    return is_numbered or begins or f"《{place}" in head.title
