"""From which day a responsibility may change, and what roles a list gives. Pure."""

from collections.abc import Container, Sequence
from datetime import date

from lib.errors import DomainError
from lib.workdays import Calendar, add_workdays
from measures.choices import ResponsibilityRole

NOTICE_WORKDAYS = 5  # what falls due in the middle of a period leaves at least so many


def demand_day(day: date, *, told_until: date | None, began: date | None) -> None:
    """Raise DomainError where a change may not hold from a day.

    `told_until`: the last day that a closed period covers; what it told stays as it was.
    `began`: the day from which the responsibility itself holds (None: from the start).
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
    """By agency, in the list's order: its role. Who is named first leads, but not in the rest."""
    support, owes = ResponsibilityRole.SUPPORT, ResponsibilityRole.RESPONSIBLE
    roles = {pk: support if pk in supporting else owes for pk in ids}
    return roles | dict.fromkeys([] if is_rest else ids[:1], ResponsibilityRole.LEAD)


def duty_day(*, covers_to: date, on: date) -> date:
    """The day whose responsibilities a period asks, seen from the day on which it is handed out.

    The last day that it covers; once that is past, the present one.
    """
    return max(covers_to, on)


def may_take_back(valid_to: date | None, *, ended_on: date | None, on: date) -> bool:
    """Whether an ending can be taken back: it has not begun yet, or somebody made it today."""
    return valid_to is not None and (valid_to >= on or ended_on == on)


def due_on(
    period_due_on: date, on: date, calendar: Calendar, *, workdays: int = NOTICE_WORKDAYS
) -> date:
    """When a filing handed out in the middle of a period is due: as the period's, or later."""
    return max(period_due_on, add_workdays(on, workdays, calendar))
