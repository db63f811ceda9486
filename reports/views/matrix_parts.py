"""The parts of 责任矩阵 as its template takes them: cells with tone, sign and name."""

from collections.abc import Iterable
from itertools import groupby
from typing import NamedTuple

from django.http import QueryDict
from django.urls import reverse

from measures.choices import LeadBasis, Light, ResponsibilityRole
from measures.standing import Standing
from reports.data.matrix import Column, Mark, Matrix, MatrixRow
from reports.data.overview_rows import Word
from reports.views.choosing import Option, address, period_options, section_label

BY_FILING, BY_LIGHT = "filing", "light"
COLOURS = ((BY_FILING, "报送"), (BY_LIGHT, "预警灯"))
ROLES = {"lead": "牵头", "responsible": "责任", "support": "配合"}
BASES = {
    LeadBasis.TEXT: "原文明示",
    LeadBasis.FIRST_NAMED: "首位惯例认定",
    LeadBasis.DESIGNATED: "商务委指定",
}


class Cell(NamedTuple):
    """One place of the grid; without a mark it is empty."""

    tone: str = ""
    mark: str = ""
    sign: str = ""
    name: str = ""  # what it says to who does not see it
    hint: str = ""
    url: str = ""


class GridRow(NamedTuple):
    """One measure."""

    row: MatrixRow
    cells: list[Cell]


class GridBand(NamedTuple):
    """A section with its measures."""

    label: str
    is_lost: bool
    rows: list[GridRow]


class Colour(NamedTuple):
    """A way to colour the grid, and its address."""

    label: str
    url: str
    is_chosen: bool


class Page(NamedTuple):
    """What the template of 责任矩阵 takes."""

    data: Matrix
    sub: str
    roles: list[tuple[str, str]]
    keys: list[Word]
    colours: list[Colour]
    colour: str
    shows_lights: bool
    bands: list[GridBand]
    periods: list[Option]

    @property
    def columns(self) -> list[Column]:
        """The agencies, in protocol order."""
        return self.data.columns

    @property
    def width(self) -> int:
        """How many columns the grid has, with head and total."""
        return len(self.data.columns) + 2

    @property
    def kept(self) -> dict[str, str]:
        """What another choice of period keeps."""
        return {"colour": self.colour} if self.shows_lights else {}


def grid_of(data: Matrix, query: QueryDict) -> Page:
    """Lay out the matrix, coloured as the address asks."""
    colour = BY_LIGHT if query.get("colour") == BY_LIGHT else BY_FILING
    return Page(
        data=data,
        sub=_sub(data),
        roles=[(role.mark, ROLES[role]) for role in ResponsibilityRole],
        keys=_keys(data, colour),
        colours=[
            Colour(label, address(query, colour=value), value == colour) for value, label in COLOURS
        ],
        colour=colour,
        shows_lights=colour == BY_LIGHT,
        bands=_bands(data.rows, colour),
        periods=period_options(data.shown, query),
    )


def _sub(data: Matrix) -> str:
    """17项措施 × 17家责任单位 · 53项责任，其中牵头13项（首位惯例认定）."""
    known = [BASES[basis] for basis in data.bases]
    if len(known) > 1:
        known = [f"{BASES[basis]}{count}项" for basis, count in data.bases.items()]
    leads = f"，其中牵头{data.leads}项（{'，'.join(known)}）" if known else ""
    size = f"{len(data.rows)}项措施 × {len(data.columns)}家责任单位"
    return f"{size} · {data.marks}项责任{leads}"


def _keys(data: Matrix, colour: str) -> list[Word]:
    if colour == BY_LIGHT:
        return [
            Word(str(light.label), light.tone, light.shape)
            for light in (Light.GREEN, Light.YELLOW, Light.RED, Light.GREY)
        ]
    late = Standing.MISSED if data.shown.is_over else Standing.LATE
    shown = [Standing.ACCEPTED, Standing.WAITING, Standing.MENDING, late]
    if not data.shown.is_over:
        shown.append(Standing.AHEAD)
    return [Word(str(standing.label), standing.tone, standing.sign) for standing in shown]


def _bands(rows: Iterable[MatrixRow], colour: str) -> list[GridBand]:
    found = []
    for section, group in groupby(rows, key=lambda row: row.section):
        grid = [GridRow(row, [_cell(row, mark, colour) for mark in row.places]) for row in group]
        found.append(GridBand(section_label(section), not section.title, grid))
    return found


def _cell(row: MatrixRow, mark: Mark | None, colour: str) -> Cell:
    if mark is None:
        return Cell("gap" if row.lacks_agencies else "")
    role = ROLES[mark.party.role]
    state = _state(row, mark, colour)
    return Cell(
        tone=state.tone,
        mark=mark.party.role_choice.mark,
        sign=state.shape,
        name=f"{mark.party.name} {role}{row.mark}{row.title}：{state.label}",
        hint=f"{role}：{state.label}",
        url=_url(row, mark),
    )


def _state(row: MatrixRow, mark: Mark, colour: str) -> Word:
    """What colours a cell; a light needs no sign in it, the row says it in words."""
    if colour == BY_LIGHT:
        return Word(row.light.label, row.light.tone)
    if mark.standing is None:
        return Word("本期无填报任务", "plain")
    return Word(mark.standing.label, mark.standing.tone, mark.standing.sign)


def _url(row: MatrixRow, mark: Mark) -> str:
    if mark.filing_id is not None:
        return reverse("measures:filing", args=[mark.filing_id])
    return reverse("measures:measure", args=[row.measure_id])
