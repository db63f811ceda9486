"""报告对照: differences between two reports of one kind: measures, counts and text. Pure.

Both are frozen datasets. The words for a change are those of 总览 (measures.rules.comparison).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from lib.chinese import short_ordinal
from lib.diff import MarkedText, Span, changes
from lib.official.document import Annex, Cell, Document, Table, TableColumn
from lib.official.edits import Passage, passages_of
from measures.choices import Change
from measures.rules.comparison import Moment, changes_between
from reports.datasets.older import as_current
from reports.datasets.schema import CountData, MeasureData
from reports.documents.names import row_title
from reports.documents.parts.measures import reason_for_silence
from reports.documents.tables import marked_title

COUNTED = (
    ("stages", "进度"),
    ("lights", "预警灯"),
    ("filings", "报送"),
    ("timeliness", "报送时间"),
)
SHOWN = frozenset({"进度", "预警灯"})  # the fields in the annex
GONE = "后一份报告中不再承担这项措施。"
ANNEX_TITLE = "与上期报告对照表"
COLUMNS = (
    TableColumn("序号", 700, is_centred=True),
    TableColumn("措施", 3000),
    TableColumn("上期进度", 1500),
    TableColumn("本期进度", 1500),
    TableColumn("上期预警灯", 2200),
    TableColumn("本期预警灯", 2200),
    TableColumn("变化", 1656),
)


class MeasureField(NamedTuple):
    label: str
    before: str
    after: str


class MeasureChange(NamedTuple):
    ordinal: int
    mark: str
    title: str
    words: tuple[Change, ...]
    fields: tuple[MeasureField, ...]
    notes: tuple[MarkedText, ...]  # what each agency reported, word by word

    @property
    def is_changed(self) -> bool:
        return bool(self.words or self.fields or self.notes)


class CountChange(NamedTuple):
    group: str
    label: str
    before: int
    after: int

    @property
    def difference(self) -> str:
        """+2, −1, or a dash."""
        gap = self.after - self.before
        return f"{'+' if gap > 0 else '−'}{abs(gap)}" if gap else "—"


class ChangedMeasures(NamedTuple):
    change: Change
    measures: tuple[MeasureChange, ...]


class ReportComparison(NamedTuple):
    lists: tuple[ChangedMeasures, ...]
    counts: tuple[CountChange, ...]
    measures: tuple[MeasureChange, ...]  # those that differ
    unchanged: int
    texts: tuple[MarkedText, ...]  # the parts of the prose that differ, word by word

    @property
    def is_empty(self) -> bool:
        counted = any(count.before != count.after for count in self.counts)
        return not (self.measures or self.texts or counted)


def compare_reports(
    before: Mapping[str, Any], after: Mapping[str, Any], *, words: tuple[Document, Document] | None
) -> ReportComparison:
    """Compare two datasets and, in `words`, their documents as people edited them.

    `words` is None if one document's text is unknown; then prose is not compared.
    """
    before, after = as_current(before), as_current(after)
    every = measure_changes(before, after)
    return ReportComparison(
        lists=tuple(
            ChangedMeasures(change, found)
            for change in Change
            if (found := tuple(one for one in every if change in one.words))
        ),
        counts=_counts(before, after),
        measures=tuple(one for one in every if one.is_changed),
        unchanged=sum(not one.is_changed for one in every),
        texts=_texts(*words) if words else (),
    )


def measure_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[MeasureChange]:
    earlier = _by_ordinal(before)
    return [_measure(earlier.get(n), now) for n, now in _by_ordinal(after).items()]


def comparison_annex(before: Mapping[str, Any], after: Mapping[str, Any], sub_line: str) -> Annex:
    """Return 附件 与上期报告对照表: every measure then and now, with the labels of each report."""
    before, after = as_current(before), as_current(after)
    earlier = _by_ordinal(before)
    rows = [
        _row(earlier.get(one.ordinal), now, one)
        for now, one in zip(
            _by_ordinal(after).values(), measure_changes(before, after), strict=True
        )
    ]
    was = f"上期：{before['period']['label']}　"
    return Annex(ANNEX_TITLE, was + sub_line, Table(COLUMNS, rows))


def _row(was: MeasureData | None, now: MeasureData, change: MeasureChange) -> list[Cell]:
    return [
        Cell(short_ordinal(now["ordinal"])),
        Cell(row_title(now)),
        Cell(_stage(was)),
        Cell(_stage(now)),
        Cell(_light(was)),
        Cell(_light(now)),
        Cell("、".join(word.label for word in change.words) or _moved(change)),
    ]


def _moved(change: MeasureChange) -> str:
    """Return words for changes that 总览 does not name, such as a light from red to yellow."""
    moved = [f"{one.label}变动" for one in change.fields if one.label in SHOWN]
    return "、".join(moved) or "无变化"


def _by_ordinal(data: Mapping[str, Any]) -> dict[int, MeasureData]:
    sections = data.get("sections", ())
    return {one["ordinal"]: one for section in sections for one in section["measures"]}


def _measure(was: MeasureData | None, now: MeasureData) -> MeasureChange:
    found = changes_between(_moment(was) if was else None, _moment(now))
    pairs = (
        MeasureField("进度", _stage(was), _stage(now)),
        MeasureField("预警灯", _light(was), _light(now)),
        MeasureField("原因", was["sentence"] if was else "", now["sentence"]),
        MeasureField("完成时限", (was and was["due_on"]) or "—", now["due_on"] or "—"),
    )
    return MeasureChange(
        now["ordinal"],
        now["mark"],
        marked_title(now),
        tuple(change for change in Change if change in found),
        tuple(field for field in pairs if field.before != field.after),
        _notes(was, now),
    )


def _moment(measure: MeasureData) -> Moment:
    due_on = date.fromisoformat(measure["due_on"]) if measure["due_on"] else None
    return Moment(measure["stage"], measure["light"], measure["percent"], due_on)


def _stage(measure: MeasureData | None) -> str:
    if measure is None:
        return "—"
    percent = f"{measure['percent']}%" if measure["percent"] is not None else ""
    return f"{measure['stage_label']}{percent}"


def _light(measure: MeasureData | None) -> str:
    return f"{measure['light_shape']}{measure['light_label']}" if measure else "—"


def _notes(was: MeasureData | None, now: MeasureData) -> tuple[MarkedText, ...]:
    before, after = _progress(was), _progress(now)
    agencies = list(dict.fromkeys([*after, *before]))
    silent = {one["agency"]: reason_for_silence(one) for one in now["parties"] if not one["note"]}
    return tuple(
        MarkedText(agency, changes(before.get(agency, ""), after[agency]))
        if agency in after
        else MarkedText(agency, [Span(silent.get(agency, GONE))])
        for agency in agencies
        if before.get(agency) != after.get(agency)
    )


def _progress(measure: MeasureData | None) -> dict[str, str]:
    parties = measure["parties"] if measure else []
    return {one["agency"]: one["note"]["progress"] for one in parties if one["note"]}


def _counts(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[CountChange, ...]:
    found = []
    for key, group in COUNTED:
        then: dict[str, CountData] = {one["key"]: one for one in before.get(key, ())}
        if not then:  # an older dataset without counts by part: nothing to compare with
            continue
        for now in after.get(key, ()):
            was = then.get(now["key"])
            found.append(CountChange(group, now["label"], was["count"] if was else 0, now["count"]))
    return tuple(one for one in found if one.before or one.after)


def _prose(document: Document) -> dict[str, Passage]:
    """Return the prose by the key of its part, without parts that are compared field by field."""
    told = (one for one in passages_of(document) if not one.is_heading)
    return {one.key: one for one in told if not one.key.startswith("measure-")}


def _texts(before: Document, after: Document) -> tuple[MarkedText, ...]:
    """Return the parts whose prose differs or that only one has, without those of measures."""
    then, now = _prose(before), _prose(after)
    parts = []
    for key in dict.fromkeys([*now, *then]):
        old, new = then.get(key), now.get(key)
        texts = old.text if old else "", new.text if new else ""
        heading = (new or old).heading  # type: ignore[union-attr]  # one of them has the key
        if texts[0] != texts[1]:
            parts.append(MarkedText(heading, changes(*texts)))
    return tuple(parts)
