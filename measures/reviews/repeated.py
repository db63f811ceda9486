"""Past times in text that rows of the queue repeat from an earlier period."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, OuterRef, Subquery

from measures.models import Filing, Note
from measures.reviews.queue import WaitingFiling
from measures.rules.named_times import marks_in
from measures.rules.notes import REPEATABLE, taken_over


@dataclass
class _Span:
    covers_from: date
    covers_to: date


def with_times_over(rows: Sequence[WaitingFiling], *, on: date) -> list[WaitingFiling]:
    """Return the rows with `times_over` set; one query if any row repeats text."""
    ids = [row.pk for row in rows if row.carried]
    said = _sentences(ids, on) if ids else {}
    return [row._replace(times_over=said.get(row.pk, ())) for row in rows]


def _sentences(ids: list[int], on: date) -> dict[int, tuple[str, ...]]:
    before = Filing.objects.filter(
        measure=OuterRef("filing__measure"),
        agency=OuterRef("filing__agency"),
        period__kind=OuterRef("filing__period__kind"),
        period__notice=OuterRef("filing__period__notice"),
        period__covers_from__lt=OuterRef("filing__period__covers_from"),
        accepted_note__isnull=False,
    ).order_by("-period__covers_from")
    rows = (
        Note.objects.in_hand()
        .filter(filing__in=ids)
        .annotate(
            starts=F("filing__period__covers_from"),
            ends=F("filing__period__covers_to"),
            started=Subquery(before.values("period__covers_from")[:1]),
            ended=Subquery(before.values("period__covers_to")[:1]),
            done_before=Subquery(before.values("accepted_note__progress")[:1]),
        )
    )
    found = {}
    times = ("starts", "ends", "started", "ended")
    for row in rows.values("filing", "carried", "done_before", *times, *REPEATABLE):
        row["progress"] = taken_over(row["progress"], row["done_before"] or "")
        covering = _Span(row["starts"], row["ends"])
        written_for = _Span(row["started"], row["ended"]) if row["started"] else covering
        marks = (
            mark
            for name in row["carried"]
            for mark in marks_in(
                row[name],
                covering=covering,
                written_for=written_for,
                is_plan=name == "next_steps",
                on=on,
            )
        )
        found[row["filing"]] = tuple(dict.fromkeys(m.sentence for m in marks if m.is_over))
    return found
