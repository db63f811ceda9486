"""Whether a report is up to date: some changes prevent signing, others need a confirmation."""

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
    """A report's data differ from the current data: since when, and how."""

    sentence: str
    what: tuple[str, ...]


def why_outdated(report: Report, *, on: date) -> str:
    """Return a sentence on what is no longer true in the text, and what to do; empty if nothing."""
    if not report.kind_choice.goes_to_agencies:
        return ""
    data = report.dataset
    assert data is not None  # a constraint: a finished report has one
    if date.fromisoformat(data["file_by"]) <= on:
        return f"文中要求的期限{data['file_by']}已到，请重新生成后再签发。"
    came = named_as_missing(report.kind_choice, data) - still_missing(report.period)
    marks = "、".join(f"第{ordinal(number)}项" for number, _ in sorted(came)[:5])
    return f"文中写为未报的{marks}已经报送或免报，请重新生成后再签发。" if came else ""


def how_changed(report: Report) -> Changed | None:
    """Return the differences between its data and those gathered now; None if there are none.

    The data are gathered for the report's day, so that passing days alone are no change. It takes
    as long as building the report, so it is only shown to people who draft or sign it.
    """
    assert report.frozen_at is not None  # a constraint: set together with the dataset
    try:
        data = gather(report.kind_choice, report.scope, on=localdate(report.frozen_at))
    except DomainError:  # there is no longer anything to report
        data = {}
    if digest_of(data) == report.digest:
        return None
    assert report.dataset is not None  # a constraint: it comes with the digest
    before = as_current(report.dataset)
    if data and before | {"schema": data["schema"]} == data:  # only the schema version differs
        return None
    since = f"{localtime(report.frozen_at):%Y-%m-%d %H:%M}"
    return Changed(
        f"数据已变化：自{since}生成以来有改动，文中没有反映。", differences(before, data)
    )


def demand_known(changed: Changed | None, is_known: bool) -> None:
    """Raise DomainError if the data changed and the person has not confirmed it."""
    if changed and not is_known:
        raise DomainError(f"{changed.sentence}请重新生成；确需按此稿签发时，请勾选“仍按此稿签发”。")
