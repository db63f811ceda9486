"""Counts and shares of a dataset: every number of a report comes from here. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping

from django.db.models import TextChoices

from lib.numbers import shares
from measures.choices import Light, Stage
from reports.choices import Timeliness
from reports.datasets.schema import AgencyData, CountData, PartyData, ProgressData, measures_of

# What a sentence calls a stage, a light and a timeliness; {label} is its label.
STAGE_WORDS: dict[str, str] = {
    Stage.NOT_STARTED: "尚未启动",
    Stage.UNDER_WAY: "正在推进",
    Stage.NEARLY_DONE: "{label}",
    Stage.DONE: "{label}",
    Stage.SUSPENDED: "{label}",
}
LIGHT_WORDS: dict[str, str] = {
    Light.GREEN: "绿灯（{label}）",
    Light.YELLOW: "黄灯（{label}）",
    Light.RED: "红灯（{label}）",
    Light.GREY: "灰灯（{label}）",
}
FILING_WORDS: dict[str, str] = {
    Timeliness.IN_TIME: "按时报送",
    Timeliness.LATE: "{label}",
    Timeliness.MISSING: "{label}",
    Timeliness.AWAITED: "尚未报送但未到截止日期",
}


def fill_totals(data: ProgressData) -> ProgressData:
    """Count measures and parties into the dataset; shares are percentages, in sum 100.0."""
    measures = measures_of(data)
    parties = [party for measure in measures for party in measure["parties"]]
    data["stages"] = _counts(Stage, (measure["stage"] for measure in measures), STAGE_WORDS)
    data["lights"] = _counts(Light, (measure["light"] for measure in measures), LIGHT_WORDS)
    owed = [party for party in parties if party["timeliness"]]
    data["filings"] = _counts(
        [t for t in Timeliness if t != Timeliness.WAIVED],
        (p["timeliness"] for p in owed if p["timeliness"] != Timeliness.WAIVED),
        FILING_WORDS,
    )
    data["agencies"] = _agencies(owed)
    return data


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
    found: dict[tuple[int, str], Counter[str]] = {}
    latest: Counter[str] = Counter()
    for party in owed:
        of_agency = found.setdefault((party["order"], party["agency"]), Counter())
        of_agency[party["timeliness"]] += 1
        of_agency["returned"] += bool(party["returned"])
        latest[party["agency"]] = max(latest[party["agency"]], party["workdays_late"])
    return [
        {
            "agency": agency,
            "order": order,
            "owed": sum(counted[t] for t in Timeliness if t != Timeliness.WAIVED),
            "in_time": counted[Timeliness.IN_TIME],
            "late": counted[Timeliness.LATE],
            "missing": counted[Timeliness.MISSING],
            "awaited": counted[Timeliness.AWAITED],
            "waived": counted[Timeliness.WAIVED],
            "returned": counted["returned"],
            "workdays_late": latest[agency],
        }
        for (order, agency), counted in sorted(found.items())
    ]
