"""Older datasets as today's documents read them. Pure.

A frozen dataset never changes, and its report keeps its words: what an older schema did not know is
filled in so that the document says what it said then.
"""

from collections.abc import Mapping
from typing import Any

from measures.choices import Pace, Stage
from reports.choices import ReportKind
from reports.datasets.schema import (
    AGENCY_SCHEMA,
    CIRCULAR_SCHEMA,
    LETTER_SCHEMA,
    SCHEMA_VERSION,
)

SCHEMAS: dict[str, int] = {
    ReportKind.CIRCULAR: CIRCULAR_SCHEMA,
    ReportKind.AGENCY: AGENCY_SCHEMA,
    ReportKind.LETTER: LETTER_SCHEMA,
}
WORD_BEFORE = "采用"


def as_current(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dataset in the shape of today; one of today's schema as it is.

    Before the one cut of filings `filings` counted by timeliness, a note was 采用 and a light knew
    neither since when nor whom it waits for.
    """
    if data["schema"] >= SCHEMAS.get(data["kind"], SCHEMA_VERSION):
        return dict(data)
    if data["kind"] == ReportKind.LETTER:
        return {**data, "filings": [], "earlier": []}
    return {
        **data,
        "accepted_word": WORD_BEFORE,
        "filings": [],
        "timeliness": data["filings"],
        "agencies": [{**one, "debts": one["missing"]} for one in data["agencies"]],
        "sections": [
            {**section, "measures": [_measure(one) for one in section["measures"]]}
            for section in data["sections"]
        ],
    }


def _measure(measure: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **measure,
        "pace": _pace(measure),
        "since": None,
        "waits_for": [],
        "others": [],
        "findings": [],
        "parties": [
            {**party, "part": "", "is_backfilled": False, "is_written_off": False}
            for party in measure["parties"]
        ],
    }


def _pace(measure: Mapping[str, Any]) -> str:
    """As it was counted then: against the whole percent expected, without a threshold."""
    if measure["expected"] is None:
        return ""
    is_kept = (measure["percent"] or 0) >= measure["expected"] or measure["stage"] == Stage.DONE
    return (Pace.KEPT if is_kept else Pace.BEHIND).value
