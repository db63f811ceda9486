"""Builds the reading: items with bodies, dates and figures, and all doubts. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise

from measures.intake import doubts as say
from measures.intake import numbering_doubts
from measures.intake.bodies import BodyReader, ItemLists, ListRules, with_doubted_fronts
from measures.intake.body_list import BodyList
from measures.intake.commitments import commitments_in
from measures.intake.deadlines import deadline_of_cell, deadlines_in, main_deadline
from measures.intake.directory import AgencyDirectory
from measures.intake.heading_tree import HeadingNode
from measures.intake.item_sources import (
    ItemSource,
    ReadingDraft,
    cut_closing,
    own_text,
    placed,
    sources_of_nodes,
    sources_of_rows,
)
from measures.intake.items import NumberRun, runs_of
from measures.intake.name_forms import ends_plainly
from measures.intake.named import Named
from measures.intake.outline import SECTION_KINDS
from measures.intake.own_table import (
    OwnTable,
    TableEntry,
    filled,
    of_lost_rows,
    of_row,
    of_rows,
    own_table,
)
from measures.intake.passage import SourcePassage
from measures.intake.rows import SourceLine
from measures.intake.tables import TableRow
from measures.intake.values import (
    BodyRole,
    Deadline,
    Doubt,
    DoubtKind,
    NamedBody,
    NoticeItem,
    NoticeReading,
)


def assemble(
    draft: ReadingDraft, lines: tuple[SourceLine, ...], directory: AgencyDirectory
) -> NoticeReading:
    """Return the reading, with its doubts sorted by line."""
    return _Assembly(draft, directory).reading(tuple(line.text for line in lines))


class _Assembly:
    def __init__(self, draft: ReadingDraft, directory: AgencyDirectory) -> None:
        self.draft, self.directory = draft, directory
        self.issued_on: date | None = draft.head.issued_on
        self.sources = [*sources_of_nodes(draft, directory)] or [*sources_of_rows(draft)]
        head = draft.head
        self.here = directory.place_of_notice(head.number, head.title, head.issuer)
        rules = [rule for outline in draft.outlines for rule in outline.lead_rules]
        rules += draft.preface.lead_rules
        lasting = [rule for rule in rules if rule.is_lasting]
        self.lead_rule = min((rule.line for rule in lasting), default=None)
        self.others_support = any(rule.others_support for rule in lasting)
        self.is_rule_for_all = any(rule.is_for_all for rule in lasting)
        self.bodies = BodyReader(self._rules(), directory, self.here)
        levels = {one.name[0] for one in self._names() if ends_plainly(one.name)}
        for source in self.sources:
            source.lists = [
                replace(one, list=with_doubted_fronts(one.list, levels, self.here))
                for one in source.lists
            ]
        self.doubts: list[Doubt] = []
        self.table_doubts: list[Doubt] = []

    def _names(self) -> list[Named]:
        lists = (placed.list for source in self.sources for placed in source.lists)
        return [name for one in lists for name in one.names]

    def _rules(self) -> ListRules:
        names = self._names()
        clauses = [clause for outline in self.draft.outlines for clause in outline.clauses]
        clauses += self.draft.preface.clauses
        if not names and not clauses:
            clauses = [one for outline in self.draft.outlines for one in outline.blankets]
            clauses += self.draft.preface.blankets
        names_leads = any(name.role is BodyRole.LEAD for name in names)
        leads_from = 1 if self.is_rule_for_all else self.lead_rule
        return ListRules(leads_from, names_leads, tuple(clauses), self.others_support)

    def reading(self, lines: tuple[str, ...]) -> NoticeReading:
        closing = cut_closing(self.draft, self.sources)
        items = tuple(self._item(at, source) for at, source in enumerate(self.sources))
        items = self._with_tables(items)
        self._say_all(items, len(lines))
        head = self.draft.head
        return NoticeReading(
            number=head.number,
            title=head.title,
            issuer=head.issuer,
            issued_on=head.issued_on,
            addressees=head.addressees,
            annexes=head.annexes,
            preamble=head.preamble,
            closing=closing,
            items=items,
            doubts=tuple(sorted(self.doubts, key=lambda one: one.lines[:1] or (0,))),
            source_lines=lines,
            lead_rule=self.lead_rule,
        )

    def _item(self, at: int, source: ItemSource) -> NoticeItem:
        is_continued = source.row is not None and source.row.is_continued
        # Under an unnumbered heading, a second list may belong to another item.
        is_guess = source.node is not None and not source.node.label and len(source.lists) > 1
        is_sure = not (is_continued or is_guess)
        lists = ItemLists(tuple(source.lists), source.lines, is_sure)
        bodies, twice = self.bodies.bodies(lists)
        self.doubts += say.of_lists(at, source.lists, is_continued=is_continued)
        self.doubts += say.of_twice(at, twice)
        text, own = self._text_of(source), self._deadline_in_list(source)
        found = deadlines_in(text, issued_on=self.issued_on)
        every = [own, *found] if own else found
        node, of = source.node, source.node or source.row
        assert of is not None
        above = node.parent if node else None
        return NoticeItem(
            ordinal=of.ordinal or 0,
            label=of.label,
            section=of.path[-1] if of.path else "",
            path=of.path,
            title=of.title,
            text=text.text,
            lines=source.lines,
            bodies=tuple(bodies),
            deadline=own or main_deadline(found),
            deadlines=tuple(every),
            commitments=tuple(commitments_in(text, found if node else every)),
            text_lost=node is not None and node.text_lost,
            lists=len(source.lists) if node else min(1, len(source.lists)),
            section_number=above.ordinal if above and above.kind else None,
        )

    @staticmethod
    def _text_of(source: ItemSource) -> SourcePassage:
        pieces = list(source.node.passages()) if source.node else []
        if source.row is not None and source.row.text is not None:
            pieces = [source.row.text]
        if not pieces:
            return SourcePassage.of("", source.lines.first)
        return SourcePassage.joined(pieces, "\n")

    def _deadline_in_list(self, source: ItemSource) -> Deadline | None:
        """Return the date in a list or on a separate line: 完成时限：2031年6月底前."""
        if source.row is not None:
            return self._deadline_of_row(source.row)
        words = [placed.list.deadline for placed in source.lists]
        if source.node is not None:
            words.append(source.node.deadline)
        for one in words:
            if one is not None:
                return deadline_of_cell(one, issued_on=self.issued_on)
        return None

    def _with_tables(self, items: tuple[NoticeItem, ...]) -> tuple[NoticeItem, ...]:
        """Return the items completed from the notice's tables; collect differences as doubts."""
        first = 0
        for table in (one for one in self.draft.tables if one.names_bodies):
            if self.sources[0].node is None:  # its rows are the items
                self.table_doubts += numbering_doubts.of_table(table, first)
                first += len(table.rows)
                continue
            own = own_table(table, items)
            is_key_tasks = own.is_numbered_like(items)
            self.table_doubts += numbering_doubts.of_table(table, None, is_key_tasks=is_key_tasks)
            self.table_doubts += of_lost_rows(own)
            items = tuple(self._with_rows(at, item, own) for at, item in enumerate(items))
        return items

    def _with_rows(self, at: int, item: NoticeItem, own: OwnTable) -> NoticeItem:
        row = own.row_of(at)
        if row is None:
            rows = own.rows.get(at, [])
            bodies = [body for one in rows for body in self._bodies_of_row(one)]
            self.table_doubts += of_rows(at, item, rows, bodies)
            return item
        entry = self._entry(row)
        is_bare = all(placed.list.is_bare for placed in self.sources[at].lists)
        self.table_doubts += of_row(at, item, entry, is_bare=is_bare)
        if not item.bodies and entry.bodies:
            self.table_doubts += say.of_lists(at, placed(row), is_continued=False)
        return filled(item, entry, is_bare=is_bare)

    def _entry(self, row: TableRow) -> TableEntry:
        # A blank cell names nobody here: the cell above belongs to another item.
        bodies = () if row.is_continued else self._bodies_of_row(row)
        return TableEntry(row, bodies, self._deadline_of_row(row))

    def _bodies_of_row(self, row: TableRow) -> tuple[NamedBody, ...]:
        found, _ = self.bodies.bodies(ItemLists(tuple(placed(row)), row.passage.lines()))
        # Only the lists of the text are numbered, not the row of the table.
        return tuple(replace(body, list_number=None) for body in found if body.list_number)

    def _deadline_of_row(self, row: TableRow) -> Deadline | None:
        if row.deadline is None:
            return None
        return deadline_of_cell(row.deadline, issued_on=self.issued_on)

    def _named(self, items: tuple[NoticeItem, ...]) -> Iterator[NoticeItem]:
        """Yield the items, and the bodies of table rows that a person may still choose."""
        yield from items
        for doubt in self.table_doubts:
            if doubt.bodies and doubt.item is not None:
                own = {body.name for body in items[doubt.item].bodies}
                more = tuple(body for body in doubt.bodies if body.name not in own)
                yield replace(items[doubt.item], bodies=more)

    def _say_all(self, items: tuple[NoticeItem, ...], lines: int) -> None:
        draft = self.draft
        nodes = [source.node for source in self.sources]
        places = {id(node): at for at, node in enumerate(nodes) if node is not None}
        main = [node for outline in draft.outlines[:1] for node in outline.nodes]
        self._say_names(items)
        self.doubts += say.of_items(items, nodes)
        unread = [one for outline in draft.outlines for one in outline.unread]
        self.doubts += say.of_unread([*unread, *draft.preface.unread], items)
        if draft.damaged is not None:
            self.doubts += say.of_copies(draft.damaged, lines)
            return
        known = {id(run.nodes[0]) for run in draft.chosen.runs}
        sections = [run for run in self._section_runs() if id(run.nodes[0]) not in known]
        self.doubts += numbering_doubts.of_runs([*sections, *draft.chosen.runs], places)
        self.doubts += say.of_chosen(draft.chosen, nodes)
        if places:
            self.doubts += say.of_unused(self._unused_lists())
        self.doubts += say.of_left(draft.chosen.left)
        self.doubts += say.of_said(draft.chosen.said)
        self.doubts += self.table_doubts
        self.doubts += numbering_doubts.of_counts(
            main, places, draft.tables, 0 if places else len(items)
        )
        doubled = {
            id(node)
            for run in draft.chosen.runs
            for before, node in pairwise(run.nodes)
            if numbering_doubts.repeats(before, node)
        }
        nodes_once = (node for node in self._main_nodes() if id(node) not in doubled)
        self.doubts += numbering_doubts.of_sentences(
            one for node in nodes_once for one in own_text(node)
        )

    def _unused_lists(self) -> Iterator[BodyList]:
        """Yield the lists that belong to no item."""
        used = {placed.list.lines for source in self.sources for placed in source.lists}
        for outline in self.draft.outlines:
            for node in (outline.root, *outline.nodes):
                yield from (one.list for one in node.lists if one.list.lines not in used)

    def _say_names(self, items: tuple[NoticeItem, ...]) -> None:
        """Add one doubt per name; a name that was also split from others gets no second doubt."""
        doubts = list(say.of_names(self._named(items), self.directory, self.here))
        asked = {one.name for one in doubts}
        found = [*self.doubts, *self.table_doubts]
        split = {one.name for one in found if one.kind is DoubtKind.SPLIT_NAME} & asked
        self.doubts = [one for one in self.doubts if not _is_split(one, split)]
        self.table_doubts = [one for one in self.table_doubts if not _is_split(one, split)]
        self.doubts += [
            replace(one, sentence=f"{one.sentence}它是拆分出来的，请先核对原文。")
            if one.name in split
            else one
            for one in doubts
        ]

    def _main_nodes(self) -> Iterator[HeadingNode]:
        """Yield the headings of the parts that contain items: an annex may repeat the text."""
        chosen = {id(node) for node in self.draft.chosen.nodes}
        for outline in self.draft.outlines:
            if any(id(node) in chosen for node in outline.nodes):
                yield from outline.nodes

    def _section_runs(self) -> list[NumberRun]:
        first = self.draft.outlines[:1]
        nodes = [node for outline in first for node in outline.nodes]
        return runs_of([node for node in nodes if node.kind in SECTION_KINDS])


def _is_split(doubt: Doubt, names: set[str]) -> bool:
    return doubt.kind is DoubtKind.SPLIT_NAME and doubt.name in names
