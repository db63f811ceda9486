"""Changes since the previous period, for documents that name measures elsewhere. Pure."""

from lib.chinese import listed
from measures.rules.comparison import Moment, changes_between
from reports.datasets.schema import BeforeData, MeasureData, ProgressData, measures_of
from reports.documents.parts.overall import CHANGES


def changes_by_number(data: ProgressData) -> str:
    """Return the changes since the previous period by the rule of 总览, with measures by number.

    与2026年上半年相比，新增滞后1项，为第（十）项；…. Empty if there is nothing to compare with.
    """
    found = [
        (changes_between(_moment(before), _moment(measure)), measure["mark"])
        for measure in measures_of(data)
        if (before := measure["before"]) is not None
    ]
    if not found:
        return ""
    said = "；".join(
        f"{word}{len(marks)}项，为第{listed(marks)}项"
        for change, word in CHANGES
        if (marks := [mark for changes, mark in found if change in changes])
    )
    return f"与{data['previous']}相比，{said or '各项措施的进度和预警灯没有变化'}。"


def _moment(one: BeforeData | MeasureData) -> Moment:
    return Moment(one["stage"], one["light"], one["percent"], knows_due=False)
