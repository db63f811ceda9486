"""What differs between two datasets of one paper, in words for who signs or drafts it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from lib.chinese import listed

OTHER = "其他数据有变化"
NOTHING_LEFT = "现在没有可以写的内容"
Data = Mapping[str, Any]


def differences(before: Data, after: Data) -> tuple[str, ...]:
    """Return one clause each, measures in their order; both datasets in the shape of today."""
    if not after:
        return (NOTHING_LEFT,)
    found = tuple(_letter(before, after) if "late" in before else _report(before, after))
    return found or (OTHER,)


def _report(before: Data, after: Data) -> Iterator[str]:
    period = (before["period"]["state_label"], after["period"]["state_label"])
    if period[0] != period[1]:
        yield f"填报期由{period[0]}变为{period[1]}"
    then = _by_mark(before)
    for mark, now in _by_mark(after).items():
        clauses = list(_measure(then[mark], now)) if mark in then else ["新列入"]
        if clauses:
            yield f"第{mark}项：{'，'.join(clauses)}"
    if before["corrections"] != after["corrections"]:
        yield "更正事项有变化"


def _by_mark(data: Data) -> dict[str, Data]:
    return {one["mark"]: one for section in data["sections"] for one in section["measures"]}


def _measure(before: Data, after: Data) -> Iterator[str]:
    progress = [_progress(one) for one in (before, after)]
    if progress[0] != progress[1]:
        yield f"进度由{progress[0]}变为{progress[1]}"
    lights = before["light_label"], after["light_label"]
    if lights[0] != lights[1]:
        yield f"预警灯由{lights[0]}变为{lights[1]}"
    elif before["sentence"] != after["sentence"]:
        yield "预警原因有变化"
    if before["due_on"] != after["due_on"]:
        yield "时限有变化"
    if before["figures"] != after["figures"]:
        yield "指标数据有变化"
    then = {party["agency"]: party for party in before["parties"]}
    now = {party["agency"]: party for party in after["parties"]}
    for name, party in now.items():
        yield from _party(name, then.get(name), party)
    gone = [name for name in then if name not in now]
    if gone:
        yield f"{listed(gone)}不再列入"


def _progress(measure: Data) -> str:
    percent = "" if measure["percent"] is None else f"{measure['percent']}%"
    return f"{measure['stage_label']}{percent}"


def _party(name: str, before: Data | None, after: Data) -> Iterator[str]:
    if before is None:
        yield f"新列入{name}"
    elif before["filing_state"] != after["filing_state"]:
        states = (one["filing_state"] or "未布置" for one in (before, after))
        yield f"{name}由{'变为'.join(states)}"
    elif before["note"] != after["note"]:
        yield f"{name}报送的内容有变化"


def _letter(before: Data, after: Data) -> Iterator[str]:
    then, now = ({one["mark"]: one for one in data["late"]} for data in (before, after))
    if gone := [f"第{mark}项" for mark in then if mark not in now]:
        yield f"{listed(gone)}已报送或免报"
    if new := [f"第{mark}项" for mark in now if mark not in then]:
        yield f"新列入{listed(new)}"
    if before["earlier"] != after["earlier"]:
        yield "往期欠报有变化"
