"""分项进展情况: each measure with who is responsible, how far it is, each accepted note. Pure."""

from lib.chinese import listed, ordinal
from lib.official.document import Part
from measures.choices import Light, ResponsibilityRole
from reports.choices import FilingPart, Timeliness
from reports.datasets.schema import MeasureData, PartyData, SectionData
from reports.documents.wording import as_sentence, day_words, reason_words

ROLE_WORDS = (
    (ResponsibilityRole.LEAD, "牵头单位"),
    (ResponsibilityRole.RESPONSIBLE, "责任单位"),
    (ResponsibilityRole.SUPPORT, "配合单位"),
)
LIGHT_NAMES: dict[str, str] = {
    Light.RED.value: "红灯",
    Light.YELLOW.value: "黄灯",
    Light.GREEN.value: "绿灯",
    Light.WAITING.value: "绿灯",
    Light.GREY.value: "灰灯",
}

NOT_ASKED = "本期未下达填报任务，无报送的进展情况"
# Why an agency has no accepted note: by the part that its filing counts in, else by its timeliness.
NOT_ACCEPTED: dict[str, str] = {
    FilingPart.WAITING: "已报送、待审核，内容未纳入",
    FilingPart.MENDING: "已退回修改，内容未纳入",
}
SILENCE: dict[str, str] = {
    Timeliness.MISSING: "本期未报送进展情况",
    Timeliness.AWAITED: "尚未报送、未到截止日期",
    Timeliness.WAIVED: "本期免报",
    # Of a dataset from before filings were counted in parts.
    Timeliness.IN_TIME: "已报送、尚未采用，内容未纳入",
    Timeliness.LATE: "已报送、尚未采用，内容未纳入",
}


def section_part(section: SectionData) -> Part:
    """Return （一）优化进口结构 with its measures below it, numbered as in the notice."""
    return Part(
        f"{ordinal(section['ordinal'])}{_marked(section['title'], section['title_mark'])}",
        parts=tuple(measure_part(measure) for measure in section["measures"]),
        key=f"section-{section['ordinal']}",
    )


def measure_part(measure: MeasureData) -> Part:
    noted = [(party, party["note"]) for party in measure["parties"] if party["note"]]
    notes = tuple(f"{party['agency']}：{as_sentence(note['progress'])}" for party, note in noted)
    said = (_state(measure), *notes, _silent(measure))
    return Part(
        f"{measure['ordinal']}.{_marked(measure['title'], measure['title_mark'])}",
        tuple(sentence for sentence in said if sentence),
        key=f"measure-{measure['ordinal']}",
    )


def light_name(measure: MeasureData) -> str:
    """Return 绿灯（正常·已审核）; of a dataset from before there were two greens 绿灯（正常）."""
    return f"{LIGHT_NAMES[measure['light']]}（{measure['light_label']}）"


def which_green(measure: MeasureData) -> str:
    """Return 已审核 or 待审核; empty for other lights, and where the dataset is older than that."""
    is_green = LIGHT_NAMES[measure["light"]] == LIGHT_NAMES[Light.GREEN.value]
    return measure["light_label"].partition("·")[2] if is_green else ""


def lead_agencies(measure: MeasureData) -> list[str]:
    return [p["agency"] for p in measure["parties"] if p["role"] == ResponsibilityRole.LEAD]


def responsible_agencies(measure: MeasureData) -> str:
    """Return 牵头单位：A；责任单位：B、C, with 责任单位待核 where the notice's list was lost."""
    named = "；".join(
        f"{word}：{listed(p['agency'] for p in measure['parties'] if p['role'] == role)}"
        for role, word in ROLE_WORDS
        if any(p["role"] == role for p in measure["parties"])
    )
    return "；".join(filter(None, (named, measure["agencies_mark"])))


def reason_for_silence(party: PartyData) -> str:
    return f"{_silence(party) or NOT_ASKED}。"


def _silence(party: PartyData) -> str:
    return NOT_ACCEPTED.get(party["part"]) or SILENCE.get(party["timeliness"], "")


def _marked(title: str, mark: str) -> str:
    return f"{title}（{mark}）" if mark else title


def _state(measure: MeasureData) -> str:
    until = f"，{day_words(measure['due_on'])}前完成" if measure["due_on"] else ""
    percent = f"，完成{measure['percent']}%" if measure["percent"] is not None else ""
    return (
        f"{responsible_agencies(measure)}。{measure['nature_label']}{until}；"
        f"进度：{measure['stage_label']}{percent}；"
        f"预警：{light_name(measure)}，{reason_words(measure)}。"
    )


def _silent(measure: MeasureData) -> str:
    if not any(party["timeliness"] for party in measure["parties"]):
        return f"{NOT_ASKED}。"
    quiet = [party for party in measure["parties"] if party["note"] is None]
    return "".join(
        f"{listed(agencies)}{words}。"
        for words in dict.fromkeys((*NOT_ACCEPTED.values(), *SILENCE.values()))
        if (agencies := [p["agency"] for p in quiet if _silence(p) == words])
    )
