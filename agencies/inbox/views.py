"""What a person was told."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.views.decorators.http import require_GET, require_POST

from agencies.documents import documents_of, thing_at
from agencies.inbox import actions
from agencies.models import Message
from lib.http import UserRequest
from lib.numbers import row_number

PER_PAGE = 20


@require_GET
def inbox(request: UserRequest) -> HttpResponse:
    """What a person was told; ?settled=1 what asked for an act that is done or void since."""
    is_settled, own = "settled" in request.GET, Message.objects.to(request.user)
    found = own.settled() if is_settled else own.in_inbox()
    page = _page(found, request.GET.get("page"))
    things = {one.pk: thing for one in page if (thing := thing_at(one.url))}
    documents = documents_of(things.values())
    told = [(one, documents.get(things[one.pk], "") if one.pk in things else "") for one in page]
    context = {"page": page, "told": told, "is_settled": is_settled}
    return render(request, "agencies/inbox/page.html", context)


def _page(found: QuerySet[Message], number: str | None) -> Page:
    """A page of messages, its rows and how many there are in all asked for at once."""
    start = ((row_number(number or "") or 1) - 1) * PER_PAGE
    counted: Any = found.annotate(in_all=Window(Count("pk")))
    rows, pages = list(counted[start : start + PER_PAGE]), Paginator(found, PER_PAGE)
    if not rows:  # nothing there: the last page
        return pages.get_page(number)
    pages.count = rows[0].in_all
    page = pages.get_page(number)
    page.object_list = rows
    return page


@require_POST
def message(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Message.objects.to(request.user), pk=pk)
    actions.read_message(found, by=request.user, at=now())
    return redirect(found.url or "agencies:inbox")


@require_POST
def inbox_read_all(request: UserRequest) -> HttpResponse:
    count = actions.read_all(by=request.user, at=now())
    messages.success(request, f"已将{count}条消息标为已读。")
    return redirect("agencies:inbox")
