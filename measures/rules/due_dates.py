"""Which changes of a measure's due date may be requested, and which need no approval. Pure.

No date at all (长期坚持) counts as later than any date: setting one is stricter, removing one less
strict.
"""

from datetime import date
from typing import NamedTuple

from lib.errors import DomainError

YEARS_MOST = 20  # a date further away is a typing error


class DateWanted(NamedTuple):
    """A measure's present state and the due date requested for it (None: 长期坚持)."""

    starts_on: date
    from_on: date | None
    to_on: date | None
    is_closed: bool = False
    has_open: bool = False  # another request is not decided yet


def passes_at_once(from_on: date | None, to_on: date | None) -> bool:
    """Whether a change needs no approval by the chief: the new date is earlier than the present."""
    return to_on is not None and (from_on is None or to_on < from_on)


def words_of(from_on: date | None, to_on: date | None) -> str:
    """Describe the requested change: 完成时限由2026-12-31延至2027-06-30."""
    if to_on is None:
        return f"取消完成时限（现为{from_on:%Y-%m-%d}），改为长期坚持"
    if from_on is None:
        return f"设定完成时限{to_on:%Y-%m-%d}"
    verb = "提前至" if to_on < from_on else "延至"
    return f"完成时限由{from_on:%Y-%m-%d}{verb}{to_on:%Y-%m-%d}"


def demand_may_ask(asked: DateWanted, *, is_staff: bool, on: date) -> None:
    """Raise DomainError if no change may be requested now; the message says what to do instead.

    The lead may move the present date, up to the due day itself. The commission's staff may also
    set a first date, remove one, or request a change after the date has passed.
    """
    if asked.is_closed:
        raise DomainError("这项措施已办结，时限不再调整；确需调整的，请先由负责人重新启动。")
    if asked.has_open:
        raise DomainError("这项措施已有一项时限申请待审批，请等待审批，或先撤回再另行申请。")
    if is_staff:
        return
    if asked.from_on is None:
        raise DomainError("长期坚持的措施不设完成时限；确需设定的，请联系市商务委统筹岗。")
    if asked.from_on < on:
        raise DomainError(
            f"完成时限{asked.from_on:%Y-%m-%d}已过，不能再申请调整：已经完成的请申请办结；"
            "确需延期的，请联系市商务委统筹岗提请负责人审批。"
        )


def demand_date(asked: DateWanted, *, is_staff: bool, on: date) -> None:
    """Raise DomainError if the requested date is not possible."""
    if asked.to_on == asked.from_on:
        raise DomainError("与现行时限相同，无需调整。")
    if asked.to_on is None:
        if not is_staff:
            raise DomainError("改为长期坚持由市商务委统筹岗提出，请填写新的完成时限。")
        return
    if asked.to_on < on:
        raise DomainError(f"新的完成时限不能早于今日（{on:%Y-%m-%d}），请填写其后的日期。")
    if asked.to_on < asked.starts_on:
        raise DomainError(f"新的完成时限不能早于开始日期{asked.starts_on:%Y-%m-%d}。")
    if asked.to_on.year > on.year + YEARS_MOST:
        raise DomainError(f"新的完成时限最晚为{on.year + YEARS_MOST}年，请核对年份。")


def demand_still_ahead(to_on: date | None, *, on: date) -> None:
    """Raise DomainError if the requested date has passed before the chief agreed to it."""
    if to_on is not None and to_on < on:
        raise DomainError(
            f"所申请的时限{to_on:%Y-%m-%d}已过，不能再同意；请不同意并说明，由申请人另行申请。"
        )
