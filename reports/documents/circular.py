"""情况通报: who has filed, what lags, and what is asked for by when. Pure.

It goes to all agencies, so it contains no agency's note (docs/permissions.md).
"""

from datetime import date
from typing import Literal

from lib.chinese import listed, ordinal
from lib.official.document import Document, Form, Head, Imprint, Part
from measures.choices import Light
from reports.choices import FileFormat
from reports.datasets.schema import CircularData, MeasureData, SectionData, measures_of
from reports.documents.annexes import agencies_annex, lagging_annex
from reports.documents.parts.filings import (
    counted_filings,
    late_agencies,
    returned_clauses,
    some,
)
from reports.documents.parts.measures import LIGHT_NAMES, lead_agencies, light_name
from reports.documents.parts.overall import changes_since_previous, light_counts, stage_sentence
from reports.documents.tables import lagging_measures, sub_line
from reports.documents.titles import cite_notice, demo_line, file_prefix, work_title
from reports.documents.wording import (
    count_clauses,
    day_words,
    numbered,
    reason_words,
    with_numbers,
)

ADDRESSEE = "各责任单位"
NEXT = "请各责任单位按期报送下一期进展，写明数据、事例和需协调事项"


def document_of(data: CircularData, *, made_on: date, number: str = "") -> Document:
    """Return the whole circular; without a number it is a draft."""
    coordinator = data["notice"]["coordinator_full"]
    line = sub_line(data, made_on)
    return Document(
        title_lines=work_title(data, "进展情况的通报"),
        addressee=ADDRESSEE,
        opening=_opening(data),
        parts=with_numbers(
            (
                Part("报送情况", _filed(data), key="filings"),
                Part(
                    "进展情况",
                    _overall(data),
                    tuple(_section(section) for section in data["sections"]),
                    key="sections",
                ),
                Part("存在的问题", _problems(data), key="problems"),
                Part("下一步工作要求", _asked(data), key="asked"),
            )
        ),
        ending="特此通报。",
        # The last annex is upright, so that 版记 stands on it and needs no page of its own.
        annexes=(
            lagging_annex(data, line),
            agencies_annex(data, line)._replace(is_on_side=False),
        ),
        signature=coordinator,
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
        form=Form.OFFICIAL,
        head=Head(coordinator, number),
        imprint=Imprint((data["notice"]["issuer"],), f"{coordinator}办公室", made_on),
    )


def file_title(data: CircularData, file_format: FileFormat) -> str:
    return f"{file_prefix(data)}工作进展情况通报"


def praised(data: CircularData) -> list[str]:
    """Who filed all in time, with all of it accepted at once, and leads nothing that lags.

    The issuer does not praise itself.
    """
    lagging = {name for measure in _red(data) for name in lead_agencies(measure)}
    returned = {p["agency"] for m in measures_of(data) for p in m["parties"] if p["returned"]}
    excluded = lagging | returned | {data["notice"]["coordinator"]}
    return [
        one["agency"]
        for one in data["agencies"]
        if 0 < one["owed"] == one["in_time"]
        and (not data["filings"] or one["accepted"] == one["owed"])
        and one["agency"] not in excluded
    ]


def _opening(data: CircularData) -> str:
    return (
        f"按照{cite_notice(data['notice'])}要求，现将{data['period']['label']}工作报送和进展情况"
        f"（截至{day_words(data['told_on'])}）通报如下。"
    )


def _filed(data: CircularData) -> tuple[str, ...]:
    good = praised(data)
    count = f"共{len(good)}个单位" if len(good) > 1 else ""
    passed = "、全部通过" if data["filings"] else ""
    praise = f"对按时报送{passed}、未经退回且牵头措施没有滞后的{listed(good)}{count}予以表扬。"
    return (*counted_filings(data), praise) if good else counted_filings(data)


def _overall(data: CircularData) -> tuple[str, ...]:
    return (stage_sentence(data), light_counts(data), changes_since_previous(data))


def _section(section: SectionData) -> Part:
    mark = f"（{section['title_mark']}）" if section["title_mark"] else ""
    measures = section["measures"]
    rows = [
        (light_name(found[0]), len(found), "")
        for light in LIGHT_NAMES
        if (found := [m for m in measures if m["light"] == light])
    ]
    named_here = "；".join(
        f"{m['mark']}{m['title']}为{light_name(m)}，{reason_words(m)}"
        for m in measures
        if m["light"] in (Light.RED, Light.YELLOW)
    )
    words = f"本部分{len(measures)}项措施中，{count_clauses(rows)}。" + (
        f"其中，{named_here}。" if named_here else ""
    )
    return Part(f"{ordinal(section['ordinal'])}{section['title']}{mark}", (words,))


def _problems(data: CircularData) -> tuple[str, ...]:
    points = [*_lagging(data), *_not_filed(data), *returned_clauses(data)]
    return numbered(points) or ("本期没有滞后事项，也没有迟报、未报的单位。",)


def _lagging(data: CircularData) -> list[str]:
    red = _red(data)
    told = "；".join(
        f"{m['mark']}{m['title']}（牵头单位：{listed(lead_agencies(m)) or '待核'}），"
        f"{reason_words(m)}"
        for m in red
    )
    words = f"{some(len(red))}措施进展滞后{_day(data, 'judged_on')}：{told}"
    return [words] if red else []


def _not_filed(data: CircularData) -> list[str]:
    late = [agency for agency in data["agencies"] if agency["late"] or agency["missing"]]
    words = f"{some(len(late))}单位报送材料不及时{_day(data, 'told_on')}：{late_agencies(late)}"
    return [words] if late else []


def _day(data: CircularData, key: Literal["judged_on", "told_on"]) -> str:
    """（截至2026年11月25日）, where lights are of the closing and filings of the day of making."""
    return f"（截至{day_words(data[key])}）" if data["judged_on"] != data["told_on"] else ""


def _asked(data: CircularData) -> tuple[str, ...]:
    return numbered([*_still_to_file(data), *_find_causes(data), NEXT])


def _still_to_file(data: CircularData) -> list[str]:
    missing = [agency["agency"] for agency in data["agencies"] if agency["debts"]]
    if not missing:
        return []
    by = day_words(data["file_by"])
    if data["period"]["is_closed"] and not data["filings"]:  # closing barred filing then
        return [f"本期填报已关闭，请{listed(missing)}于{by}前书面说明未报原因"]
    return [f"请{listed(missing)}于{by}前补报"]


def _find_causes(data: CircularData) -> list[str]:
    named_once = list(dict.fromkeys(name for m in _red(data) for name in lead_agencies(m)))
    words = f"请滞后措施牵头单位{listed(named_once)}查明原因，在下一期进展中写明整改措施和完成时间"
    return [words] if named_once else []


def _red(data: CircularData) -> list[MeasureData]:
    return [measure for measure in lagging_measures(data) if measure["light"] == Light.RED]
