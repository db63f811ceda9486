"""Acting on several notes at once, each in its own transaction; failures are reported."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import NamedTuple

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from agencies.audit import trail
from agencies.choices import Outcome
from agencies.models import User
from lib.errors import DomainError
from measures.filings.locking import demand_newest, take, tell_next_at_once
from measures.filings.submission import approve_note, submit_note
from measures.models import Filing, Note


class AtOnce(NamedTuple):
    went: list[Note]
    stayed: list[tuple[Filing, str]]  # with the reason as a sentence


def submit_seen(seen: Mapping[Filing, int], *, by: User, at: datetime) -> AtOnce:
    """Submit several drafts in the revisions seen; the next person gets one message."""
    done = AtOnce([], [])
    for filing, revision in sorted(seen.items(), key=lambda pair: pair[0].pk):
        try:
            note = submit_note(filing, by=by, revision=revision, calls=False, at=at)
            done.went.append(note)
        except (DomainError, ValidationError, PermissionDenied) as refusal:
            words = refusal.messages if isinstance(refusal, ValidationError) else [str(refusal)]
            done.stayed.append((filing, "".join(words) or "您没有报送这一项的权限。"))
    _call_once(done, at)
    return done


def approve_unchanged(filings: Iterable[Filing], *, by: User, at: datetime) -> AtOnce:
    """Approve several notes that say 本期无新进展; their reviewer gets one message."""
    verb = partial(_approve_unchanged_note, by=by, at=at)
    done = each_alone(filings, verb, action="filing.approve", word="同意报送", by=by, at=at)
    _call_once(done, at)
    return done


@transaction.atomic
def _approve_unchanged_note(filing: Filing, *, by: User, at: datetime) -> Note:
    """Approve one; raises as approve_note, and DomainError if the current version has news."""
    filing, _ = take(filing, "approve", by=by)
    if not demand_newest(filing).is_unchanged:
        raise DomainError("现在的版本不是“本期无新进展”，请逐项审核。")
    return approve_note(filing, by=by, calls=False, at=at)


def each_alone(
    filings: Iterable[Filing],
    verb: Callable[[Filing], Note],
    *,
    action: str,
    word: str,
    by: User,
    at: datetime,
) -> AtOnce:
    """Call `verb` for each filing, in order of ids; a refused one does not stop the others.

    A refused attempt is recorded as `action`; `word` names it in Chinese.
    """
    done = AtOnce([], [])
    for filing in sorted(filings, key=lambda one: one.pk):
        try:
            done.went.append(verb(filing))
        except (DomainError, PermissionDenied) as refusal:
            sentence = str(refusal) or "没有权限。"
            done.stayed.append((filing, sentence))
            trail.record(
                f"refused {action}",
                filing,
                by=by,
                at=at,
                sentence=f"未{word}{filing}：{sentence}",
                outcome=Outcome.REFUSED,
            )
    return done


@transaction.atomic
def _call_once(done: AtOnce, at: datetime) -> None:
    """Notify the people who act next: one message for each agency and period."""
    filings = [note.filing for note in done.went]
    for _, together in groupby(sorted(filings, key=_side), key=_side):
        tell_next_at_once(together, at)


def _side(filing: Filing) -> tuple[int, int]:
    return filing.agency_id, filing.period_id
