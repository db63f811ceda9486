"""Numbers of documents (文号), and the filings a document calls missing. Pure."""

from collections.abc import Mapping
from typing import Any

from reports.choices import ReportKind, Timeliness


def number_words(words: str, year: int, serial: int) -> str:
    """渝商务提示〔2026〕1号: 六角括号, no 第, no leading zeros (GB/T 9704-2012, 7.2.5)."""
    return f"{words}〔{year}〕{serial}号"


def named_as_missing(kind: ReportKind, data: Mapping[str, Any]) -> set[tuple[int, str]]:
    """Return the filings that a letter or circular calls 未报, as (measure, agency's code)."""
    if kind == ReportKind.LETTER:
        return {(one["ordinal"], one["code"]) for one in data["late"] if not one["is_mending"]}
    return {
        (measure["ordinal"], party["code"])
        for section in data["sections"]
        for measure in section["measures"]
        for party in measure["parties"]
        if party["timeliness"] == Timeliness.MISSING
        and not (party.get("is_written_off") or party.get("is_backfilled"))
    }
