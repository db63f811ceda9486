"""分项进展情况: one paragraph per measure on what each agency did, with figures. Pure."""

import re
from collections.abc import Iterable
from datetime import date

from lib.chinese import chinese_number, listed, ordinal, short_ordinal
from lib.official.document import Part
from measures.choices import Direction, Light, ResponsibilityRole
from reports.choices import FilingPart, Timeliness
from reports.datasets.schema import FigureData, MeasureData, PartyData, ProgressData, SectionData
from reports.documents.names import agency_word, has_nobody, row_title, short_title
from reports.documents.wording import as_sentence

LIGHT_NAMES: dict[str, str] = {
    Light.RED.value: "红灯",
    Light.YELLOW.value: "黄灯",
    Light.GREEN.value: "绿灯",
    Light.WAITING.value: "绿灯",
    Light.GREY.value: "灰灯",
}

NOT_ASKED = "本期没有布置报送"
NOBODY_YET = "责任单位尚待明确，暂未评定，本期没有进展情况。"
NOTHING_TOLD = "本期暂无可汇总的进展情况，见“报送情况”部分。"
# Why an agency has no accepted note: by the part of its filing, or else by its timeliness.
NOT_ACCEPTED: dict[str, str] = {
    FilingPart.WAITING: "已报送，正在审核",
    FilingPart.MENDING: "已退回修改",
}
SILENCE: dict[str, str] = {
    Timeliness.MISSING: "本期未报送进展情况",
    Timeliness.AWAITED: "尚未报送、未到截止日期",
    Timeliness.WAIVED: "本期免报",
    # Of a dataset from before filings were counted in parts.
    Timeliness.IN_TIME: "已报送，正在审核",
    Timeliness.LATE: "已报送，正在审核",
}
# Words that begin a text about work: an agency's name before them is the subject; before others
# it becomes 市科技局方面.
_DEEDS = re.compile(
    "开展|组织|推进|推动|推行|推出|推荐|加快|加大|加强|加密|完成|制定|印发|出台|建立|建成|建设|完善|落实|"
    "召开|举办|承办|指导|协调|协助|督促|督导|支持|引导|引进|办理|审核|审批|审查|核定|核准|核查|初审|受理|"
    "监管|检查|检验|抽检|抽验|查扣|查处|查办|清理|规范|公布|发布|编制|编印|修订|梳理|摸排|调研|走访|对接|"
    "征集|发动|培训|培育|复制|推广|优化|简化|压缩|压减|签订|签约|承保|拨付|安排|下达|免除|减免|减让|纳入|"
    "围绕|聚焦|紧扣|会同|联合|配合|参与|参加|牵头|通过|依托|结合|按照|根据|针对|利用|采取|为|向|对|将|已|"
    "共|累计|促成|促进|立项|登记|解决|化解|持续|继续|深入|深化|积极|全面|全力|进一步|强化|做好|抓好|严格|"
    "充分|扎实|着力|大力|有序|稳步|不断|认真|及时|主动|帮助|协同|统筹|启动|实施|实现|争取|申报|汇总|提供|"
    "开通|开设|设立|拓展|扩大|提升|提高|降低|缩短|保障|宣传|普及|向|与|在|从|本期"
)
_ITEMS = re.compile(r"^(?:[一二三四五六七八九十]是|[（(]?[一二三四五六七八九十\d]+[）)．.、])")
# 今年以来，我委…; 会同市商务委调研，… does not count as such a beginning.
_ADVERB = (
    "(?:今年|去年|年|上半年|下半年|前|[一二三四]季度|自|从|在|截至|按|根据|围绕|针对|为)"
    "[^，。；]{0,12}，"
)
FRESH_DAYS = 183  # a value older than half a year is not relevant for this period


def section_part(data: ProgressData, section: SectionData) -> Part:
    """Return （一）优化进口结构 with its measures below it, numbered as in the notice."""
    return Part(
        f"{ordinal(section['ordinal'])}{section_title(section)}",
        parts=tuple(measure_part(data, measure) for measure in section["measures"]),
        key=f"section-{section['ordinal']}",
    )


def section_title(section: SectionData) -> str:
    """Return the section's title; if it was lost, the subjects of its measures."""
    if not section["title_mark"]:
        return section["title"]
    known = [title for m in section["measures"] if (title := short_title(m["title"]))]
    if not known:
        return f"第{chinese_number(section['ordinal'])}部分措施"
    return "、".join(known[:2]) + ("等措施" if len(section["measures"]) > 2 else "")


def measure_part(data: ProgressData, measure: MeasureData) -> Part:
    return Part(
        f"{short_ordinal(measure['ordinal'])}.{row_title(measure)}",
        (measure_paragraph(data, measure),),
        key=f"measure-{measure['ordinal']}",
    )


def measure_paragraph(data: ProgressData, measure: MeasureData) -> str:
    """Return what was done, then which lost text of the notice became known in the period."""
    return _done(data, measure) + "".join(measure.get("known", ()))


def _done(data: ProgressData, measure: MeasureData) -> str:
    """Return what each agency did, in the order of the notice, then figures without a reporter."""
    told, left = [], list(measure["figures"])
    for party in measure["parties"]:
        if party["note"] is None:
            continue
        text = _deeds(party, party["note"]["progress"], data)
        if text:
            own = [one for one in left if one["reporter"] == party["agency"]]
            left = [one for one in left if one not in own]
            told.append(text + figure_sentences(own, beside=text, on=data["as_of"]))
    figures = figure_sentences(left, beside="", on=data["as_of"])
    if told or figures:
        return "".join((*told, figures))
    if has_nobody(measure):
        return NOBODY_YET
    is_asked = any(party["timeliness"] for party in measure["parties"])
    return NOTHING_TOLD if is_asked else f"{NOT_ASKED}。"


def figure_sentences(figures: Iterable[FigureData], *, beside: str, on: str) -> str:
    """Return the figures in one sentence, without those already in the text `beside`."""
    told = [
        figure_clause(one, with_value=one["value"] not in beside, on=on)
        for one in figures
        if is_fresh(one, on=on)
    ]
    return f"{'；'.join(filter(None, told))}。" if any(told) else ""


def is_fresh(one: FigureData, *, on: str) -> bool:
    return (date.fromisoformat(on) - date.fromisoformat(one["day"])).days < FRESH_DAYS


def figure_clause(
    one: FigureData, *, on: str, with_value: bool = True, with_goal: bool = True
) -> str:
    """Return 监管进口消费品金额20.9亿元，比6月末增加5.8亿元，完成年度目标31.0亿元的67.4%."""
    day = date.fromisoformat(one["day"])
    if one["direction"] == Direction.REACH:
        if one["value"] in one["change"]:  # 本期已实现
            return f"{one['name']}{one['change']}"
        return f"{one['name']}{'，'.join(filter(None, (one['value'], one['change'])))}"
    when = "" if one["day"] == on else f"（{day.month}月{day.day}日数）"
    value = f"{one['value']}{when}" if with_value else ""
    rest = [words for words in (one["change"], _goal(one) if with_goal else "") if words]
    if not (value or rest):
        return ""
    return f"{one['name']}{'，'.join(filter(None, (value, *rest)))}"


def _goal(one: FigureData) -> str:
    if not one["target"]:
        return ""
    due = date.fromisoformat(one["target_day"]) if one["target_day"] else None
    is_annual = due and (due.year, due.month, due.day) == (int(one["day"][:4]), 12, 31)
    goal = f"{'年度' if is_annual else ''}目标{one['target']}"
    if one["is_reached"]:
        return f"已达到{goal}"
    if one["is_cumulative"] and one["share"]:
        return f"完成{goal}的{one['share']}"
    return f"{'年度' if is_annual else ''}目标为{one['target']}"


def _deeds(party: PartyData, progress: str, data: ProgressData) -> str:
    """Return what an agency did, with the agency as its subject."""
    who = agency_word(party["agency"], author=data["notice"]["coordinator"])
    text = as_sentence(progress).removeprefix(f"{data['period']['label']}，")
    if not text.strip("。"):
        return ""
    if re.match(f"(?:{_ADVERB})?{who}", text):
        return text
    if _ITEMS.match(text):
        return f"{who}：{text}"
    return f"{who}{text}" if _DEEDS.match(text) else f"{who}方面，{text}"


def which_green(measure: MeasureData) -> str:
    """Return 已审核 or 待审核; empty for other lights and for older datasets."""
    is_green = LIGHT_NAMES[measure["light"]] == LIGHT_NAMES[Light.GREEN.value]
    return measure["light_label"].partition("·")[2] if is_green else ""


def lead_agencies(measure: MeasureData) -> list[str]:
    return [p["agency"] for p in measure["parties"] if p["role"] == ResponsibilityRole.LEAD]


def responsible_agencies(measure: MeasureData) -> str:
    """Return 牵头单位：A；责任单位：B、C, with 责任单位待核对 if the notice's list was lost."""
    named = "；".join(
        f"{role.label}：{listed(p['agency'] for p in measure['parties'] if p['role'] == role)}"
        for role in ResponsibilityRole
        if any(p["role"] == role for p in measure["parties"])
    )
    return "；".join(filter(None, (named, measure["agencies_mark"])))


def reason_for_silence(party: PartyData) -> str:
    return f"{_silence(party) or NOT_ASKED}。"


def _silence(party: PartyData) -> str:
    return NOT_ACCEPTED.get(party["part"]) or SILENCE.get(party["timeliness"], "")
