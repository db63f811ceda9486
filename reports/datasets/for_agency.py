"""A dataset narrowed to one agency. Pure."""

from reports.datasets.context import NamedAgency
from reports.datasets.schema import MeasureData, ProgressData, SectionData
from reports.datasets.totals import fill_totals


def narrow_to_agency(data: ProgressData, who: NamedAgency) -> ProgressData:
    """Narrow `data` to one agency's measures and its own part in them, and count again."""
    code = who.agency.code
    sections = [_section(section, code) for section in data["sections"]]
    data["sections"] = [section for section in sections if section["measures"]]
    data["corrections"] = [one for one in data["corrections"] if one["code"] == code]
    data["agency"] = who.short
    return fill_totals(data)


def _section(section: SectionData, code: str) -> SectionData:
    measures = [_measure(measure, code) for measure in section["measures"]]
    return {**section, "measures": [measure for measure in measures if measure["parties"]]}


def _measure(measure: MeasureData, code: str) -> MeasureData:
    return {**measure, "parties": [p for p in measure["parties"] if p["code"] == code]}
