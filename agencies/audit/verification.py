"""Compares the audit trail with its seals and names the first event or seal that differs.

Events and seals are read in parallel, page by page, so memory use does not grow with their number.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import zip_longest
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.utils.timezone import localtime

from agencies.audit import trail
from agencies.audit.canonical import FORMS, event_digest, seal_digest
from agencies.choices import TrailAction
from agencies.models import Event, Seal
from lib.errors import DomainError

SEALS_AT_ONCE, EVENTS_AT_ONCE = 50, 2_000
Row = dict[str, Any]


class Fault(NamedTuple):
    words: str
    seal: int
    event: int | None = None  # None if the seal itself differs


class Verification(NamedTuple):
    events: int  # number of unchanged events
    seals: int
    last: Seal | None  # the newest verified seal
    unsealed: int
    fault: Fault | None = None

    @property
    def until(self) -> datetime | None:
        return self.last.at if self.last else None

    @property
    def digest(self) -> str:
        """The digest to keep elsewhere: it depends on all events and seals before it."""
        return self.last.digest if self.last else ""


class _Sealed(NamedTuple):
    seal: Seal
    pk: int
    digest: str


class _BrokenError(Exception):
    def __init__(self, words: str, seal: int, event: int | None = None) -> None:
        super().__init__(words)
        self.fault = Fault(words, seal, event)


def verify(*, anchor: str = "") -> Verification:
    """Compare sealed events with their seals, from the oldest to the first difference.

    `anchor`: a seal's digest that was kept elsewhere; it must be among the seals. Raises
    DomainError if this machine cannot compute the digests.
    """
    newest = Seal.objects.without_digests().newest()
    chain = _Chain(newest.number if newest else 0)
    columns = sorted({name for names in FORMS.values() for name in names})
    rows = Event.objects.filter(pk__lte=newest.last_id if newest else 0).values(*columns)
    events, fault = 0, None
    try:
        for sealed, row in zip_longest(chain.sealed(), _events(rows)):
            _compare(sealed, row, chain)
            events += 1
        _demand_kept(anchor)
    except _BrokenError as broken:
        fault = broken.fault
    return Verification(events, chain.count, chain.last, Event.objects.unsealed().count(), fault)


def record_verification(*, at: datetime) -> Verification:
    """Verify, and record the result as an event."""
    found = verify()
    after: dict[str, object] = {
        "events": found.events,
        "seals": found.seals,
        "last_seal": found.last.number if found.last else None,
        "digest": found.digest,
    }
    if found.fault:
        after |= {"seal": found.fault.seal, "event": found.fault.event}
    trail.record(
        TrailAction.BROKEN if found.fault else TrailAction.VERIFIED,
        None,
        by=None,
        at=at,
        sentence=found.fault.words if found.fault else words_of(found),
        after=after,
    )
    return found


def words_of(found: Verification) -> str:
    """Return a sentence about a verification that found no differences."""
    if found.until is None:
        return f"还没有封存，{found.unsealed}条审计记录待封存。"
    sealed = f"{found.events}条审计记录、{found.seals}个封存与封存时一致"
    unsealed = f"；另有{found.unsealed}条待封存" if found.unsealed else ""
    return f"{sealed}，封存至{localtime(found.until):%Y-%m-%d %H:%M}{unsealed}。"


class _Chain:
    """Iterates over the seals up to a given one, in order."""

    def __init__(self, upto: int) -> None:
        self._upto = upto
        self.last: Seal | None = None
        self.count = 0

    def sealed(self) -> Iterator[_Sealed]:
        """Yield the entry of each event. Raises _BrokenError if a seal was changed."""
        after = 0
        while seals := list(self._after(after)):
            for seal in seals:
                self._check(seal)
                for pk, digest in seal.digests_of_events():
                    yield _Sealed(seal, pk, digest)
                self.last, self.count = seal, self.count + 1
            after = seals[-1].number

    def _after(self, number: int) -> QuerySet[Seal]:
        found = Seal.objects.filter(number__gt=number, number__lte=self._upto)
        return found.order_by("number")[:SEALS_AT_ONCE]

    def _check(self, seal: Seal) -> None:
        due = self.last.number + 1 if self.last else 1
        follows_dropped = not self.last and Event.objects.dropped_before(seal).exists()
        if seal.number != due and not follows_dropped:
            raise _BrokenError(f"封存{due}不见了，其后是{seal}。", due)
        _demand_able(seal)
        made = seal_digest(seal)
        if made != seal.digest:
            words = (
                f"封存{seal.number}被改动，所记摘要是{_short(seal.digest)}，应为{_short(made)}。"
            )
            raise _BrokenError(words, seal.number)
        if self.last and seal.previous != self.last.digest:
            words = (
                f"{seal}所记的上一封存摘要是{_short(seal.previous)}，"
                f"而{self.last}的是{_short(self.last.digest)}。"
            )
            raise _BrokenError(words, seal.number)


def _events(rows: QuerySet) -> Iterator[Row]:
    after = 0
    while page := list(rows.filter(pk__gt=after).order_by("pk")[:EVENTS_AT_ONCE]):
        yield from page
        after = page[-1]["id"]


def _compare(sealed: _Sealed | None, row: Row | None, chain: _Chain) -> None:
    """Compare an event with its entry in a seal; one of the two may be missing."""
    if row is not None and (sealed is None or row["id"] < sealed.pk):
        seal = sealed.seal if sealed else chain.last
        words = f"审计记录{row['id']}是后来插入的，封存时没有这一条。"
        raise _BrokenError(words, seal.number if seal else 0, row["id"])
    assert sealed is not None  # zip_longest ends if both are None
    number = sealed.seal.number
    if row is None or row["id"] > sealed.pk:
        raise _BrokenError(
            f"审计记录{sealed.pk}被删除，封存{number}里有这一条。", number, sealed.pk
        )
    made = event_digest(row, sealed.seal.algorithm, sealed.seal.form)
    if made != sealed.digest:
        words = (
            f"审计记录{sealed.pk}被改动，封存{number}所记摘要是{_short(sealed.digest)}，"
            f"现在是{_short(made)}。"
        )
        raise _BrokenError(words, number, sealed.pk)


def _demand_kept(anchor: str) -> None:
    """Require that the seal kept elsewhere and the last verified seal exist.

    Without this check a shortened or newly computed chain would look complete.
    """
    verified = Event.objects.filter(action=TrailAction.VERIFIED).order_by("-pk").first()
    kept = {
        "留存的摘要": anchor,
        "上次核验所记的摘要": verified.after["digest"] if verified else "",
    }
    for name, digest in kept.items():
        if digest and not Seal.objects.filter(digest=digest).exists():
            words = f"{name}{_short(digest)}不在任何封存中，它所在的封存被改动或者删除。"
            raise _BrokenError(words, 0)


def _demand_able(seal: Seal) -> None:
    if seal.form not in FORMS:
        raise DomainError(f"{seal}由较新的版本所做，请用那个版本核验。")
    if seal.algorithm not in hashlib.algorithms_available:
        raise DomainError(f"本机的OpenSSL没有{seal.how.label}，请在有的机器上核验。")


def _short(digest: str) -> str:
    return f"{digest[:16]}…"
