"""Whether a paper is still up to date: some changes prevent signing, others need a tick."""

from datetime import date
from typing import NamedTuple

from django.utils.timezone import localdate, localtime

from lib.chinese import ordinal
from lib.errors import DomainError
from reports.datasets.circular import still_missing
from reports.datasets.differences import differences
from reports.datasets.frozen import digest_of
from reports.datasets.older import as_current
from reports.kinds import gather
from reports.models import Report
from reports.rules.naming import named_as_missing


class Changed(NamedTuple):
    """That a paper's data are not those of now, and what is different."""

    sentence: str
    what: tuple[str, ...]


def why_outdated(report: Report, *, on: date) -> str:
    """What of its words is no longer so, and what to do; empty where all still holds."""
    if not report.kind_choice.goes_to_agencies:
        return ""
    data = report.dataset
    assert data is not None  # a constraint: what is done has one
    if date.fromisoformat(data["file_by"]) <= on:
        return f"文中要求的期限{data['file_by']}已到，请重新生成后再签发。"
    came = named_as_missing(report.kind_choice, data) - still_missing(report.period)
    marks = "、".join(f"第{ordinal(number)}项" for number, _ in sorted(came)[:5])
    return f"文中写为未报的{marks}已经报送或免报，请重新生成后再签发。" if came else ""


def how_changed(report: Report) -> Changed | None:
    """That its data would be gathered otherwise now, since when, and what; None: they would not.

    Gathered for the day that the paper is of: what a day that went by changes by itself is no
    change. Costs as much as making the report, so only who drafts or signs it is told.
    """
    assert report.frozen_at is not None  # a constraint: it comes with the dataset
    try:
        data = gather(report.kind_choice, report.scope, on=localdate(report.frozen_at))
    except DomainError:  # there would be nothing to write it about
        data = {}
    if digest_of(data) == report.digest:
        return None
    assert report.dataset is not None  # a constraint: it comes with the digest
    before = as_current(report.dataset)
    if data and before | {"schema": data["schema"]} == data:  # only the shape is another one
        return None
    since = f"{localtime(report.frozen_at):%Y-%m-%d %H:%M}"
    return Changed(
        f"数据已变化：自{since}生成以来有改动，文中没有反映。", differences(before, data)
    )


def demand_known(changed: Changed | None, is_known: bool) -> None:
    """Raises DomainError where the data changed and nobody said that they know."""
    if changed and not is_known:
        raise DomainError(f"{changed.sentence}请重新生成；确需按此稿签发时，请勾选“仍按此稿签发”。")
