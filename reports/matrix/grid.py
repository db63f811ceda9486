"""The rows of 责任矩阵 as markup: with three hundred cells, included templates are too slow."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from django.utils.safestring import SafeString

from lib.http import address_of, page_of_row
from lib.marks import badge, day, gap_mark, light, markup
from reports.choices import MatrixView
from reports.matrix.data import AgencyColumn, Held, Mark, MatrixRow

BACKFILLED, WRITTEN_OFF = "补", "销"  # signs beside the status
ROW = '<tr><th scope="row">{}</th>{}<td class="matrix-sum">{}</td></tr>'
EMPTY, GAP = "<td></td>", '<td class="is-gap"></td>'
PLACE = '<td class="is-{}"><a href="{}" aria-label="{}" title="{}">{}{}</a></td>'
LIT = (
    ' <a class="matrix-light" href="{0}" title="{1}">{2}'
    '<span class="visually-hidden">：{1}</span></a>'
)
MANUAL = ' <span class="tag" title="由人工认定，到期自动失效">人工 至{}</span>'
TAG = ' <span class="tag" title="{}">{}</span>'
LISTED = (
    '<tr><th scope="row" data-label="措施"><a href="{}">{}</a></th>'
    '<td class="nowrap" data-label="单位"><a href="{}">{}</a></td>'
    '<td class="nowrap" data-label="责任"><span aria-hidden="true">{}</span> {}</td>'
    '<td data-label="报送">{}</td><td data-label="预警灯">{}</td></tr>'
)
TOTAL = '<a href="{}" aria-label="{}">{}</a>'


class Total(NamedTuple):
    """A number at the edge of the grid, and the address of the list that it counts."""

    value: int
    url: str
    name: str


class TotalLine(NamedTuple):
    label: str
    totals: list[Total]
    whole: Total


def head_cells(columns: Iterable[AgencyColumn]) -> SafeString:
    """Return the column heads, each linked to the agency's page."""
    path = page_of_row("reports:agency")
    cells = (
        f'<th scope="col"><a href="{path}{one.agency_id}/">{escape(one.name)}</a></th>'
        for one in columns
    )
    return SafeString("".join(cells))


def grid_rows(rows: Iterable[MatrixRow], view: MatrixView, listed: str) -> SafeString:
    """Return the <tr>s of a section; `listed`: address of a measure's list without its key."""
    filings, measures = page_of_row("measures:filing"), page_of_row("measures:measure")
    gaps, found = address_of("measures:gaps"), []
    for row in rows:
        url, mark, empty = f"{measures}{row.measure_id}/", row.mark, EMPTY
        total = Total(row.total, listed.format(row.measure_id), f"{mark}共{row.total}项责任")
        edge = _total(total)
        if row.lacks_agencies:
            empty, edge = GAP, TOTAL.format(gaps, f"{mark}责任单位待核对", "待核对")
        cells = [_cell(row, one, view, filings, url) if one else empty for one in row.places]
        head = _head(row, url, gaps, shows_light=view == MatrixView.LIGHTS)
        found.append(ROW.format(head, "".join(cells), edge))
    return SafeString("\n".join(found))


def total_rows(lines: Iterable[TotalLine]) -> SafeString:
    """Return the <tr>s of the foot; cells without a count are empty."""
    return SafeString(
        "\n".join(
            ROW.format(escape(one.label), _totals(one.totals), _total(one.whole)) for one in lines
        )
    )


def listed_rows(found: Iterable[Held]) -> SafeString:
    """Return the <tr>s of the list that a total opens."""
    filings, measures = page_of_row("measures:filing"), page_of_row("measures:measure")
    agencies, rows = page_of_row("reports:agency"), []
    for row, mark in found:
        filed: str = markup('<span class="muted">{}</span>', mark.filed.label)
        if mark.line is not None:
            filed = f'<a href="{filings}{mark.line.filing_id}/">{badge(mark.filed)}</a>'
            filed += TAG.format("填报期关闭后报送", "补报") * mark.line.is_backfilled
            filed += TAG.format("欠报已核销，不再要求补报", "已核销") * mark.line.is_written_off
        rows.append(
            LISTED.format(
                f"{measures}{row.measure_id}/",
                escape(f"{row.mark}{row.title}"),
                f"{agencies}{mark.party.agency_id}/",
                escape(mark.party.name),
                mark.role.mark,
                mark.role.label,
                filed,
                light(row.light, row.sentence, row.fact_url, row.manual_until),
            )
        )
    return SafeString("\n".join(rows))


def _totals(totals: Sequence[Total]) -> str:
    return "".join(f"<td>{_total(one)}</td>" if one.value else EMPTY for one in totals)


def _total(one: Total) -> str:
    return TOTAL.format(escape(one.url), escape(one.name), one.value)


def _head(row: MatrixRow, url: str, gaps: str, *, shows_light: bool) -> str:
    words = f'<span class="matrix-no">{row.mark}</span><a href="{url}">{escape(row.title)}</a>'
    if row.lacks_title:
        words += gap_mark("暂拟 · 待核对" if row.is_title_ours else "原文待核对")
    if row.lacks_others:
        words += gap_mark("其余待核对", gaps)
    if shows_light:
        words += LIT.format(row.fact_url, escape(row.sentence), badge(row.light))
        if row.manual_until:
            words += MANUAL.format(day(row.manual_until))
    return words


def _cell(row: MatrixRow, mark: Mark, view: MatrixView, filings: str, measure_url: str) -> str:
    """Return a cell with a mark; it links to the filing, or else to the measure."""
    role, url = mark.role.short, measure_url
    state = Held(row, mark).word_in(view)
    told = "" if view == MatrixView.ROLES else f"：{state.label}"
    sign = state.shape
    if view == MatrixView.FILINGS and mark.line is not None:
        url = f"{filings}{mark.line.filing_id}/"
        sign += BACKFILLED * mark.line.is_backfilled + WRITTEN_OFF * mark.line.is_written_off
        told += "（补报）" * mark.line.is_backfilled + "（已核销）" * mark.line.is_written_off
    name = escape(f"{mark.party.name} {role}{row.mark}{row.title}{told}")
    sign = f"<small>{sign}</small>" if sign else ""
    return PLACE.format(state.tone, url, name, escape(f"{role}{told}"), mark.role.mark, sign)
