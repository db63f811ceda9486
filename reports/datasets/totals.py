"""Counts and shares of a dataset: the source of every number in a report. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import TextChoices

from lib.numbers import shares
from measures.choices import Light, Stage
from reports.choices import FilingPart, Timeliness
from reports.datasets.schema import AgencyData, CountData, PartyData, ProgressData, measures_of
from reports.rules.timeliness import OWED

# The words for a stage, a light, a filing and a timeliness in a sentence; {label} is its label.
STAGE_WORDS: dict[str, str] = {
    Stage.NOT_STARTED: "尚未启动",
    Stage.UNDER_WAY: "正在推进",
    Stage.NEARLY_DONE: "{label}",
    Stage.DONE: "{label}",
    Stage.SUSPENDED: "{label}",
    Stage.ENDED: "{label}",
}
LIGHT_WORDS: dict[str, str] = {
    Light.RED: "红灯（{label}）",
    Light.YELLOW: "黄灯（{label}）",
    Light.GREEN: "绿灯（{label}）",
    Light.WAITING: "绿灯（{label}）",
    Light.GREY: "灰灯（{label}）",
}
FILING_WORDS: dict[str, str] = dict.fromkeys(FilingPart, "{label}")
TIMELINESS_WORDS: dict[str, str] = {
    Timeliness.IN_TIME: "按时报送",
    Timeliness.LATE: "{label}",
    Timeliness.MISSING: "逾期{label}",
    Timeliness.AWAITED: "尚未报送但未到截止日期",
}


def fill_totals(data: ProgressData) -> ProgressData:
    """Add the counts of measures and parties to the dataset; each share is rounded on its own."""
    measures = measures_of(data)
    parties = [party for measure in measures for party in measure["parties"]]
    data["stages"] = _counts(Stage, (measure["stage"] for measure in measures), STAGE_WORDS)
    data["lights"] = _counts(Light, (measure["light"] for measure in measures), LIGHT_WORDS)
    owed = [party for party in parties if party["timeliness"]]
    data["filings"] = cut_of(party["part"] for party in parties)
    data["timeliness"] = _counts(
        [t for t in Timeliness if t != Timeliness.WAIVED],
        (p["timeliness"] for p in owed if p["timeliness"] != Timeliness.WAIVED),
        TIMELINESS_WORDS,
    )
    data["agencies"] = _agencies(owed)
    return data


def cut_of(parts: Iterable[str]) -> list[CountData]:
    """Count filings by the four parts of what is owed, given the part of each."""
    return _counts(OWED, parts, FILING_WORDS)


def _counts(
    choices: Iterable[TextChoices], values: Iterable[str], words: Mapping[str, str]
) -> list[CountData]:
    counted = Counter(values)
    keys = {choice.value: counted[choice.value] for choice in choices}
    share = shares(keys)
    return [
        {
            "key": choice.value,
            "label": str(choice.label),
            "words": words[choice.value].format(label=choice.label),
            "count": keys[choice.value],
            "share": str(share[choice.value]),
        }
        for choice in choices
    ]


def _agencies(owed: Iterable[PartyData]) -> list[AgencyData]:
    found: dict[tuple[int, str], list[PartyData]] = {}
    for party in owed:
        found.setdefault((party["order"], party["agency"]), []).append(party)
    return [_agency(agency, order, found[order, agency]) for order, agency in sorted(found)]


def _agency(agency: str, order: int, owed: list[PartyData]) -> AgencyData:
    parts = Counter(party["part"] for party in owed)
    came = Counter(party["timeliness"] for party in owed)
    missing = [party for party in owed if party["timeliness"] == Timeliness.MISSING]
    return {
        "agency": agency,
        "order": order,
        "owed": sum(parts[part] for part in OWED),
        "accepted": parts[FilingPart.ACCEPTED],
        "waiting": parts[FilingPart.WAITING],
        "mending": parts[FilingPart.MENDING],
        "unfiled": parts[FilingPart.UNFILED],
        "in_time": came[Timeliness.IN_TIME],
        "late": came[Timeliness.LATE],
        "missing": came[Timeliness.MISSING],
        "debts": sum(not party["is_written_off"] for party in missing),
        "awaited": came[Timeliness.AWAITED],
        "waived": came[Timeliness.WAIVED],
        "returned": sum(bool(party["returned"]) for party in owed),
        "workdays_late": max(party["workdays_late"] for party in owed),
        # There is at most one reminder per agency and day, for all its filings.
        "chased": len({day for party in owed for day in party.get("chased_on", [])}),
    }
