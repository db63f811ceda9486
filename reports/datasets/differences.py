"""The differences between two datasets of a report, in words for drafter and signer. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from lib.chinese import listed

OTHER = "其他数据有变化"
NOTHING_LEFT = "现在没有可以写的内容"
Data = Mapping[str, Any]
_NAMES = {
    "earlier": "往期欠报",
    "contact": "联系人",
    "agency_full": "单位名称",
    "notice": "文件信息",
}


def differences(before: Data, after: Data) -> tuple[str, ...]:
    """Return one clause per difference, in the order of measures; both need today's schema."""
    if not after:
        return (NOTHING_LEFT,)
    period = _turned("填报期", before["period"]["state_label"], after["period"]["state_label"])
    rest = _letter(before, after) if "late" in before else _report(before, after)
    return (*period, *rest) or (OTHER,)


def _turned(what: str, before: object, after: object) -> Iterator[str]:
    if before != after:
        yield f"{what}由{before}变为{after}"


def _report(before: Data, after: Data) -> Iterator[str]:
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
    yield from _turned("进度", _progress(before), _progress(after))
    yield from _turned("预警灯", before["light_label"], after["light_label"])
    if before["light_label"] == after["light_label"] and before["sentence"] != after["sentence"]:
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
    for mark in (mark for mark in then if mark in now):
        due, late = (f"第{mark}项{what}" for what in ("截止日期", "逾期的工作日数"))
        yield from _turned(due, then[mark]["due_on"], now[mark]["due_on"])
        yield from _turned(late, then[mark]["workdays"], now[mark]["workdays"])
    yield from _around(before, after)


def _around(before: Data, after: Data) -> Iterator[str]:
    """Yield differences in a letter outside its list of late filings."""
    counted = {one["key"]: one["count"] for one in before["filings"]}
    for one in after["filings"]:
        if one["key"] in counted:  # older datasets count nothing
            yield from _turned(f"本期{one['label']}项数", counted[one["key"]], one["count"])
    yield from _turned("文中日期", before["told_on"], after["told_on"])
    yield from _turned("要求的期限", before["file_by"], after["file_by"])
    for key, what in _NAMES.items():
        if before[key] != after[key]:
            yield f"{what}有变化"
