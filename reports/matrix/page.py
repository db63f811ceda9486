"""The parts of 责任矩阵 as its template takes them: cells with tone, sign and name."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple

from django.core.paginator import Page
from django.http import QueryDict
from django.urls import reverse

from measures.choices import LeadBasis, Light, ResponsibilityRole
from measures.models.public_status import PublicStatus
from reports.choices import FilingPart, MatrixView
from reports.filing_status.cut import OWED, cut_of
from reports.filing_status.head import BY_MEASURE, UnitsHead, head_of, list_url
from reports.matrix.data import NO_FILING, SKIPPED, AgencyColumn, Held, Mark, Matrix, MatrixRow
from reports.matrix.lists import Listed, MatrixFilter, listed_in
from reports.period.choosing import Option, address, period_options, section_label, word
from reports.period.paging import is_large, page_of_list
from reports.period.shown import Word

ROLES: dict[str, str] = {
    ResponsibilityRole.LEAD: "牵头",
    ResponsibilityRole.RESPONSIBLE: "责任",
    ResponsibilityRole.SUPPORT: "配合",
}
LIGHTS = (Light.RED, Light.YELLOW, Light.GREEN, Light.WAITING, Light.GREY)
BACKFILLED, WRITTEN_OFF = "补", "销"  # signs beside that of the status
LIST = "#listed"


class MatrixCell(NamedTuple):
    """One place of the grid; without a mark it is empty."""

    tone: str = ""
    mark: str = ""
    sign: str = ""
    name: str = ""  # what it says to who does not see it
    hint: str = ""
    url: str = ""


class Total(NamedTuple):
    """A number at an edge, and the list of exactly what it counts."""

    value: int
    url: str
    name: str


class TotalLine(NamedTuple):
    """Totals by agency, and of all."""

    label: str
    totals: list[Total]
    whole: Total


class GridRow(NamedTuple):
    """One measure."""

    row: MatrixRow
    cells: list[MatrixCell]
    total: Total


class GridBand(NamedTuple):
    """A section with its measures."""

    label: str
    is_lost: bool
    rows: list[GridRow]


class Choice(NamedTuple):
    """A view of the grid, and its address."""

    label: str
    url: str
    is_chosen: bool


class MatrixPage(NamedTuple):
    """What the template of 责任矩阵 takes."""

    head: UnitsHead
    data: Matrix
    sub: str
    view: MatrixView
    views: list[Choice]
    roles: list[tuple[str, str]]
    keys: list[Word]
    bands: list[GridBand]
    pages: Page[MatrixRow]
    partial: list[TotalLine]  # what stands out, counted; of the filings the parts of all
    total: TotalLine
    periods: list[Option]
    listed: Listed | None
    whole_url: str
    sheet_url: str
    measures_url: str  # before a measure's key and a slash: the address of its page
    agencies_url: str

    @property
    def columns(self) -> list[AgencyColumn]:
        """The agencies, in protocol order."""
        return self.data.columns

    @property
    def width(self) -> int:
        """How many columns the grid has, with head and total."""
        return len(self.data.columns) + 2

    @property
    def shows_grid(self) -> bool:
        """Whether the grid stands there: beside an opened list only where both are short."""
        return self.listed is None or not is_large(len(self.data.rows))

    @property
    def shows_lights(self) -> bool:
        """Whether each row says its light."""
        return self.view == MatrixView.LIGHTS

    @property
    def kept(self) -> dict[str, str]:
        """What another choice of period keeps."""
        return {} if self.view == MatrixView.FILINGS else {"view": self.view.value}


def grid_of(data: Matrix, query: QueryDict) -> MatrixPage:
    """Lay out the matrix in the view that the address asks for."""
    view = view_of(query)
    pages = page_of_list(data.rows, query, measures=len(data.rows))
    return MatrixPage(
        head=head_of(data.shown, data.lines, query, BY_MEASURE),
        data=data,
        sub=_sub(data),
        view=view,
        views=[Choice(str(v.label), _address(query, v), v == view) for v in MatrixView],
        roles=[(role.mark, ROLES[role]) for role in _roles(data)],
        keys=_keys(data, view),
        bands=_bands(pages, view, query),
        pages=pages,
        partial=_partial(data, view, query),
        total=_line("合计", data, view, query, MatrixFilter()),
        periods=period_options(data.shown, query),
        listed=listed_in(data, query),
        whole_url=_address(query, view),
        sheet_url=reverse("reports:matrix_sheet") + address(query),
        measures_url=_path("measures:measure"),
        agencies_url=_path("reports:agency"),
    )


def view_of(query: QueryDict) -> MatrixView:
    """The view in the address, else that of the filings."""
    wanted = word(query, "view")
    return MatrixView(wanted) if wanted in MatrixView.values else MatrixView.FILINGS


def _address(query: QueryDict, view: MatrixView, **more: str) -> str:
    return address(query, view=view.value, **more)


def _sub(data: Matrix) -> str:
    """17项措施 × 17个责任单位 · 53项责任，其中牵头13项（原文未明确，按排名首位暂列）."""
    known = [str(LeadBasis(basis).label) for basis in data.bases]
    if len(known) > 1:
        known = [f"{LeadBasis(basis).label}{count}项" for basis, count in data.bases.items()]
    leads = f"，其中牵头{data.leads}项（{'；'.join(known)}）" if known else ""
    size = f"{len(data.rows)}项措施 × {len(data.columns)}个责任单位"
    return f"{size} · {data.marks}项责任{leads}"


def _roles(data: Matrix) -> list[ResponsibilityRole]:
    used = {held.mark.party.role for held in data.held}
    return [role for role in ResponsibilityRole if role in used]


def _keys(data: Matrix, view: MatrixView) -> list[Word]:
    """The legend: the words in use, and no others."""
    if view == MatrixView.ROLES:
        return []
    if view == MatrixView.LIGHTS:
        lit = {row.light_value: row.light for row in data.rows}
        return [lit[light] for light in LIGHTS if light in lit]
    marks = [held.mark for held in data.held]
    used = {mark.filed for mark in marks}
    every = [*(Word(str(s.label), s.tone, s.sign) for s in PublicStatus), SKIPPED, NO_FILING]
    found = [key for key in every if key in used]
    if any(mark.is_backfilled for mark in marks):
        found.append(Word("补报（填报期关闭后报送）", "plain", BACKFILLED))
    if any(mark.is_written_off for mark in marks):
        found.append(Word("欠报已核销", "plain", WRITTEN_OFF))
    return found


def _bands(rows: Iterable[MatrixRow], view: MatrixView, query: QueryDict) -> list[GridBand]:
    found, paths = [], (_path("measures:filing"), _path("measures:measure"))
    for section, group in groupby(rows, key=lambda row: row.section):
        grid = [
            GridRow(
                row,
                [_cell(row, mark, view, paths) for mark in row.places],
                _of_row(row, view, query),
            )
            for row in group
        ]
        found.append(GridBand(section_label(section), not section.title, grid))
    return found


def _of_row(row: MatrixRow, view: MatrixView, query: QueryDict) -> Total:
    url = _address(query, view, measure=str(row.measure_id)) + LIST
    return Total(row.total, url, f"{row.mark}共{row.total}项责任")


def _partial(data: Matrix, view: MatrixView, query: QueryDict) -> list[TotalLine]:
    """What a view counts by agency: who leads, how the filings are cut, what is red."""
    if view == MatrixView.ROLES:
        lead = MatrixFilter(role=ResponsibilityRole.LEAD)
        return [_line("其中牵头", data, view, query, lead)]
    if view == MatrixView.LIGHTS:
        return [_lit(data, view, query)]
    if not data.lines:
        return []
    by_agency: defaultdict[int | None, list[PublicStatus]] = defaultdict(list)
    for line in data.lines:
        by_agency[line.agency_id].append(line.status)
        by_agency[None].append(line.status)
    cuts = {agency: cut_of(statuses).counts for agency, statuses in by_agency.items()}
    lines = [_part(part, data, query, cuts) for part in (*OWED, FilingPart.WAIVED)]
    return lines if lines[-1].whole.value else lines[:-1]


def _part(
    part: FilingPart,
    data: Matrix,
    query: QueryDict,
    cuts: Mapping[int | None, Mapping[FilingPart, int]],
) -> TotalLine:
    """The filings in one part, by agency (None: all); each number opens them in 名单."""
    label = str(part.label)

    def total(name: str, agency: int | None = None) -> Total:
        value = cuts[agency][part] if agency in cuts else 0
        only = {} if agency is None else {"agency": str(agency)}
        url = list_url(query, part=part.value, **only) if value or agency is None else ""
        return Total(value, url, f"{name}{label}{value}项")

    by_agency = [total(column.name, column.agency_id) for column in data.columns]
    return TotalLine(label, by_agency, total("全部"))


def _line(
    label: str, data: Matrix, view: MatrixView, query: QueryDict, wanted: MatrixFilter
) -> TotalLine:
    meant = [str(held.mark.party.agency_id) for held in data.held if wanted.holds(held)]
    counts, path = Counter(meant), _address(query, view, **wanted.words) + LIST

    def total(column: AgencyColumn) -> Total:
        agency = str(column.agency_id)
        url = _address(query, view, **wanted._replace(agency=agency).words) + LIST
        return Total(counts[agency], url, f"{column.name}{label}{counts[agency]}项责任")

    whole = Total(len(meant), path, f"全部{label}{len(meant)}项责任")
    return TotalLine(label, [total(column) for column in data.columns], whole)


def _lit(data: Matrix, view: MatrixView, query: QueryDict) -> TotalLine:
    """Red measures by agency; at the corner each of them counts once, though several answer."""
    label = f"{data.called(Light.RED)}措施"
    line = _line(f"其中{label}", data, view, query, MatrixFilter(light=Light.RED))
    value = sum(row.light_value == Light.RED for row in data.rows)
    url = reverse("reports:overview") + address(query, light=Light.RED.value)
    return line._replace(whole=Total(value, url, f"全部{label}{value}项"))


def _cell(
    row: MatrixRow, mark: Mark | None, view: MatrixView, paths: tuple[str, str]
) -> MatrixCell:
    if mark is None:
        return MatrixCell("gap" if row.lacks_agencies else "")
    role = ROLES[mark.party.role]
    state = Held(row, mark).word_in(view)
    told = "" if view == MatrixView.ROLES else f"：{state.label}"
    sign = state.shape
    if view == MatrixView.FILINGS:
        sign += BACKFILLED * mark.is_backfilled + WRITTEN_OFF * mark.is_written_off
        told += "（补报）" * mark.is_backfilled + "（已核销）" * mark.is_written_off
    return MatrixCell(
        tone=state.tone,
        mark=mark.role.mark,
        sign=sign,
        name=f"{mark.party.name} {role}{row.mark}{row.title}{told}",
        hint=f"{role}{told}",
        url=_url(row, mark, view, paths),
    )


def _url(row: MatrixRow, mark: Mark, view: MatrixView, paths: tuple[str, str]) -> str:
    """Where the fact in the cell is: the filing, or else the measure."""
    filings, measures = paths
    if view == MatrixView.FILINGS and mark.line is not None:
        return f"{filings}{mark.line.filing_id}/"
    return f"{measures}{row.measure_id}/"


def _path(name: str) -> str:
    """What stands before a row's key and a slash in the address of its page."""
    return reverse(name, args=[0]).removesuffix("0/")
