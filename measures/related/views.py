"""上下位文件: documents that the notice implements or that implement it, clause by clause."""

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.timezone import now

from agencies.guards import POST, SAFE, allowed_to
from agencies.permissions import Perm
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.chosen_notice import notice_choice, turn_to
from measures.models import ClauseLink, Measure, Notice, RelatedDocument
from measures.related import actions
from measures.related.forms import ClauseForm, DocumentForm, LinksForm
from measures.related.page import document_parts


@allowed_to(Perm.READ, methods=SAFE)
def documents(request: UserRequest) -> HttpResponse:
    """List documents with clauses, and clauses and measures without a counterpart."""
    notice = notice_choice(request).pk
    context = {
        "parts": document_parts(notice, _measures(notice)),
        "may_keep": request.user.can(Perm.KEEP_NOTICE),
    }
    return render(request, "measures/related/documents.html", context)


@allowed_to(Perm.KEEP_NOTICE, methods=SAFE + POST)
def document_add(request: UserRequest) -> HttpResponse:
    notice = get_object_or_404(Notice, pk=notice_choice(request).pk)
    form = DocumentForm(request.POST if request.method == "POST" else None)
    made = carry_out(request, form, actions.add_document, notice)
    if made is not None:
        return redirect_with(
            request, f"已登记{made}，请逐条登记条款。", "measures:clause_add", made.pk
        )
    context = {"form": form, "notice": notice, "heading": "登记上下位文件", "about": str(notice)}
    return form_page(request, "measures/related/form.html", context, form)


@allowed_to(Perm.KEEP_NOTICE, methods=SAFE + POST)
def clause_add(request: UserRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    form = ClauseForm(request.POST if request.method == "POST" else None)
    made = carry_out(request, form, actions.add_clause, document)
    if made is not None:
        return redirect_with(request, f"已登记“{made}”。", "measures:clause_add", document.pk)
    context = {"form": form, "heading": "登记条款", "about": str(document)}
    context |= {"clauses": document.clauses.all()}
    return form_page(request, "measures/related/form.html", context, form)


@allowed_to(Perm.KEEP_NOTICE, methods=SAFE + POST)
def clause_link(request: UserRequest, pk: int) -> HttpResponse:
    document = _document(request, pk)
    measures = list(_measures(document.notice_id))
    (part,) = (
        one for one in document_parts(document.notice_id, measures) if one.document == document
    )
    data = request.POST if request.method == "POST" else None
    form = LinksForm(data, part=part, measures=measures)
    made = carry_out(request, form, actions.link_clauses, document)
    if made is not None:
        return redirect_with(request, f"已登记{len(made)}项对应。", _list_of(document))
    context = {"form": form, "document": document, "more": len(measures) - len(form.measures)}
    context |= {"back_url": _list_of(document)}
    return form_page(request, "measures/related/links.html", context, form)


@allowed_to(Perm.KEEP_NOTICE, methods=POST)
def clause_unlink(request: UserRequest, pk: int) -> HttpResponse:
    link = get_object_or_404(ClauseLink.objects.select_related("document", "measure"), pk=pk)
    actions.unlink_clause(link, by=request.user, at=now())
    return redirect_with(request, "已撤销这一对应。", _list_of(link.document))


def _list_of(document: RelatedDocument) -> str:
    """Return the URL of the documents of its notice, which need not be the chosen one."""
    return f"{reverse('measures:documents')}?notice={document.notice_id}"


def _measures(notice: int | None) -> QuerySet[Measure]:
    return Measure.objects.filter(notice=notice).defer("text").order_by("ordinal")


def _document(request: UserRequest, pk: int) -> RelatedDocument:
    document = get_object_or_404(RelatedDocument.objects.select_related("notice"), pk=pk)
    turn_to(request, document.notice_id)
    return document
