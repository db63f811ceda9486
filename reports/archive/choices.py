"""Choosing the agencies that a circular praises and names, until it is issued."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localtime

from agencies.audit import trail
from agencies.models import User
from lib.chinese import listed
from lib.errors import DomainError, StaleError
from reports.datasets.older import as_current
from reports.datasets.schema import CircularData
from reports.documents.proposals import (
    Proposal,
    demand_proposed,
    naming_proposals,
    praise_proposals,
)
from reports.models import CircularChoice, Report
from reports.models.issue import locked_with_issue
from reports.rules.editing import may_choose


@transaction.atomic
def choose_agencies(
    report: Report,
    *,
    praised: Sequence[str],
    named: Sequence[str],
    with_consent: bool,
    seen: int,
    by: User,
    at: datetime,
) -> CircularChoice | None:
    """Set the agencies (codes) that a circular praises and names, and whether it has 经市政府同意.

    Returns the new version, or None if nothing changes. `seen` is the version on the page, 0 before
    the first. Raises PermissionDenied; DomainError if the report is not an open draft or an agency
    is not proposed; StaleError if somebody else chose meanwhile.
    """
    report = locked_with_issue(report.pk)
    demand_open(report, by=by)
    data = circular_data(report)
    demand_proposed(data, praised=praised, named=named)
    newest = CircularChoice.objects.filter(report=report).select_related("by").first()
    version = newest.version if newest else 0
    if seen != version:
        whom = f"{newest.by.name}于{localtime(newest.at):%m-%d %H:%M}" if newest else ""
        raise StaleError(f"在您打开页面后，{whom}又改了表扬和点名，您的选择没有保存。")
    choice = CircularChoice(
        report=report,
        version=version + 1,
        praised=_in_order(praise_proposals(data), praised),
        named=_in_order(naming_proposals(data), named),
        with_consent=with_consent,
        by=by,
        at=at,
    )
    if newest and _values(choice) == _values(newest):
        return None
    choice.full_clean()
    choice.save()
    trail.record(
        "report.choose",
        report,
        by=by,
        at=at,
        sentence=f"{report}选定表扬和点名（第{choice.version}版）：{_sentence(data, choice)}",
        before=_values(newest) if newest else {},
        after=_values(choice) | {"version": choice.version},
    )
    return choice


def demand_open(report: Report, *, by: User) -> None:
    """Check that a person may choose agencies now. Queries the report's issue.

    Raises PermissionDenied, or DomainError if it is not an open draft or waits for somebody else.
    """
    if not may_choose(by, report.kind_choice):
        raise PermissionDenied
    if not report.takes_edits:
        raise DomainError(f"{report}正在生成、已经签发或撤回，表扬和点名不再改动。")
    if not may_choose(by, report.kind_choice, report.issue_state):
        raise DomainError(f"{report}已送审，等待签发期间不能改动。需要改动时，请先收回。")


def circular_data(report: Report) -> CircularData:
    """Return a circular's dataset in today's schema."""
    return cast(CircularData, as_current(report.dataset or {}))


def _in_order(proposals: Sequence[Proposal], codes: Sequence[str]) -> list[str]:
    return [one.code for one in proposals if one.code in codes]


def _values(choice: CircularChoice) -> dict[str, Any]:
    return {name: getattr(choice, name) for name in ("praised", "named", "with_consent")}


def _sentence(data: CircularData, choice: CircularChoice) -> str:
    chosen = (
        ("表扬", praise_proposals(data), choice.praised),
        ("点名", naming_proposals(data), choice.named),
    )
    told = [
        f"{what}{listed(one.agency for one in proposals if one.code in codes) or '无'}"
        for what, proposals, codes in chosen
    ]
    consent = "写明" if choice.with_consent else "不写"
    return f"{'；'.join(told)}；{consent}“经市政府同意”。"
