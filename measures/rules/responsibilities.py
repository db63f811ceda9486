"""From which day a responsibility may change, and the roles in a list of agencies. Pure."""

from collections.abc import Container, Sequence
from datetime import date

from lib.errors import DomainError
from lib.workdays import Calendar, add_workdays
from measures.choices import ResponsibilityRole

NOTICE_WORKDAYS = 5  # the least an agency gets for a filing created in mid-period


def demand_day(day: date, *, told_until: date | None, began: date | None) -> None:
    """Raise DomainError if a change may not take effect on a day.

    `told_until`: the last day covered by a closed period; closed periods stay as they are.
    `began`: the first day of the responsibility itself (None: from the start).
    """
    if told_until is not None and day <= told_until:
        raise DomainError(
            f"{told_until:%Y-%m-%d}以前的填报期已关闭，责任不再变更，请填写其后的日期。"
        )
    if began is not None and day < began:
        raise DomainError(f"这一责任自{began:%Y-%m-%d}起，变更日期不能早于这一天。")


def roles_in_list(
    ids: Sequence[int], supporting: Container[int], *, is_rest: bool = False
) -> dict[int, ResponsibilityRole]:
    """Return each agency's role by id, in the list's order; the first leads, unless `is_rest`."""
    support, owes = ResponsibilityRole.SUPPORT, ResponsibilityRole.RESPONSIBLE
    roles = {pk: support if pk in supporting else owes for pk in ids}
    return roles | dict.fromkeys([] if is_rest else ids[:1], ResponsibilityRole.LEAD)


def duty_day(*, covers_to: date, on: date) -> date:
    """Return the day whose responsibilities decide who owes a filing in a period.

    The last day the period covers; if that is past when filings are created, `on`, the present day.
    """
    return max(covers_to, on)


def may_take_back(valid_to: date | None, *, ended_on: date | None, on: date) -> bool:
    """Whether an ending can be undone: its day is not past, or it was entered today."""
    return valid_to is not None and (valid_to >= on or ended_on == on)


def due_on(
    period_due_on: date, on: date, calendar: Calendar, *, workdays: int = NOTICE_WORKDAYS
) -> date:
    """Return the due day of a filing created in mid-period: the period's due day, or later."""
    return max(period_due_on, add_workdays(on, workdays, calendar))
