"""A dataset of one agency's part alone. Pure."""

from agencies.models import Agency
from reports.data.counts import counted
from reports.data.shapes import MeasureData, ProgressData, SectionData


def narrowed(data: ProgressData, agency: Agency) -> ProgressData:
    """What one agency has to do with: its measures, and of their parties only itself."""
    sections = [_section(section, agency.code) for section in data["sections"]]
    data["sections"] = [section for section in sections if section["measures"]]
    names = [m["parties"][0]["agency"] for s in data["sections"] for m in s["measures"]]
    data["corrections"] = [one for one in data["corrections"] if one["code"] == agency.code]
    data["agency"] = names[0] if names else agency.short_name
    return counted(data)


def _section(section: SectionData, code: str) -> SectionData:
    measures = [_measure(measure, code) for measure in section["measures"]]
    return {**section, "measures": [measure for measure in measures if measure["parties"]]}


def _measure(measure: MeasureData, code: str) -> MeasureData:
    return {**measure, "parties": [p for p in measure["parties"] if p["code"] == code]}
