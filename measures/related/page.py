"""The page 上下位文件: documents with clauses, and clauses and measures without a counterpart."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from measures.choices import LinkKind
from measures.models import ClauseLink, DocumentClause, Measure, RelatedDocument


class ClauseRow(NamedTuple):
    clause: DocumentClause
    links: list[ClauseLink]

    @property
    def is_open(self) -> bool:
        """Whether it has no link yet."""
        return not self.links


class DocumentPart(NamedTuple):
    document: RelatedDocument
    clauses: list[ClauseRow]
    added: list[ClauseLink]  # measures recorded as having no counterpart in it
    unlinked: list[Measure]  # measures without any link

    @property
    def open_clauses(self) -> int:
        """The number of clauses without a counterpart."""
        return sum(row.is_open for row in self.clauses)


class MeasureLinks(NamedTuple):
    document: RelatedDocument
    links: list[ClauseLink]


def document_parts(notice: int | None, measures: Iterable[Measure]) -> list[DocumentPart]:
    """Return the documents of a notice, those above it first; four queries."""
    documents = list(RelatedDocument.objects.filter(notice=notice))
    measures = list(measures) if documents else []
    clauses: defaultdict[int, list[DocumentClause]] = defaultdict(list)
    for clause in DocumentClause.objects.filter(document__notice=notice).order_by("ordinal"):
        clauses[clause.document_id].append(clause)
    links: defaultdict[int, list[ClauseLink]] = defaultdict(list)
    for link in ClauseLink.objects.filter(document__notice=notice).with_sides():
        links[link.document_id].append(link)
    return [_part(one, clauses[one.pk], links[one.pk], measures) for one in documents]


def _part(
    document: RelatedDocument,
    clauses: list[DocumentClause],
    links: list[ClauseLink],
    measures: list[Measure],
) -> DocumentPart:
    by_clause: defaultdict[int | None, list[ClauseLink]] = defaultdict(list)
    for link in links:
        by_clause[link.clause_id].append(link)
    told = {link.measure_id for link in links}
    return DocumentPart(
        document=document,
        clauses=[ClauseRow(clause, by_clause[clause.pk]) for clause in clauses],
        added=[link for link in links if link.kind == LinkKind.ADDS and link.clause_id is None],
        unlinked=[measure for measure in measures if measure.pk not in told],
    )


def links_of(measure: Measure) -> list[MeasureLinks]:
    """Return a measure's links with each document of its notice; two queries."""
    own: defaultdict[int, list[ClauseLink]] = defaultdict(list)
    for link in ClauseLink.objects.filter(measure=measure).with_sides():
        own[link.document_id].append(link)
    documents = RelatedDocument.objects.filter(notice=measure.notice_id)
    return [MeasureLinks(document, own[document.pk]) for document in documents]
