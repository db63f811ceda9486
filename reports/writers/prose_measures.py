"""分项进展: each measure with who is responsible, how far it is, and each accepted note. Pure."""

from measures.choices import Light, Nature, ResponsibilityRole
from policy_tracker.lib.chinese import listed, ordinal
from reports.data.shapes import MeasureData, PartyData, SectionData
from reports.writers.document import Part
from reports.writers.wording import day_words, whole

ROLE_WORDS = (
    (ResponsibilityRole.LEAD, "牵头单位"),
    (ResponsibilityRole.RESPONSIBLE, "责任单位"),
    (ResponsibilityRole.SUPPORT, "配合单位"),
)
LIGHT_NAMES = {
    Light.RED: "红灯",
    Light.YELLOW: "黄灯",
    Light.GREEN: "绿灯",
    Light.GREY: "灰灯",
}


def section_part(section: SectionData) -> Part:
    """（一）优化进口结构, and below it its measures, numbered as in the notice."""
    return Part(
        f"{ordinal(section['ordinal'])}{_marked(section['title'], section['title_mark'])}",
        parts=tuple(measure_part(measure) for measure in section["measures"]),
    )


def measure_part(measure: MeasureData) -> Part:
    """One measure: its state in one paragraph, then one for each accepted note."""
    noted = [(party, party["note"]) for party in measure["parties"] if party["note"]]
    notes = tuple(f"{party['agency']}：{whole(note['progress'])}" for party, note in noted)
    said = (_state(measure), *notes, _silent(measure))
    return Part(
        f"{measure['ordinal']}.{_marked(measure['title'], measure['title_mark'])}",
        tuple(sentence for sentence in said if sentence),
    )


def light_name(measure: MeasureData) -> str:
    """绿灯（正常）."""
    return f"{LIGHT_NAMES[Light(measure['light'])]}（{measure['light_label']}）"


def responsible(measure: MeasureData) -> str:
    """牵头单位：A；责任单位：B、C; where the list was lost, that it is to be confirmed."""
    named = "；".join(
        f"{word}：{listed(p['agency'] for p in measure['parties'] if p['role'] == role)}"
        for role, word in ROLE_WORDS
        if any(p["role"] == role for p in measure["parties"])
    )
    return "；".join(filter(None, (named, measure["agencies_mark"])))


def _marked(title: str, mark: str) -> str:
    return f"{title}（{mark}）" if mark else title


def _state(measure: MeasureData) -> str:
    until = f"，{day_words(measure['due_on'])}前完成" if measure["due_on"] else ""
    percent = f"，完成{measure['percent']}%" if measure["percent"] is not None else ""
    return (
        f"{responsible(measure)}。{Nature(measure['nature']).label}{until}；"
        f"进度：{measure['stage_label']}{percent}；"
        f"预警：{light_name(measure)}，{whole(measure['sentence'])}"
    )


def _silent(measure: MeasureData) -> str:
    """Who has no accepted note, and why."""
    if not any(party["timeliness"] for party in measure["parties"]):
        return "本期未下达填报任务，无报送的进展情况。"
    return "".join(
        f"{listed(agencies)}{words}。"
        for words, agencies in (
            ("本期未报送进展情况", _names(measure, "missing")),
            ("尚未报送、未到截止日期", _names(measure, "awaited")),
            ("本期免报", _names(measure, "waived")),
            ("已报送、尚未采用，内容未纳入", _names(measure, "in_time", "late")),
        )
        if agencies
    )


def _names(measure: MeasureData, *timeliness: str) -> list[str]:
    return [p["agency"] for p in measure["parties"] if _counts(p, timeliness)]


def _counts(party: PartyData, timeliness: tuple[str, ...]) -> bool:
    return party["note"] is None and party["timeliness"] in timeliness
