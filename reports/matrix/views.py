"""责任矩阵: what its page shows, its address on the screen and as a workbook."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from itertools import groupby
from typing import NamedTuple

from django.core.paginator import Page
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.utils.timezone import localdate, now

from agencies.guards import GET, SAFE, allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest, address_of
from measures.choices import LeadBasis, Light, ResponsibilityRole
from measures.models.public_status import PublicStatus
from reports.choices import FilingPart, MatrixView
from reports.filing_status.head import BY_MEASURE, UnitsHead, head_of, list_url
from reports.matrix.data import NO_FILING, SKIPPED, UNASKED, Matrix, MatrixRow, matrix_for
from reports.matrix.grid import (
    BACKFILLED,
    WRITTEN_OFF,
    Total,
    TotalLine,
    grid_rows,
    head_cells,
    total_rows,
)
from reports.matrix.lists import ALL, Listed, MatrixFilter, listed_in, wanted_of
from reports.matrix.workbook import download_matrix
from reports.period.choosing import (
    Option,
    address,
    period_options,
    section_label,
    shown_or_404,
    word,
)
from reports.period.measures import is_large, page_of_list
from reports.period.shown import Word
from reports.rules.timeliness import OWED, part_of

LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN, Light.WAITING, Light.GREY)
LIST = "#listed"


class GridBand(NamedTuple):
    label: str
    is_lost: bool
    rows: SafeString


class Choice(NamedTuple):
    label: str
    url: str
    is_chosen: bool


class MatrixPage(NamedTuple):
    head: UnitsHead
    data: Matrix
    sub: str
    view: MatrixView
    views: list[Choice]
    roles: list[tuple[str, str]]
    keys: list[Word]
    bands: list[GridBand]
    pages: Page[MatrixRow]
    head_cells: SafeString
    foot: SafeString
    periods: list[Option]
    listed: Listed | None
    whole_url: str
    sheet_url: str

    @property
    def width(self) -> int:
        """The number of columns of the grid, with head and total."""
        return len(self.data.columns) + 2

    @property
    def shows_grid(self) -> bool:
        """Whether the grid is shown; with an opened list only if both are short."""
        return self.listed is None or not is_large(len(self.data.rows))

    @property
    def kept(self) -> dict[str, str]:
        """Query parameters to keep when another period is chosen."""
        return {} if self.view == MatrixView.FILINGS else {"view": self.view.value}


def grid_of(data: Matrix, query: QueryDict) -> MatrixPage:
    """Return the page's context, in the view of the query string."""
    view = view_of(query)
    pages = page_of_list(data.rows, query, measures=len(data.rows))
    totals = {column.agency_id: column.total for column in data.columns}
    whole = _line("合计", data, totals, view, query, MatrixFilter())
    head = head_of(data.shown, data.filed, query, BY_MEASURE)
    return MatrixPage(
        head=head,
        data=data,
        sub=_sub(data),
        view=view,
        views=[Choice(str(v.label), _address(query, v), v == view) for v in MatrixView],
        roles=[(role.mark, role.short) for role in _roles(pages)],
        keys=_keys(pages, view),
        bands=_bands(pages, view, query),
        pages=pages,
        head_cells=head_cells(data.columns),
        foot=total_rows([*_partial(data, view, query, head.unfiled_word), whole]),
        periods=period_options(data.shown, query),
        listed=listed_in(data, query),
        whole_url=_address(query, view),
        sheet_url=address_of("reports:matrix_sheet") + address(query),
    )


def is_counted_alone(query: QueryDict) -> bool:
    """Whether counts and one page of rows are enough: no list and no lights of all rows."""
    return wanted_of(query) is None and view_of(query) != MatrixView.LIGHTS


def view_of(query: QueryDict) -> MatrixView:
    """Return the view in the query string, or else the view of filings."""
    wanted = word(query, "view")
    return MatrixView(wanted) if wanted in MatrixView.values else MatrixView.FILINGS


def _address(query: QueryDict, view: MatrixView, **more: str) -> str:
    return address(query, view=view.value, **more)


def _sub(data: Matrix) -> str:
    """Return 17项措施 × 17个责任单位 · 53项责任，其中牵头13项（原文未明确，按排名首位暂列）."""
    known = [str(LeadBasis(basis).label) for basis in data.bases]
    if len(known) > 1:
        known = [f"{LeadBasis(basis).label}{count}项" for basis, count in data.bases.items()]
    leads = f"，其中牵头{data.leads}项（{'；'.join(known)}）" if known else ""
    # No line may begin with ×.
    size = f"{len(data.rows)}项措施\N{NO-BREAK SPACE}× {len(data.columns)}个责任单位"
    return f"{size}\N{NO-BREAK SPACE}· {data.marks}项责任{leads}"


def _roles(rows: Iterable[MatrixRow]) -> list[ResponsibilityRole]:
    used = {mark.party.role for row in rows for mark in row.marks}
    return [role for role in ResponsibilityRole if role in used]


def _keys(rows: Sequence[MatrixRow], view: MatrixView) -> list[Word]:
    """Return the legend: only the words that occur on the page."""
    if view == MatrixView.ROLES:
        return []
    if view == MatrixView.LIGHTS:
        lit = {row.light_value: row.light for row in rows}
        return [lit[light] for light in LIGHTS if light in lit]
    marks = [mark for row in rows for mark in row.marks]
    used, lines = {mark.filed for mark in marks}, [mark.line for mark in marks if mark.line]
    every = [*(Word(str(s.label), s.tone, s.sign) for s in PublicStatus), SKIPPED, NO_FILING]
    found = [key for key in every if key in used]
    if any(line.is_backfilled for line in lines):
        found.append(Word("补报（填报期关闭后报送）", "plain", BACKFILLED))
    if any(line.is_written_off for line in lines):
        found.append(Word("欠报已核销", "plain", WRITTEN_OFF))
    return found


def _bands(rows: Iterable[MatrixRow], view: MatrixView, query: QueryDict) -> list[GridBand]:
    listed = _address(query, view) + "&measure={}" + LIST
    return [
        GridBand(section_label(section), not section.title, grid_rows(group, view, listed))
        for section, group in groupby(rows, key=lambda row: row.section)
    ]


def _partial(
    data: Matrix, view: MatrixView, query: QueryDict, unfiled_word: str
) -> list[TotalLine]:
    """Return the totals by agency of a view: leads, parts of the filings, or red measures."""
    if view == MatrixView.ROLES:
        leads = {column.agency_id: column.leads for column in data.columns}
        lead = MatrixFilter(role=ResponsibilityRole.LEAD)
        return [_line("其中牵头", data, leads, view, query, lead)]
    if view == MatrixView.LIGHTS:
        return [_lit(data, view, query)]
    counts: Counter[tuple[int, FilingPart]] = Counter()
    for one, count in data.filed.items():
        counts[one.agency_id, part_of(one.status)] += count
    words = {part: str(part.label) for part in (*OWED, FilingPart.WAIVED)}
    words[FilingPart.UNFILED] = unfiled_word
    lines = [_part(part, word, data, query, counts) for part, word in words.items() if counts]
    skipped = MatrixFilter(standing=UNASKED)
    lines.append(_line("隔期填报", data, data.skipped, view, query, skipped))
    return [line for line in lines if line.whole.value or line.label not in ("免报", "隔期填报")]


def _part(
    part: FilingPart,
    label: str,
    data: Matrix,
    query: QueryDict,
    counts: Counter[tuple[int, FilingPart]],
) -> TotalLine:
    """Return the filings of one part by agency; each number opens its list in 名单."""
    url = list_url(query, part=part.value)
    by_agency = {agency: count for (agency, own), count in counts.items() if own == part}
    return _totals(label, data, by_agency, url, "项")


def _line(
    label: str,
    data: Matrix,
    counts: Mapping[int, int],
    view: MatrixView,
    query: QueryDict,
    wanted: MatrixFilter,
) -> TotalLine:
    """Return the responsibilities that match `wanted`, by agency; each number opens its list."""
    line = _totals(label, data, counts, _address(query, view, **wanted.words), "项责任", LIST)
    whole = line.whole._replace(url=_address(query, view, **(wanted.words or ALL)) + LIST)
    return line._replace(whole=whole)


def _totals(
    label: str, data: Matrix, counts: Mapping[int, int], url: str, unit: str, end: str = ""
) -> TotalLine:
    """Return a line of numbers by agency, each with the address of its list."""

    def total(name: str, value: int, more: str) -> Total:
        return Total(value, f"{url}{more}{end}", f"{name}{label}{value}{unit}")

    by_agency = [
        total(one.name, counts.get(one.agency_id, 0), f"&agency={one.agency_id}")
        for one in data.columns
    ]
    return TotalLine(label, by_agency, total("全部", sum(counts.values()), ""))


def _lit(data: Matrix, view: MatrixView, query: QueryDict) -> TotalLine:
    """Return red measures by agency; the overall total counts each measure once."""
    label = f"{data.called(Light.RED)}措施"
    red = MatrixFilter(light=Light.RED)
    counts = Counter(held.mark.party.agency_id for held in data.held if red.holds(held))
    line = _line(f"其中{label}", data, counts, view, query, red)
    value = sum(row.light_value == Light.RED for row in data.rows)
    url = address_of("reports:overview") + address(query, light=Light.RED.value)
    return line._replace(whole=Total(value, url, f"全部{label}{value}项"))


@allowed_to(Perm.READ, methods=SAFE)
def matrix(request: UserRequest) -> HttpResponse:
    """The matrix page; each total opens the list that it counts."""
    in_pages = is_counted_alone(request.GET)
    data = matrix_for(shown_or_404(request), on=localdate(), in_pages=in_pages)
    context = {"page": grid_of(data, request.GET), "shown": data.shown}
    return render(request, "reports/matrix/page.html", context)


@allowed_to(Perm.READ, methods=GET)
def matrix_sheet(request: UserRequest) -> FileResponse:
    """The matrix as a workbook, one sheet for each view."""
    taken = download_matrix(shown_or_404(request), by=request.user, at=now())
    return FileResponse(BytesIO(taken.content), as_attachment=True, filename=taken.name)
