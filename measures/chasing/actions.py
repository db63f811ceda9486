"""Actions: chase by hand, answer a chase, set or drop a ladder."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import groupby
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.audit import trail
from agencies.inbox.actions import mark_read
from agencies.inbox.messages import tell
from agencies.models import Agency, User
from agencies.permissions import Perm
from lib.errors import DomainError, demand_reason
from lib.workdays import is_working_time
from measures.chasing.job import lock_chasing, send_due
from measures.choices import MeasureMessage, Rung
from measures.dated_sets import demand_no_past_day, drop_set
from measures.models import ChaseLadder, ChaseRound, Filing, LadderRung, Urge, Workday
from measures.rules.chasing import OFFSET_LEAST, OFFSET_MOST, LadderStep, ladder_on

NOTHING_OWED = "所选填报都不在逾期未报之列（已报送、免报、核销或没有到期），不需要催报。"
ALL_WAIT = "所选填报已有催报待发送，不必重复提交。"


class ByHand(NamedTuple):
    """The result of a chase by hand: numbers of filings."""

    sent: int
    waiting: int  # sent on the next working day, with the reminders due then


@transaction.atomic
def chase_by_hand(filings: Collection[int], *, by: User, words: str = "", at: datetime) -> ByHand:
    """Chase the late ones of some filings, given by their ids.

    An agency is notified at once within working hours, if its people have no message of today yet;
    else on the next working day: nobody gets two messages a day (docs/adr). Raises
    PermissionDenied without the right to chase, DomainError if nothing is owed or all is queued.
    """
    by.demand(Perm.CHASE)
    lock_chasing()
    owed = Filing.objects.chased_late(on=localdate(at)).filter(pk__in=filings)
    late = list(owed.order_by("agency__order", "agency", "pk").select_related("agency"))
    if not late:
        raise DomainError(NOTHING_OWED)
    waiting = set(Urge.objects.queued().filter(filing__in=late).values_list("filing", flat=True))
    new = [filing for filing in late if filing.pk not in waiting]
    if not new:
        raise DomainError(ALL_WAIT)
    for agency, own in groupby(new, key=lambda filing: filing.agency):
        _ask(agency, list(own), by=by, words=words.strip(), at=at)
    calendar = Workday.objects.as_calendar()
    if is_working_time(at, calendar):
        send_due(at=at, calendar=calendar, agencies={filing.agency_id for filing in new})
    left = Urge.objects.queued().filter(filing__in=new).count()
    return ByHand(len(new) - left, left)


def _ask(
    agency: Agency, filings: list[Filing], *, by: User, words: str, at: datetime
) -> ChaseRound:
    round_ = ChaseRound(agency=agency, by=by, words=words, asked_at=at)
    round_.full_clean()
    round_.save()
    Urge.objects.bulk_create(
        Urge(filing=filing, rung=Rung.MANUAL, due_on=filing.chased_day, round=round_)
        for filing in filings
    )
    said = f"：{words}" if words else "。"
    trail.record(
        "chase.ask",
        round_,
        by=by,
        at=at,
        sentence=f"对{agency}的{len(filings)}项填报人工催报{said}",
        after={"filings": len(filings), "text": words},
    )
    return round_


@transaction.atomic
def answer_chases(
    filings: Collection[int],
    *,
    by: User,
    words: str = "",
    promised_on: date | None = None,
    at: datetime,
) -> int:
    """Answer for filings that were chased and are still owed; return how many.

    The answer is stored on the newest chase of each; a later answer replaces it, and the audit
    trail keeps both. The person's messages about them count as read. Raises PermissionDenied for
    filings of other agencies, ValidationError without words and day or for a past day, DomainError
    if none of them was chased or is still owed.
    """
    words = words.strip()
    if not words and promised_on is None:
        raise ValidationError({"words": "请写明情况，或填写拟报送日期。"})
    if promised_on is not None and promised_on < localdate(at):
        raise ValidationError({"promised_on": "拟报送日期不能早于今日。"})
    chosen = Filing.objects.filter(pk__in=filings)
    if not all(by.acts_for(pk) for pk in set(chosen.values_list("agency", flat=True))):
        raise PermissionDenied
    newest = Urge.objects.to_answer().filter(filing__in=filings).newest()
    found = list(
        Urge.objects.filter(pk__in=newest.values("pk"))
        .select_for_update(of=("self",), no_key=True)
        .select_related("filing__measure", "filing__period", "round__by")
        .order_by("pk")
    )
    if not found:
        raise DomainError("所选填报没有待答复的催报，请刷新页面查看最新状态。")
    for urge in found:
        urge.answer, urge.promised_on = words, promised_on
        urge.answered_by, urge.answered_at = by, at
        urge.save_checked(update_fields=["answer", "promised_on", "answered_by", "answered_at"])
        trail.record(
            "chase.answer",
            urge.filing,
            by=by,
            at=at,
            sentence=f"答复对{urge.filing}的催报{_said(words, promised_on)}",
            after={"urge": urge.pk, "promised_on": promised_on, "text": words},
        )
    told = ChaseRound.messages.through.objects.filter(chaseround__urges__in=found)
    mark_read(set(told.values_list("message", flat=True)), by=by, at=at)
    _tell_askers(found, words, promised_on, at)
    return len(found)


def _said(words: str, promised_on: date | None) -> str:
    day = f"，拟于{promised_on:%Y-%m-%d}报送" if promised_on else ""
    return f"{day}：{words}" if words else f"{day}。"


def _tell_askers(urges: Iterable[Urge], words: str, promised_on: date | None, at: datetime) -> None:
    """Notify people who chased by hand; answers to the job's reminders are on the pages only."""
    askers: dict[User, list[Urge]] = {}
    for urge in urges:
        if urge.round is not None and urge.round.by is not None:
            askers.setdefault(urge.round.by, []).append(urge)
    for asker, own in askers.items():
        more = f"等{len(own)}项" if len(own) > 1 else ""
        tell(
            [asker] if asker.is_active else [],
            kind=MeasureMessage.CHASE_ANSWER,
            sentence=f"{own[0].filing}{more}的催报已答复{_said(words, promised_on)}",
            url=reverse("measures:chases"),
            at=at,
        )


@transaction.atomic
def set_ladder(
    steps: Collection[LadderStep], *, by: User, valid_from: date, reason: str, at: datetime
) -> ChaseLadder:
    """Save a ladder effective from a day until the next one's day.

    Raises PermissionDenied without the right to chase, DomainError for a past day, without a reason
    or rung, for two rungs of one day or kind, or if nothing changes, ValidationError for a day that
    has a ladder.
    """
    by.demand(Perm.CHASE)
    demand_no_past_day(valid_from, name="催报阶梯", at=at)
    _demand_sensible(steps)
    before = ladder_on(ChaseLadder.objects.as_scale(), valid_from)
    reason = demand_reason(reason, "设定催报阶梯")
    if set(before) == set(steps):
        raise DomainError(f"与{valid_from:%Y-%m-%d}起本来要用的阶梯完全相同，不需要设定。")
    row = ChaseLadder(valid_from=valid_from, reason=reason, set_by=by, set_at=at)
    row.full_clean()
    row.save()
    LadderRung.objects.bulk_create(LadderRung(ladder=row, **step._asdict()) for step in steps)
    trail.record(
        "ladder.set",
        row,
        by=by,
        at=at,
        sentence=f"设定{row}：{row.reason}",
        before={"rungs": _rungs(before)},
        after={"valid_from": valid_from, "rungs": _rungs(steps)},
    )
    return row


def drop_ladder(row: ChaseLadder, *, by: User, at: datetime) -> None:
    """Delete a ladder that is not effective yet. Raises as drop_set."""
    before = {"valid_from": row.valid_from, "rungs": _rungs(row.ladder)}
    drop_set(row, perm=Perm.CHASE, action="ladder.drop", before=before, by=by, at=at)


def _demand_sensible(steps: Collection[LadderStep]) -> None:
    offsets = [step.offset for step in steps]
    if not steps:
        raise DomainError("催报阶梯至少保留一级。")
    if len(set(offsets)) < len(offsets) or len({step.rung for step in steps}) < len(offsets):
        raise DomainError("两级不能在同一天，请把其中一级改到另一天。")
    if not all(OFFSET_LEAST <= offset <= OFFSET_MOST for offset in offsets):
        raise DomainError(f"工作日数须在{OFFSET_LEAST}至{OFFSET_MOST}之间。")


def _rungs(steps: Iterable[LadderStep]) -> str:
    ordered = sorted(steps, key=lambda step: step.offset)
    return "、".join(f"{step.day_words}{step.rung.label}" for step in ordered)
