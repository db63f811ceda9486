"""Counts and shares of a dataset; every number of a report comes from here. Pure."""

from collections import Counter
from collections.abc import Iterable

from django.db.models import TextChoices

from measures.choices import Light, Stage
from policy_tracker.lib.numbers import shares
from reports.choices import Timeliness
from reports.data.shapes import AgencyData, CountData, PartyData, ProgressData, measures_of


def counted(data: ProgressData) -> ProgressData:
    """Fill in the counts of a dataset from its measures and their parties."""
    measures = measures_of(data)
    parties = [party for measure in measures for party in measure["parties"]]
    data["stages"] = _counts(Stage, (measure["stage"] for measure in measures))
    data["lights"] = _counts(Light, (measure["light"] for measure in measures))
    owed = [party for party in parties if party["timeliness"]]
    data["filings"] = _counts(
        [t for t in Timeliness if t != Timeliness.WAIVED],
        (p["timeliness"] for p in owed if p["timeliness"] != Timeliness.WAIVED),
    )
    data["agencies"] = _agencies(owed)
    return data


def _counts(choices: Iterable[TextChoices], values: Iterable[str]) -> list[CountData]:
    counted = Counter(values)
    keys = {choice.value: counted[choice.value] for choice in choices}
    share = shares(keys)
    return [
        {
            "key": choice.value,
            "label": str(choice.label),
            "count": keys[choice.value],
            "share": str(share[choice.value]),
        }
        for choice in choices
    ]


def _agencies(owed: Iterable[PartyData]) -> list[AgencyData]:
    found: dict[tuple[int, str], Counter[str]] = {}
    for party in owed:
        found.setdefault((party["order"], party["agency"]), Counter())[party["timeliness"]] += 1
    return [
        {
            "agency": agency,
            "order": order,
            "owed": counted.total() - counted[Timeliness.WAIVED],
            "in_time": counted[Timeliness.IN_TIME],
            "late": counted[Timeliness.LATE],
            "missing": counted[Timeliness.MISSING],
            "awaited": counted[Timeliness.AWAITED],
            "waived": counted[Timeliness.WAIVED],
        }
        for (order, agency), counted in sorted(found.items())
    ]
