"""Accepting several notes that say 本期无新进展 at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.timezone import localtime

from agencies.audit import trail
from agencies.choices import Outcome
from agencies.models import User
from lib.errors import DomainError
from measures.filings.submission import take
from measures.models import Filing, Review
from measures.reviews.actions import accept_note


class Bulk(NamedTuple):
    accepted: list[Filing]
    refused: list[tuple[Filing, str]]  # with the sentence why


@transaction.atomic
def accept_unchanged_note(filing: Filing, *, by: User, at: datetime) -> Review:
    """Accept a note that says 本期无新进展 without opening it; the measure's status stays.

    Raises as accept_note; DomainError too where the version in hand says anything new, or where
    somebody else has begun to review it.
    """
    filing, _ = take(filing, "accept", by=by)
    note = filing.notes.kept().select_related("review__begun_by").order_by("-version").first()
    if note is None or not note.is_unchanged:
        raise DomainError("现在的版本不是“本期无新进展”，请逐项审核。")
    review = getattr(note, "review", None)
    if review is not None and review.begun_by_id != by.pk:
        begun = f"{localtime(review.begun_at):%Y-%m-%d %H:%M}"
        raise DomainError(f"{review.begun_by.name}已于{begun}开始审核，未一并通过。")
    return accept_note(filing, by=by, at=at)


def accept_unchanged(filings: Iterable[Filing], *, by: User, at: datetime) -> Bulk:
    """Accept several notes that say 本期无新进展, in a transaction each, by their ids.

    One that cannot be accepted does not hold up the others: it is named with its sentence, and
    the refused attempt is recorded.
    """
    accepted, refused = [], []
    for filing in sorted(filings, key=lambda one: one.pk):
        try:
            accept_unchanged_note(filing, by=by, at=at)
        except (DomainError, PermissionDenied) as refusal:
            sentence = str(refusal) or "没有权限。"
            refused.append((filing, sentence))
            trail.record(
                "refused filing.accept",
                filing,
                by=by,
                at=at,
                sentence=f"未通过{filing}：{sentence}",
                outcome=Outcome.REFUSED,
            )
        else:
            accepted.append(filing)
    return Bulk(accepted, refused)
