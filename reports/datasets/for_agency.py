"""A dataset narrowed to one agency. Pure."""

from reports.datasets.context import NamedAgency
from reports.datasets.schema import ProgressData
from reports.datasets.totals import fill_totals


def narrow_to_agency(data: ProgressData, who: NamedAgency) -> ProgressData:
    """Narrow `data` to one agency's measures and its own part in them, and count again."""
    code = who.agency.code
    for section in data["sections"]:
        for measure in section["measures"]:
            measure["parties"] = [one for one in measure["parties"] if one["code"] == code]
        section["measures"] = [one for one in section["measures"] if one["parties"]]
    data["sections"] = [section for section in data["sections"] if section["measures"]]
    data["corrections"] = [one for one in data["corrections"] if one["code"] == code]
    data["agency"] = who.short
    return fill_totals(data)
