"""The list of sections at the top of a measure's page, and what stands in the measure's way."""

from collections.abc import Callable
from typing import NamedTuple

from measures.choices import FilingState
from measures.measure_page.page import MeasurePage
from measures.models.public_status import PublicStatus


class ContentsEntry(NamedTuple):
    anchor: str
    label: str


class Obstacle(NamedTuple):
    words: str
    anchor: str


def _always(page: MeasurePage) -> bool:
    return True


# In the order of the page; a section that is not there for this reader is not named.
SECTIONS: tuple[tuple[str, str, Callable[[MeasurePage], object]], ...] = (
    ("instructions", "批示", lambda page: page.instructions or page.may_instruct),
    ("parties", "单位与填报", _always),
    ("status", "进度变化", _always),
    ("lights", "预警灯变化", _always),
    ("override", "人工认定", lambda page: page.light.overrides or page.light.may_ask),
    ("strip", "时限与节点一览", lambda page: page.strip),
    ("dates", "完成时限", lambda page: page.requests.is_told),
    ("closings", "", lambda page: page.requests.closings),
    ("milestones", "节点", _always),
    ("indicators", "指标", _always),
    ("words", "采用的进展", _always),
    ("official", "通知原文", _always),
    ("trail", "办理记录", lambda page: page.trail is not None),
)


def contents_of(page: MeasurePage) -> list[ContentsEntry]:
    return [
        ContentsEntry(anchor, label or page.requests.word)  # 办结, or 转入常态
        for anchor, label, is_there in SECTIONS
        if is_there(page)
    ]


def obstacles_of(page: MeasurePage) -> list[Obstacle]:
    """Where it is stuck, as far as the reader is told: late and returned filings, milestones."""
    late = [party.duty.agency.name_then for party in page.parties if party.is_late]
    mending = [
        party.duty.agency.name_then
        for party in page.parties
        if party.status in (FilingState.RETURNED, PublicStatus.MENDING)
    ]
    overdue = [milestone.title for milestone, is_overdue in page.milestones if is_overdue]
    told = (
        (f"逾期未报：{'、'.join(late)}", "parties", late),
        (f"退回修改：{'、'.join(mending)}", "parties", mending),
        (f"节点逾期：{'、'.join(overdue)}", "milestones", overdue),
    )
    return [Obstacle(words, anchor) for words, anchor, found in told if found]
