"""A reading as JSON values, in the shape that `import_notice --json` prints. Pure."""

from collections.abc import Mapping
from typing import Any

from measures.intake.passage import LineSpan
from measures.intake.values import Commitment, Deadline, Doubt, NamedBody, NoticeItem, NoticeReading


def reading_json(reading: NoticeReading, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a reading as JSON values; `names`: names of the directory's agencies by key."""
    return {
        "number": reading.number,
        "title": reading.title,
        "issuer": reading.issuer,
        "issued_on": reading.issued_on.isoformat() if reading.issued_on else None,
        "items": [_item(item, names) for item in reading.items],
        "doubts": [_doubt(doubt) for doubt in reading.doubts],
    }


def _item(item: NoticeItem, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "ordinal": item.ordinal,
        "section": item.section,
        "title": item.title,
        "text": item.text,
        "lines": list(item.lines),
        "agencies": [_body(body, names) for body in item.bodies],
        "deadline": _deadline(item.deadline),
        "commitments": [_commitment(one) for one in item.commitments],
    }


def _body(body: NamedBody, names: Mapping[str, str]) -> dict[str, Any]:
    key = body.agency
    return {
        "name": body.name,
        "role": body.role.value,
        "basis": body.basis.value,
        "certain": body.certain,
        "lines": _numbers(body.lines),
        "agency": None if key is None else {"code": key, "name": names[key]},
    }


def _deadline(deadline: Deadline | None) -> dict[str, Any] | None:
    if deadline is None:
        return None
    return {"text": deadline.text, "on": deadline.on.isoformat() if deadline.on else None}


def _commitment(one: Commitment) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "text": one.text,
        "name": one.name,
        "value": None if one.value is None else str(one.value),
        "unit": one.unit,
        "comparison": one.comparison,
        "by": _deadline(one.by),
        "lines": _numbers(one.lines),
    }


def _doubt(doubt: Doubt) -> dict[str, Any]:
    return {"kind": doubt.kind.value, "lines": list(doubt.lines), "sentence": doubt.sentence}


def _numbers(lines: LineSpan) -> list[int]:
    return list(range(lines.first, lines.last + 1))
