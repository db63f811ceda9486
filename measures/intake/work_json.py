"""The editable form of a reading as JSON values, and back. Pure."""

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Any

from measures.intake.work import NewAgency, PlanBody, PlanDoubt, PlanItem, PlanPromise, Work


def work_json(work: Work) -> dict[str, Any]:
    return asdict(work)


def work_from(stored: dict[str, Any]) -> Work:
    """Return the work from its JSON. Raises TypeError or KeyError for other data."""
    items = tuple(
        _built(
            PlanItem,
            one,
            lines=tuple(one["lines"]),
            gaps=tuple(one["gaps"]),
            unnamed=tuple(one.get("unnamed", ())),
            bodies=_bodies_from(one["bodies"]),
            promises=tuple(PlanPromise(**promise) for promise in one["promises"]),
        )
        for one in stored["items"]
    )
    doubts = tuple(
        _built(
            PlanDoubt,
            one,
            lines=tuple(one["lines"]),
            candidates=tuple(one["candidates"]),
            bodies=_bodies_from(one.get("bodies", ())),
        )
        for one in stored["doubts"]
    )
    return _built(
        Work,
        stored,
        items=items,
        doubts=doubts,
        addressees=tuple(stored["addressees"]),
        closing=tuple(stored["closing"]),
        new_agencies=tuple(NewAgency(**one) for one in stored["new_agencies"]),
    )


def _bodies_from(stored: Iterable[dict[str, Any]]) -> tuple[PlanBody, ...]:
    return tuple(_built(PlanBody, one, lines=tuple(one["lines"])) for one in stored)


def _built(kind: type, stored: dict[str, Any], **own: Any) -> Any:
    plain = {one.name: stored[one.name] for one in fields(kind) if one.name in stored}
    return kind(**plain | own)
