"""An agency's head agrees to several notes at once: those that say 本期无新进展."""

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from agencies.audit import trail
from agencies.choices import Outcome
from agencies.models import User
from lib.errors import DomainError
from measures.filings.locking import demand_newest, take
from measures.filings.submission import HandedIn, approve_note, call_once
from measures.models import Filing, Note


@transaction.atomic
def approve_unchanged_note(filing: Filing, *, by: User, at: datetime) -> Note:
    """Let a note that says 本期无新进展 leave the agency without opening it; calls nobody yet.

    Raises as approve_note; DomainError too where the version in hand says anything new.
    """
    filing, _ = take(filing, "approve", by=by)
    if not demand_newest(filing).is_unchanged:
        raise DomainError("现在的版本不是“本期无新进展”，请逐项审核。")
    return approve_note(filing, by=by, calls=False, at=at)


def approve_unchanged(filings: Iterable[Filing], *, by: User, at: datetime) -> HandedIn:
    """Let several leave, in a transaction each, by their ids; who reviews is called once.

    One that cannot leave does not hold up the others: it is named with its sentence, and the
    refused attempt is recorded.
    """
    done = HandedIn([], [])
    for filing in sorted(filings, key=lambda one: one.pk):
        try:
            done.went.append(approve_unchanged_note(filing, by=by, at=at))
        except (DomainError, PermissionDenied) as refusal:
            sentence = str(refusal) or "没有权限。"
            done.stayed.append((filing, sentence))
            trail.record(
                "refused filing.approve",
                filing,
                by=by,
                at=at,
                sentence=f"未同意报送{filing}：{sentence}",
                outcome=Outcome.REFUSED,
            )
    call_once([note.filing for note in done.went], at)
    return done
