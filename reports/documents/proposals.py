"""Proposals of agencies that a circular may praise or name, with facts; people decide. Pure.

A proposal consists only of facts, and the text names nobody until the drafter chooses them.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from lib.chinese import listed
from lib.errors import DomainError
from measures.choices import Light
from reports.choices import FilingPart, Timeliness
from reports.datasets.schema import ChoicesData, CircularData, measures_of
from reports.documents.parts.measures import lead_agencies

NOTHING_CHOSEN: ChoicesData = {"version": 0, "praised": [], "named": [], "with_consent": False}
ALL = "全部"


class Owing(NamedTuple):
    """An agency's late, missing and returned filings, each once; `days`: of the latest one."""

    code: str
    agency: str
    order: int
    late: int
    missing: int
    since_filed: int  # missing filings that came after the circular's day
    mending: int
    days: int

    @property
    def facts(self) -> str:
        """Return 迟报1件、未报2件（其中1件已补报）、退回待补正1件."""
        counts = (("迟报", self.late), ("未报", self.missing), ("退回待补正", self.mending))
        told = [f"{word}{count}件" for word, count in counts if count]
        if self.since_filed:
            at = next(n for n, words in enumerate(told) if words.startswith("未报"))
            part = "" if self.since_filed == self.missing else f"其中{self.since_filed}件"
            told[at] += f"（{part}已补报）"
        return listed(told)


class Proposal(NamedTuple):
    code: str
    agency: str
    facts: str


def praise_proposals(data: CircularData) -> list[Proposal]:
    """Return agencies with all filings in time and accepted, and no debts in any period.

    Not those with a returned or waiting filing, with a duty that ended late, or that lead a lagging
    measure; and not the issuer.
    """
    codes = {p["agency"]: p["code"] for m in measures_of(data) for p in m["parties"]}
    standings = {one["code"]: one for one in data["standings"]}
    lagging = {
        name
        for measure in measures_of(data)
        if measure["light"] == Light.RED
        for name in lead_agencies(measure)
    }
    excluded = lagging | {data["notice"]["coordinator"]}
    found = []
    for one in data["agencies"]:
        standing = standings.get(codes[one["agency"]])
        if not standing or standing["elsewhere"] or standing["ended_late"]:
            continue
        is_clean = 0 < one["owed"] == one["in_time"] == one["accepted"] and not one["returned"]
        if is_clean and one["agency"] not in excluded:
            facts = f"按时报送{one['owed']}件、全部通过"
            found.append(Proposal(codes[one["agency"]], one["agency"], facts))
    return found


def naming_proposals(data: CircularData) -> list[Proposal]:
    """Return the agencies of owing_agencies() without the issuer, which does not name itself."""
    return [
        Proposal(
            one.code, one.agency, one.facts + (f"，逾期{one.days}个工作日" if one.days else "")
        )
        for one in owing_agencies(data)
        if one.agency != data["notice"]["coordinator"]
    ]


def issuer_words(data: CircularData) -> str:
    """Return a sentence on why the issuer cannot be named; empty if it owes nothing."""
    issuer = data["notice"]["coordinator"]
    owing = (one for one in owing_agencies(data) if one.agency == issuer)
    return next((f"{issuer}{one.facts}，是发文单位，不在自己的通报中点名。" for one in owing), "")


def owing_agencies(data: CircularData) -> list[Owing]:
    """Return agencies with late, missing or returned filings, the most days first.

    Written-off filings do not count.
    """
    found: dict[str, Owing] = {}
    for measure in measures_of(data):
        for party in measure["parties"]:
            late = party["timeliness"] == Timeliness.LATE
            missing = party["timeliness"] == Timeliness.MISSING and not party["is_written_off"]
            mending = party["part"] == FilingPart.MENDING
            if not (late or missing or mending):
                continue
            nobody = Owing(party["code"], party["agency"], party["order"], 0, 0, 0, 0, 0)
            so_far = found.get(party["code"], nobody)
            found[party["code"]] = so_far._replace(
                late=so_far.late + late,
                missing=so_far.missing + missing,
                since_filed=so_far.since_filed + (missing and party["is_backfilled"]),
                mending=so_far.mending + mending,
                days=max(so_far.days, party["workdays_late"] if late or missing else 0),
            )
    return sorted(found.values(), key=lambda one: (-one.days, one.order))


def choices_of(data: CircularData) -> ChoicesData:
    return data.get("choices", NOTHING_CHOSEN)


def demand_proposed(data: CircularData, *, praised: Iterable[str], named: Iterable[str]) -> None:
    """Raise DomainError if a code is not among the proposals."""
    _codes(praised, praise_proposals(data), "表扬")
    _codes(named, naming_proposals(data), "点名")


def resolve_choices(
    data: CircularData, *, praise: Sequence[str], name: Sequence[str], with_consent: bool
) -> ChoicesData:
    """Return the choices from codes or names of agencies, or 全部.

    Raises DomainError if one is not among the proposals.
    """
    return {
        "version": 1,
        "praised": _codes(praise, praise_proposals(data), "表扬"),
        "named": _codes(name, naming_proposals(data), "点名"),
        "with_consent": with_consent,
    }


def _codes(wanted: Iterable[str], proposals: Sequence[Proposal], what: str) -> list[str]:
    wanted = list(wanted)
    if ALL in wanted:
        return [one.code for one in proposals]
    known = {key: one.code for one in proposals for key in (one.code, one.agency)}
    for words in wanted:
        if words not in known:
            others = listed(f"{one.agency}（{one.facts}）" for one in proposals) or "（没有）"
            raise DomainError(f"“{words}”不在可以{what}的单位之列。可以{what}的有：{others}。")
    chosen = {known[words] for words in wanted}
    return [one.code for one in proposals if one.code in chosen]
