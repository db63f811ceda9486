"""Passing open work to a successor when a post changes hands.

Filings belong to agencies and are not passed on. Past decisions keep the name of their author.
"""

import re
from datetime import datetime

from django.db.models import QuerySet

from agencies.inbox.messages import tell
from agencies.models import Agency, Message, User
from agencies.permissions import Role
from measures.bars import bars_review
from measures.choices import FilingState, MeasureMessage
from measures.models import Filing, Review
from measures.rules.workflow import OPEN_TO_LIAISON

_FILING = re.compile(r"(?:#filing-|/reviews/|/filings/)(\d+)")


def pass_on_open_work(
    holder: User, successor: User, *, role: Role, agency: Agency, at: datetime
) -> list[str]:
    """Pass on begun reviews and copy unread messages about open filings; return both in words.

    Called inside hand_over's transaction, when the memberships have changed already.
    """
    said = []
    if role == Role.COORDINATOR:
        said += [f"{filing}的审核" for filing in _pass_on_reviews(holder, successor, at)]
    copied = _copy_messages(holder, successor, _open_to(role, agency), at)
    return [*said, f"未读消息{copied}条"] if copied else said


def _open_to(role: Role, agency: Agency) -> QuerySet[Filing]:
    """Return the filings on which the holders of a role must act next."""
    if role == Role.LIAISON:
        return Filing.objects.owed_by([agency.pk]).filter(state__in=OPEN_TO_LIAISON)
    if role == Role.AGENCY_HEAD:
        return Filing.objects.awaiting_approval([agency.pk])
    if role == Role.COORDINATOR:
        return Filing.objects.awaiting_review()
    return Filing.objects.none()


def _pass_on_reviews(holder: User, successor: User, at: datetime) -> list[Filing]:
    """Move the undecided reviews that the holder has begun.

    One that the successor may not decide is not moved; any other coordinator can take it over.
    """
    begun = Review.objects.under_way().filter(begun_by=holder)
    filings = (
        Filing.objects.select_for_update(of=("self",), no_key=True)
        .select_related("measure", "period")
        .filter(pk__in=begun.values("note__filing"), state=FilingState.SUBMITTED)
        .order_by("pk")
    )
    heir = User.objects.get(pk=successor.pk)  # read again: the memberships have changed
    moved = [filing for filing in filings if not bars_review(filing, heir)]
    begun.filter(note__filing__in=moved).update(begun_by=heir, begun_at=at)
    return moved


def _copy_messages(holder: User, successor: User, filings: QuerySet[Filing], at: datetime) -> int:
    """Copy the holder's unread messages about these filings; return how many were new."""
    open_ids = set(filings.values_list("pk", flat=True))
    known = set(Message.objects.to(successor).values_list("kind", "sentence", "url"))
    copied = 0
    for message in Message.objects.to(holder).unread().order_by("created_at", "pk"):
        is_new = (message.kind, message.sentence, message.url) not in known
        if is_new and _is_about(message, open_ids):
            tell(
                [successor],
                kind=message.about,
                sentence=message.sentence,
                url=message.url,
                at=at,
            )
            copied += 1
    return copied


def _is_about(message: Message, open_ids: set[int]) -> bool:
    """Whether a message is about one of the filings, or asks to file while any is open."""
    if message.kind == MeasureMessage.PERIOD_OPENED:
        return bool(open_ids)
    found = _FILING.search(message.url)
    return found is not None and int(found.group(1)) in open_ids
