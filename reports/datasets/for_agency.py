"""A dataset of one agency's part alone. Pure."""

from reports.datasets.context import Who
from reports.datasets.schema import MeasureData, ProgressData, SectionData
from reports.datasets.totals import counted


def narrowed(data: ProgressData, who: Who) -> ProgressData:
    """What one agency has to do with: its measures, and of their parties only itself."""
    code = who.agency.code
    sections = [_section(section, code) for section in data["sections"]]
    data["sections"] = [section for section in sections if section["measures"]]
    data["corrections"] = [one for one in data["corrections"] if one["code"] == code]
    data["agency"] = who.short
    return counted(data)


def _section(section: SectionData, code: str) -> SectionData:
    measures = [_measure(measure, code) for measure in section["measures"]]
    return {**section, "measures": [measure for measure in measures if measure["parties"]]}


def _measure(measure: MeasureData, code: str) -> MeasureData:
    return {**measure, "parties": [p for p in measure["parties"] if p["code"] == code]}
