"""情况通报: who has filed, which measures lag, and what must be filed by when. Pure.

It goes to all agencies, so it contains no agency's note (docs/permissions.md). People choose who is
praised and who is named (`data["choices"]`); everything else follows from the dataset.
"""

from collections.abc import Sequence
from datetime import date
from typing import cast

from lib.chinese import listed
from lib.numbers import share
from lib.official.document import Document, Form, Head, Imprint, Part
from measures.choices import Light
from reports.choices import FileFormat, FilingPart
from reports.datasets.schema import CircularData, MeasureData, measures_of
from reports.documents.annexes import agencies_annex, lagging_annex
from reports.documents.names import (
    agency_word,
    author_names,
    cite_notice,
    demo_line,
    file_prefix,
    measure_name,
    measure_note,
    names_note,
    work_title,
)
from reports.documents.parts.filings import in_time_clause, some
from reports.documents.parts.measures import LIGHT_NAMES, lead_agencies
from reports.documents.parts.overall import changes_by_number, stage_clauses
from reports.documents.proposals import (
    Owing,
    Proposal,
    choices_of,
    naming_proposals,
    owing_agencies,
    praise_proposals,
)
from reports.documents.tables import lagging_measures
from reports.documents.told import as_told, shortened
from reports.documents.wording import (
    as_sentence,
    day_words,
    listed_counts,
    numbered,
    share_clauses,
    with_numbers,
)
from reports.rules.voice import in_authors_voice

ADDRESSEE = "各责任单位"
# Each return has its own deadline, so one day for all would contradict some of them.
MEND = "退回待补正的单位于退回时所定期限前重新报送，期限已过的立即报送"
NEXT = "请各责任单位按期报送下一期进展，写明数据、事例和需协调事项"
UNDECIDED = "表扬和点名的单位尚未选定，文中暂不出现；是否写明“经市政府同意”，也请一并选定"
# The four parts of 应报 in official wording.
PART_WORDS: dict[str, str] = {
    FilingPart.ACCEPTED: "审核通过",
    FilingPart.WAITING: "待审核",
    FilingPart.MENDING: "退回补正",
    FilingPart.UNFILED: "未报",
}


def document_of(data: CircularData, *, made_on: date, number: str = "") -> Document:
    """Return the whole circular; without a number it is a draft."""
    data = cast(CircularData, shortened(as_told(data)).data)
    coordinator = data["notice"]["coordinator_full"]
    return Document(
        title_lines=work_title(data, "进展情况的通报"),
        addressee=ADDRESSEE,
        opening=_opening(data),
        parts=with_numbers(
            (
                Part("报送情况", _filed(data), key="filings"),
                Part("进展情况", _overall(data), key="sections"),
                Part("存在的问题", _problems(data), key="problems"),
                Part("下一步工作要求", _asked(data), key="asked"),
            )
        ),
        ending="特此通报。",
        # The last annex is in portrait format, so that 版记 fits on it and needs no extra page.
        annexes=(
            lagging_annex(data, ""),
            agencies_annex(data, "单位：件")._replace(is_on_side=False),
        ),
        signature=coordinator,
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
        form=Form.OFFICIAL,
        head=Head(coordinator, number),
        imprint=Imprint((data["notice"]["issuer"],), f"{coordinator}办公室", made_on),
        editor_notes=_editor_notes(data),
    )


def file_title(data: CircularData, file_format: FileFormat) -> str:
    return f"{file_prefix(data)}工作进展情况通报"


def _opening(data: CircularData) -> str:
    consent = "经市政府同意，" if choices_of(data)["with_consent"] else ""
    return (
        f"按照{cite_notice(data['notice'])}要求，{consent}现将{data['period']['label']}"
        f"工作报送和进展情况（截至{day_words(data['told_on'])}）通报如下。"
    )


def _editor_notes(data: CircularData) -> tuple[str, ...]:
    undecided = () if choices_of(data)["version"] else (f"{UNDECIDED}。",)
    return (*undecided, *measure_note(measures_of(data)))


def _filed(data: CircularData) -> tuple[str, ...]:
    counts = {count["key"]: count for count in data["filings"] or data["timeliness"]}
    owed = sum(count["count"] for count in counts.values())
    if not owed:
        return ("本期没有布置报送任务。",)
    rows = [(PART_WORDS.get(k, c["words"]), c["count"], c["share"]) for k, c in counts.items()]
    said = (
        f"本期应报{owed}件，涉及{len(data['agencies'])}个单位，"
        f"报送截止日期为{day_words(data['period']['due_on'])}。其中，{share_clauses(rows, '件')}。",
        _when(data),
        _praise(data),
    )
    return tuple(filter(None, said))


def _when(data: CircularData) -> str:
    """Return the timeliness if it differs from the parts; then written-off and waived filings."""
    if not data["filings"]:
        return ""
    counts = data["timeliness"]
    given_up = sum(p["is_written_off"] for m in measures_of(data) for p in m["parties"])
    waived = sum(agency["waived"] for agency in data["agencies"])
    others = [
        words
        for count, words in (
            (given_up, f"未报的{given_up}件经{_author(data)}核定不再补报"),
            (waived, f"另有免报{waived}件"),
        )
        if count
    ]
    return "".join(
        f"{words}。" for words in (f"{listed_counts(counts)}{in_time_clause(counts)}", *others)
    )


def _praise(data: CircularData) -> str:
    good = _chosen(praise_proposals(data), choices_of(data)["praised"])
    counts = {agency["agency"]: agency["owed"] for agency in data["agencies"]}
    named = listed(f"{one.agency}（{counts[one.agency]}件）" for one in good)
    return f"{named}按时报送、全部审核通过，予以表扬。" if good else ""


def _overall(data: CircularData) -> tuple[str, ...]:
    said = (
        f"{len(measures_of(data))}项政策措施中，{stage_clauses(data)}。",
        _lights(data),
        changes_by_number(data),
        *names_note(_with_light(data, Light.RED)),  # only these are named
    )
    return tuple(filter(None, said))


def _lights(data: CircularData) -> str:
    """Return the counts of lights, both greens as one 正常, with those that wait for review."""
    counts = {count["key"]: count for count in data["lights"]}
    green = counts[Light.GREEN]["count"]
    waiting = counts[Light.WAITING]["count"] if Light.WAITING in counts else 0
    total = sum(count["count"] for count in counts.values())
    of_which = f"正常的{green + waiting}项中，{waiting}项待审核。" if waiting else ""
    rows = [
        (f"{LIGHT_NAMES[light]}（{word}）", count, str(share(count, total)))
        for light, word, count in (
            (Light.RED, "滞后", counts[Light.RED]["count"]),
            (Light.YELLOW, "预警", counts[Light.YELLOW]["count"]),
            (Light.GREEN, "正常", green + waiting),
            (Light.GREY, "未评定", counts[Light.GREY]["count"]),
        )
    ]
    return f"经评定，{share_clauses(rows)}。{of_which}"


def _problems(data: CircularData) -> tuple[str, ...]:
    points = [*_lagging(data), *_warned(data), *_untimely(data)]
    return numbered(points) or ("本期没有滞后和预警事项，也没有迟报、未报的单位。",)


def _lagging(data: CircularData) -> list[str]:
    red = _with_light(data, Light.RED)
    told = "；".join(_lagging_words(data, measure) for measure in red)
    return [f"{len(red)}项措施进展滞后。{told}"] if red else []


def _lagging_words(data: CircularData, measure: MeasureData) -> str:
    """Return a measure's name, its lead unless the cause names it, the cause, the first day."""
    sentence = as_sentence(measure["sentence"], end="")
    leads = [_called(data, name) for name in lead_agencies(measure) if name not in sentence]
    lead = f"（{listed(leads)}牵头）" if leads else ""
    since = f"（自{day_words(measure['since'])}起）" if measure["since"] else ""
    return f"{measure_name(measure)}{lead}，{_in_own_voice(data, sentence)}{since}"


def _warned(data: CircularData) -> list[str]:
    yellow = _with_light(data, Light.YELLOW)
    marks = listed(measure["mark"] for measure in yellow)
    words = f"{len(yellow)}项措施出现预警，为第{marks}项，原因和待办单位见附件1"
    return [words] if yellow else []


def _untimely(data: CircularData) -> list[str]:
    """Return the numbers of late, missing and returned filings; then the chosen agencies."""
    owing = owing_agencies(data)
    if not owing:
        return []
    counts = (
        ("迟报", sum(one.late for one in owing)),
        ("未报", sum(one.missing for one in owing)),
        ("退回待补正", sum(one.mending for one in owing)),
    )
    total = listed(f"{word}{count}件" for word, count in counts if count)
    codes = {one.code for one in _chosen(naming_proposals(data), choices_of(data)["named"])}
    named = [one for one in owing if one.code in codes]
    is_late = any(one.late or one.missing for one in owing)
    is_mending = any(one.mending for one in owing)
    what = "报送不及时或需补正" if is_mending else "报送不及时"
    if not is_late:
        what = "报送内容需要补正"
    words = f"{some(len(owing))}单位{what}，{total}"
    some_only = f"其中点名通报{len(named)}个单位，" if len(named) < len(owing) else ""
    return [f"{words}。{some_only}{_named(data, named)}" if named else words]


def _named(data: CircularData, named: Sequence[Owing]) -> str:
    """Return 逾期3个工作日：市科技局（未报2件）；市经济信息委（迟报1件）；逾期2个工作日：…"""
    by_days: dict[int, list[Owing]] = {}
    for one in named:
        by_days.setdefault(one.days, []).append(one)
    groups = []
    for days, those in by_days.items():
        facts = [one.facts if days else f"{one.mending}件" for one in those]
        told = zip((_called(data, one.agency) for one in those), facts, strict=True)
        listed_here = "、".join(f"{name}（{words}）" for name, words in told)
        groups.append(f"{f'逾期{days}个工作日' if days else '退回待补正'}：{listed_here}")
    return "；".join(groups)


def _asked(data: CircularData) -> tuple[str, ...]:
    return numbered([*_still_to_file(data), *_find_causes(data), NEXT])


def _still_to_file(data: CircularData) -> list[str]:
    owing = owing_agencies(data)
    missing = sum(one.missing - one.since_filed for one in owing)
    mending = sum(one.mending for one in owing)
    by = day_words(data["file_by"])
    asked = (
        (missing, f"未报的单位于{by}前补报"),
        (mending, MEND),
    )
    words = "，".join(words for count, words in asked if count)
    return [f"请{words}"] if words else []


def _find_causes(data: CircularData) -> list[str]:
    red = _with_light(data, Light.RED)
    leads = list(dict.fromkeys(name for measure in red for name in lead_agencies(measure)))
    others = [name for name in leads if name != data["notice"]["coordinator"]]
    words = f"请滞后措施的牵头单位{listed(others)}查明原因，在下一期进展中写明整改措施和完成时间"
    own = f"；{_author(data)}牵头的滞后措施同步整改" if len(others) < len(leads) else ""
    return [f"{words}{own}"] if others else []


def _with_light(data: CircularData, light: Light) -> list[MeasureData]:
    return [measure for measure in lagging_measures(data) if measure["light"] == light]


def _chosen(proposals: Sequence[Proposal], codes: Sequence[str]) -> list[Proposal]:
    return [one for one in proposals if one.code in codes]


def _author(data: CircularData) -> str:
    return _called(data, data["notice"]["coordinator"])


def _called(data: CircularData, name: str) -> str:
    return agency_word(name, author=data["notice"]["coordinator"])


def _in_own_voice(data: CircularData, text: str) -> str:
    return in_authors_voice(text, names=author_names(data["notice"]))
