"""Recording a related document, its clauses, and their links with measures."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction

from agencies.audit import trail
from agencies.models import User
from agencies.permissions import Perm
from lib.errors import DomainError
from measures.choices import DocumentRelation, LinkKind
from measures.models import ClauseLink, DocumentClause, Measure, Notice, RelatedDocument


@transaction.atomic
def add_document(
    notice: Notice,
    *,
    by: User,
    relation: DocumentRelation,
    number: str,
    title: str = "",
    issued_on: date | None = None,
    at: datetime,
) -> RelatedDocument:
    """Record a document above or below a notice.

    Raises PermissionDenied, or ValidationError if it has no number or is recorded already.
    """
    by.demand(Perm.KEEP_NOTICE)
    notice = Notice.objects.select_for_update(no_key=True).get(pk=notice.pk)
    document = RelatedDocument(
        notice=notice,
        relation=relation,
        number=number.strip(),
        title=title.strip(),
        issued_on=issued_on,
        recorded_by=by,
        recorded_at=at,
    )
    document.full_clean()
    document.save()
    label = document.get_relation_display()
    after = {"relation": document.relation, "issued_on": issued_on}
    _record("document.add", document, by, at, f"登记{notice}的{label}：{document}", after=after)
    return document


@transaction.atomic
def add_clause(
    document: RelatedDocument,
    *,
    by: User,
    ordinal: int,
    heading: str,
    text: str = "",
    at: datetime,
) -> DocumentClause:
    """Record a clause; without a text it is shown as 原文待核对. Raises as add_document."""
    document = _locked(document, by)
    clause = DocumentClause(
        document=document, ordinal=ordinal, heading=heading.strip(), text=text.strip()
    )
    clause.full_clean()
    clause.save()
    _record("document.clause", document, by, at, f"登记第{ordinal}条：{clause.heading}")
    return clause


class WantedLink(NamedTuple):
    kind: LinkKind
    clause: DocumentClause | None = None
    measure: Measure | None = None


@transaction.atomic
def link_clauses(
    document: RelatedDocument, *, by: User, wanted: Iterable[WantedLink], at: datetime
) -> list[ClauseLink]:
    """Link measures with clauses of the document, or record that one side is an addition.

    All links or none. Raises PermissionDenied; ValidationError if a side is missing or too many, or
    they are linked already; DomainError if one of them belongs to another document or notice, or is
    both linked and an addition.
    """
    document = _locked(document, by)
    return [_link(document, one, by, at) for one in wanted]


def _link(document: RelatedDocument, wanted: WantedLink, by: User, at: datetime) -> ClauseLink:
    kind, clause, measure = wanted
    if clause is not None and clause.document_id != document.pk:
        raise DomainError("这一条款不属于这份文件，请重新选择。")
    if measure is not None and measure.notice_id != document.notice_id:
        raise DomainError("这项措施不属于这份文件，请重新选择。")
    link = ClauseLink(
        document=document, clause=clause, measure=measure, kind=kind, linked_by=by, linked_at=at
    )
    link.full_clean()
    _demand_consistent(link)
    link.save()
    label = link.get_kind_display()
    words = "　".join(str(side) for side in (clause, measure) if side is not None)
    _record("document.link", document, by, at, f"登记{label}：{words}", after={"kind": kind})
    return link


@transaction.atomic
def unlink_clause(link: ClauseLink, *, by: User, at: datetime) -> None:
    """Delete a link. Raises PermissionDenied, DomainError if it is gone already."""
    document = _locked(link.document, by)
    found = document.links.filter(pk=link.pk).first()
    if found is None:
        raise DomainError("这一对应已经撤销。")
    before = {"kind": found.kind}
    _record("document.unlink", document, by, at, f"撤销对应：{found}", before=before)
    found.delete()


def _demand_consistent(link: ClauseLink) -> None:
    """Raise DomainError if a measure or clause is both an addition and linked."""
    links = link.document.links.all()
    sides = {"clause": link.clause, "measure": link.measure}
    for name, side in sides.items():
        if side is None:
            continue
        others = links.filter(**{name: side})
        is_adding = link.kind == LinkKind.ADDS
        if others.exists() if is_adding else others.filter(kind=LinkKind.ADDS).exists():
            raise DomainError(f"{side}：新增的没有对应，请先撤销与此不符的登记。")


def _locked(document: RelatedDocument, by: User) -> RelatedDocument:
    by.demand(Perm.KEEP_NOTICE)
    found = RelatedDocument.objects.select_for_update(no_key=True, of=("self",))
    locked: RelatedDocument = found.select_related("notice").get(pk=document.pk)
    return locked


def _record(
    code: str, document: RelatedDocument, by: User, at: datetime, sentence: str, **facts: Any
) -> None:
    trail.record(code, document, by=by, at=at, sentence=f"{sentence}。", **facts)
