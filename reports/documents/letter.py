"""提示函: what one agency is late with, and by when it is asked for. Pure."""

from datetime import date

from lib.chinese import listed
from lib.official.document import Document, Form, Head, Part
from reports.choices import FileFormat
from reports.datasets.schema import LateData, LetterData
from reports.documents.titles import cite_notice, demo_line, file_prefix, subject_of
from reports.documents.wording import contact_words, day_words, listed_counts


def document_of(data: LetterData, *, made_on: date, number: str = "") -> Document:
    """Return the whole letter; without a number it is a draft."""
    coordinator = data["notice"]["coordinator_full"]
    return Document(
        title_lines=(
            f"关于报送{data['period']['label']}",
            f"{subject_of(data['notice'])}工作进展情况的提示函",
        ),
        addressee=data["agency"],
        opening=_opening(data),
        parts=(
            Part("一、逾期未报事项", tuple(_items(data)), key="late"),
            Part("二、有关要求", (_asked(data),), key="asked"),
        ),
        ending="特此函告。",
        annexes=(),
        signature=coordinator,
        made_on=made_on,
        demo_line=demo_line(data["is_demo"]),
        form=Form.LETTER,
        head=Head(coordinator, number),
        contact=contact_words(data["contact"]),
    )


def file_title(data: LetterData, file_format: FileFormat) -> str:
    return f"{file_prefix(data)}工作进展报送提示函（{data['agency']}）"


def _opening(data: LetterData) -> str:
    return (
        f"按照{cite_notice(data['notice'])}要求，{data['period']['label']}工作进展情况应于"
        f"{day_words(data['period']['due_on'])}前报送。截至{day_words(data['told_on'])}，"
        f"你单位{_counts(data)}尚有{len(data['late'])}项未按要求报送，现提示如下。"
    )


def _counts(data: LetterData) -> str:
    """All that it owes in the period, in the parts that every page shows."""
    owed = sum(count["count"] for count in data["filings"])
    if not owed:
        return ""
    return f"本期应报{owed}件，{listed_counts(data['filings'])}；"


def _earlier(data: LetterData) -> str:
    """What it still owes of earlier periods: that ends by filing, not by time."""
    told = [f"{one['period']}{listed(one['marks'])}" for one in data["earlier"]]
    return f"此前各期仍欠报：{'；'.join(told)}。" if told else ""


def _items(data: LetterData) -> list[str]:
    last = len(data["late"])
    if last == 1:
        items = [f"{_item(data['late'][0])}。"]
    else:
        items = [
            f"{n}.{_item(one)}{'。' if n == last else '；'}"
            for n, one in enumerate(data["late"], start=1)
        ]
    return [*items, *filter(None, [_earlier(data)])]


def _item(one: LateData) -> str:
    what = "退回后应于{}前补正" if one["is_mending"] else "应于{}前报送"
    return (
        f"{one['mark']}{one['title']}（你单位为{one['role_label']}），"
        f"{what.format(day_words(one['due_on']))}，已逾期{one['workdays']}个工作日"
    )


def _asked(data: LetterData) -> str:
    by = day_words(data["file_by"])
    is_closed = data["period"]["is_closed"] and not all(one["is_mending"] for one in data["late"])
    if is_closed and not data["filings"]:  # an older one: closing barred filing then
        return (
            f"本期填报已关闭，请你单位于{by}前书面说明未报原因；需要补报的，一并提出，"
            "由我委重新开放填报后办理。"
        )
    closed = "本期填报已关闭，仍可补报。" if is_closed else ""
    what = "补报本期和此前各期欠报的进展" if data["earlier"] else "补报"
    return (
        f"{closed}请你单位于{by}前通过扩大进口工作跟踪平台{what}；确有困难的，请在该日前书面说明原因和"
        "预计报送时间。"
    )
