"""Reads a notice: takes source lines, returns head, items and doubts. Pure."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from measures.intake.assembly import assemble
from measures.intake.body_headings import take_body_headings
from measures.intake.copies import Untangled, may_be_copies, sentences_of, untangle
from measures.intake.damaged import head_of_copies, outline_of_copies
from measures.intake.directory import AgencyDirectory
from measures.intake.doubts import of_second_copy
from measures.intake.flat_tables import flat_tables
from measures.intake.heading import ANNEX, NoticeHead, read_head
from measures.intake.item_sources import ReadingDraft
from measures.intake.items import Chosen, choose_items, choose_without_lists
from measures.intake.lines import clean_lines
from measures.intake.list_words import COLON_LABEL
from measures.intake.loose_cells import with_rows
from measures.intake.numbering import marker_of
from measures.intake.outline import Outline, build_outline
from measures.intake.paragraphs import Paragraph, paragraphs
from measures.intake.passage import SourcePassage
from measures.intake.responsible import lists_in
from measures.intake.rows import SourceLine
from measures.intake.second_copy import second_copy_in
from measures.intake.tables import TaskTable, tables_in
from measures.intake.text_rules import rules_in
from measures.intake.titles import (
    BARE_MOST,
    begins_with_body,
    bold_heading,
    heads_a_numbering,
    name_label,
)
from measures.intake.values import NoticeReading

END_OF_TEXT = 12  # paragraphs that may contain signature and day
_FIRST_KINDS = ("chapter", "section", "cn", "clause")
NOBODY = AgencyDirectory()
# Bodies have the names of the day of issue; None: unknown.
DirectoryOn = Callable[[date | None], AgencyDirectory]


def nobody(_: date | None) -> AgencyDirectory:
    return NOBODY


def read_notice(lines: tuple[SourceLine, ...], directory_on: DirectoryOn = nobody) -> NoticeReading:
    """Read the lines of a source (see measures.intake.source), names matched with a directory."""
    second = second_copy_in([line.text for line in lines])
    if second is None:
        return _read(lines, directory_on)
    reading = _read(lines[: second.start], directory_on)
    doubts = (*reading.doubts, of_second_copy(second))
    return replace(reading, doubts=doubts, source_lines=tuple(line.text for line in lines))


def _read(lines: tuple[SourceLine, ...], directory_on: DirectoryOn) -> NoticeReading:
    cleaned = clean_lines(lines)
    untangled = untangle(sentences_of(cleaned)) if may_be_copies(cleaned) else None
    if untangled is not None:
        head = read_head(head_of_copies(untangled), [])
        directory = directory_on(head.issued_on)
        return assemble(_draft_of_copies(head, untangled, directory), lines, directory)
    cleaned = with_rows(cleaned)
    whole = paragraphs(cleaned)
    start = _start_of_body(whole)
    parts = _parts(whole[start:])
    head = read_head(whole[:start], parts[0][-END_OF_TEXT:])
    directory = directory_on(head.issued_on)
    tables = tables_in(whole, directory)
    if not any(table.names_bodies for table in tables):
        tables = [*tables, *flat_tables(cleaned, directory)]
    of_tables = {one.passage for table in tables for one in table.sections}
    outlines = [
        build_outline([one for one in part if one.passage not in of_tables], directory)
        for part in parts
    ]
    above = "".join(one.text for one in whole[:start])
    for outline in outlines:
        take_body_headings(outline, above, directory)
    preface = rules_in(
        SourcePassage.joined([one.passage for one in whole[:start] if not one.cells], "\n")
    )
    chosen = _chosen(outlines, tables)
    return assemble(ReadingDraft(head, outlines, chosen, tables, preface=preface), lines, directory)


def _draft_of_copies(
    head: NoticeHead, untangled: Untangled, directory: AgencyDirectory
) -> ReadingDraft:
    damaged = outline_of_copies(untangled, directory)
    nodes = [node for node in damaged.outline.nodes if node.kind == "cnp"]
    return ReadingDraft(head, [damaged.outline], Chosen(nodes, []), damaged=damaged)


def _chosen(outlines: list[Outline], tables: list[TaskTable]) -> Chosen:
    with_lists = [
        one
        for one in outlines
        if any(node.lists or node.section_lists for node in (one.root, *one.nodes))
    ]
    if with_lists:
        picked = [choose_items(outline) for outline in with_lists]
        return Chosen(
            [node for one in picked for node in one.nodes],
            [run for one in picked for run in one.runs],
            [node for one in picked for node in one.unnumbered],
            [node for one in picked for node in one.shared],
            [run for one in picked for run in one.left],
            [node for one in picked for node in one.said],
        )
    if any(table.names_bodies for table in tables):
        return Chosen([], [])
    return choose_without_lists(outlines[0]) if outlines else Chosen([], [])


def _start_of_body(whole: list[Paragraph]) -> int:
    """Return the index of the first heading: 一、 or 第一条 if any, else the first number."""
    any_number = None
    for place, paragraph in enumerate(whole):
        if paragraph.cells:
            continue
        marker = marker_of(paragraph.text)
        if marker is None or _is_annex_name(whole, place):
            continue
        if marker.kind in _FIRST_KINDS:
            start = place if any_number is None or marker.ordinal == 1 else any_number
            return start - _is_list_above(whole, start)
        if any_number is None:
            any_number = place
    if any_number is not None:
        return any_number - (_is_part_above(whole, any_number) or _is_list_above(whole, any_number))
    return _start_without_numbers(whole)


def _is_list_above(whole: list[Paragraph], start: int) -> bool:
    """Whether the line above the first number is a list that applies to the items below."""
    above = whole[start - 1] if start else None
    return above is not None and COLON_LABEL.match(above.text) is not None


def _is_part_above(whole: list[Paragraph], start: int) -> bool:
    """Whether the line above the first number is a section's title, like another line below."""
    if start < 2 or not heads_a_numbering("。", whole[start - 1], whole[start].text):
        return False
    return any(
        heads_a_numbering(before.text, one, after.text)
        for before, one, after in zip(
            whole[start:], whole[start + 1 :], whole[start + 2 :], strict=False
        )
    )


def _start_without_numbers(whole: list[Paragraph]) -> int:
    """Return the first heading: bold, or the short line above the first paragraph with a list."""
    labelled = next((place for place, one in enumerate(whole) if name_label(one.text)), None)
    for place, paragraph in enumerate(whole):
        if place == labelled:
            return place
        if not paragraph.cells and lists_in(paragraph.passage):
            for before in range(1, place):
                if whole[before].is_heading or bold_heading(whole[before]):
                    return before
            above = whole[place - 1].text if place else ""
            is_heading = place > 1 and len(above) <= BARE_MOST and not above.endswith(("。", "："))
            return place - 1 if is_heading else place
    begun = (place for place, one in enumerate(whole) if begins_with_body(one.text))
    return next(begun, len(whole))


def _is_annex_name(whole: list[Paragraph], place: int) -> bool:
    """Whether a number belongs to an annex and is not a heading: 附件：1.…, 2.…."""
    above = [one.text for one in whole[max(0, place - 3) : place]]
    return any(one.startswith(("附件：", "附：")) for one in above)


def _parts(body: list[Paragraph]) -> list[list[Paragraph]]:
    parts: list[list[Paragraph]] = [[]]
    for paragraph in body:
        if ANNEX.match(paragraph.text) and parts[-1]:
            parts.append([])
        else:
            parts[-1].append(paragraph)
    return parts
