"""Converts older datasets to today's schema for reading. Pure.

A frozen dataset never changes; fields that an older schema lacks are filled in as unknown.
"""

from collections.abc import Callable, Mapping
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
# The first schema of a kind that counts filings in the four parts and has figures.
WITH_CUT: dict[str, int] = {ReportKind.CIRCULAR: 2, ReportKind.AGENCY: 2}
WITH_FIGURES: dict[str, int] = {ReportKind.CIRCULAR: 3, ReportKind.AGENCY: 3}
WITH_STANDINGS = 4  # for circulars: what else an agency owes
WITH_BACK_REASON = 5  # of all three kinds
WORD_BEFORE = "采用"


def as_current(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a dataset in today's schema; unchanged if it already has it."""
    kind, schema = data["kind"], data["schema"]
    current = dict(data)
    if schema >= SCHEMAS.get(kind, SCHEMA_VERSION):
        return current
    if kind == ReportKind.LETTER:
        return _letter(data)
    if schema < WITH_CUT.get(kind, 3):
        current = _with_cut(current)
    if schema < WITH_FIGURES.get(kind, 4):
        current = _each_measure(current, lambda measure: {**measure, "figures": []})
    if kind == ReportKind.CIRCULAR and schema < WITH_STANDINGS:
        current["standings"] = []
    if schema < WITH_BACK_REASON:
        current = _each_measure(current, lambda measure: {**measure, "back_reason": ""})
    return current


def _with_cut(data: dict[str, Any]) -> dict[str, Any]:
    """Convert old counts: `filings` were counted by timeliness, and the word was 采用."""
    cut = {
        **data,
        "accepted_word": WORD_BEFORE,
        "filings": [],
        "timeliness": data["filings"],
        "agencies": [{**one, "debts": one["missing"]} for one in data["agencies"]],
    }
    return _each_measure(cut, _measure)


def _each_measure(
    data: dict[str, Any], change: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    sections = [
        {**section, "measures": [change(one) for one in section["measures"]]}
        for section in data["sections"]
    ]
    return {**data, "sections": sections}


def _letter(data: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in an old letter: it lacks the agency's kind and the titles of earlier debts."""
    named = {"title": "", "title_mark": ""}
    return {
        **data,
        "agency_kind": "",
        "late": [{**one, "title_mark": "", "role": ""} for one in data["late"]],
        "filings": data.get("filings", []),
        "earlier": [
            {"period": one["period"], "measures": [{**named, "mark": m} for m in one["marks"]]}
            for one in data.get("earlier", [])
        ],
    }


def _measure(measure: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in an old measure: its light lacks the first day and who can end it."""
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
    """Return the pace by the old rule: against the whole percent expected, without a threshold."""
    if measure["expected"] is None:
        return ""
    is_kept = (measure["percent"] or 0) >= measure["expected"] or measure["stage"] == Stage.DONE
    return (Pace.KEPT if is_kept else Pace.BEHIND).value
