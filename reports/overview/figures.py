"""The figures above 总览; each opens the list it counts."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from django.http import QueryDict
from django.urls import reverse

from lib.numbers import shares
from measures.choices import Change, InstructionState
from measures.models.public_status import PublicStatus
from measures.rules.instructions import OPEN
from reports.overview.rows import Overview, select, select_lines
from reports.period.choosing import address


class LinkedFigure(NamedTuple):
    """A number and the list it opens."""

    label: str
    tone: str
    value: str
    url: str = ""
    help: str = ""


def change_figures(data: Overview, query: QueryDict) -> list[LinkedFigure]:
    """What is different from the period before."""
    counts = [(change, len(select(data.rows, {"change": change}))) for change in Change]
    return [
        LinkedFigure(
            change.label,
            change.tone if count else "grey",
            str(count),
            address(query, change=change),
            change.help,
        )
        for change, count in counts
    ]


def filing_figures(
    data: Overview, query: QueryDict, named: Mapping[str, str]
) -> list[LinkedFigure]:
    """Where what is owed stands, which adds up to all of it, and the rate."""
    late = PublicStatus.MISSED if data.shown.is_over else PublicStatus.LATE
    always = (PublicStatus.ACCEPTED, PublicStatus.WAITING, PublicStatus.MENDING, late)
    found = []
    for status in PublicStatus:
        count = len(select_lines(data.lines, status))
        if status == PublicStatus.WAIVED or not (count or status in always):
            continue
        tone = status.tone if count else "grey"
        found.append(LinkedFigure(named[status], tone, str(count), address(query, filing=status)))
    return [*found, LinkedFigure("报送率", "plain", rate_of(data), help=rate_help(data))]


def instruction_figures(data: Overview) -> list[LinkedFigure]:
    """Open instructions as the reader may see them; none where a closed period is shown."""
    if not data.shown.is_live:
        return []
    url = reverse("measures:instructions")
    notice = f"&notice={data.shown.notice_id}" if data.shown.notice_id else ""
    counts = data.instructions
    figures = [("open", "未办结", "blue", sum(counts.values()))]
    figures += [(s.value, str(s.label), s.tone, counts[s]) for s in InstructionState if s in OPEN]
    return [
        LinkedFigure(label, tone if count else "grey", str(count), f"{url}?state={state}{notice}")
        for state, label, tone, count in figures
    ]


def rate_help(data: Overview) -> str:
    """How the rate is reckoned."""
    return (
        f"报送率＝已报送{data.filed}项÷应报{data.owed}项；"
        "已报送含待审核和退回修改的，应报不含免报的。"
    )


def rate_of(data: Overview) -> str:
    """69.8%; a dash where nothing is owed."""
    if not data.owed:
        return "—"
    share: Decimal = shares({"filed": data.filed, "open": data.owed - data.filed})["filed"]
    return f"{share}%"
