"""指标数据 in a note: a draft's entries for the indicators that its agency reports."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F, FilteredRelation, Q

from lib.errors import DomainError
from measures.models import Figure, Filing, Indicator, Note
from measures.models.indicator import IndicatorQuerySet
from measures.rules.figures import AskedIndicator, Said, asked_of, demand_fit

_FACTS = ("pk", "name", "unit", "decimals", "direction", "meaning")
_PLACE = ("measure_id", "reporter_id", "asked_since", "retired_on")
_NAMES = {name: F(f"indicator__{name}") for name in ("pk", "name", "unit", "decimals", "direction")}


def add_asked(filings: Sequence[Filing]) -> None:
    """Set `asked` of filings: their agency's indicators, each with its last value.

    Also set the figures of their `versions`, if these were fetched. The filings need
    with_counted() and their period, one for each notice. Two queries if any measure has
    indicators, else none.
    """
    ends = {filing.measure_id: filing.period.covers_to for filing in filings if filing.is_counted}
    if not ends:
        return
    earlier = Q()
    for day in set(ends.values()):
        measures = [pk for pk, end in ends.items() if end == day]
        earlier |= Q(values__as_of__lt=day, measure__in=measures)
    current = Q(values__ended_at__isnull=True) & earlier
    indicators = Indicator.objects.filter(measure__in=ends)
    indicators = indicators.annotate(last=FilteredRelation("values", condition=current))
    newest = indicators.order_by("pk", "-last__as_of").distinct("pk")
    rows = newest.values(*_PLACE, *_FACTS, as_of=F("last__as_of"), value=F("last__value"))
    asked: defaultdict[tuple[int, int], list[AskedIndicator]] = defaultdict(list)
    for row in rows:
        since = row["asked_since"]
        if row["retired_on"] is None and since is not None and since <= ends[row["measure_id"]]:
            asked[row["measure_id"], row["reporter_id"]].append(asked_of(row))
    for filing in filings:
        filing.asked = asked[filing.measure_id, filing.agency_id]
    add_figures([note for filing in filings for note in getattr(filing, "versions", ())])


def add_figures(notes: Sequence[Note]) -> None:
    """Set the figures of versions, for Note.shown_figures; one query if there are versions."""
    told: defaultdict[int, list[Mapping[str, Any]]] = defaultdict(list)
    rows = Figure.objects.filter(note__in=notes).order_by("indicator")
    for row in rows.values("note_id", "value", "absence", **_NAMES):
        told[row["note_id"]].append(row)
    for note in notes:
        note.figures_found = told[note.pk]


def figures_of(note: Note) -> dict[int, Said]:
    if note.pk is None:
        return {}
    rows = Figure.objects.filter(note=note).values_list("indicator", "value", "absence")
    return {pk: Said(value, absence) for pk, value, absence in rows}


def without_blanks(figures: Mapping[int, Said]) -> dict[int, Said]:
    return {pk: said for pk, said in figures.items() if said != Said()}


def write_figures(note: Note, figures: Mapping[int, Said], *, is_new: bool = False) -> None:
    """Replace a draft's figures by the typed ones; a version that is new has none.

    Raises DomainError for an indicator that is not asked for, or a value that does not fit it.
    """
    said, stands = without_blanks(figures), {} if is_new else figures_of(note)
    if not (said or stands):
        return
    asked = {row.pk: row for row in _asked_in(note.filing)}
    for pk, one in said.items():
        if pk not in asked:
            raise DomainError("填报的指标已停用或不再由本单位填报，请刷新页面查看最新状态。")
        if one.value is not None:
            demand_fit(one.value, direction=asked[pk].direction, decimals=asked[pk].decimals)
    if stands:
        Figure.objects.filter(note=note).exclude(indicator__in=said).delete()
    for pk, one in said.items():
        if stands.get(pk) != one:
            own = Figure.objects.filter(note=note, indicator=pk) if pk in stands else ()
            figure = next(iter(own), None) or Figure(note=note, indicator=asked[pk])
            figure.value, figure.absence = one.value, one.absence
            figure.save_checked()


def carry_figures(later: Mapping[int, Note]) -> None:
    """Copy figures to later versions, given by the earlier ones' ids."""
    Figure.objects.bulk_create(
        Figure(
            note=later[row.note_id],
            indicator_id=row.indicator_id,
            value=row.value,
            absence=row.absence,
        )
        for row in Figure.objects.filter(note__in=list(later))
    )


def demand_figures(filing: Filing, note: Note) -> None:
    """Raise DomainError if an indicator asked for has neither a value nor a reason.

    A note that says 本期无新进展 needs none. The filing must be locked (lock_all).
    """
    if note.is_unchanged or not filing.is_counted:
        return
    asked = _asked_in(filing)
    if note.pk is not None:
        asked = asked.exclude(pk__in=Figure.objects.filter(note=note).values("indicator"))
    missing = list(asked.values_list("name", flat=True))
    if missing:
        raise DomainError(
            f"{filing.measure}缺少指标数据：{'、'.join(missing)}，"
            "请填写数值或暂无数据的原因后再提交。"
        )


def recorded(figures: Mapping[int, Said] | None) -> dict[str, object]:
    """Return the entries for the audit trail; decimals as text, because JSON has only floats."""
    said = without_blanks(figures or {})
    if not said:
        return {}
    return {"figures": {str(pk): one.absence or str(one.value) for pk, one in said.items()}}


def _asked_in(filing: Filing) -> IndicatorQuerySet:
    own = Indicator.objects.in_use().filter(measure=filing.measure_id, reporter=filing.agency_id)
    return own.filter(asked_since__lte=filing.period.covers_to)
