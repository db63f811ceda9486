"""A person's messages, and the choice of which kinds come by e-mail."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet, Window
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agencies.choices import OutboxChannel
from agencies.contributions import message_kinds_for
from agencies.documents import documents_of, thing_at
from agencies.inbox import actions
from agencies.inbox.forms import InboxFilter, MailForm
from agencies.models import Membership, Message, User
from agencies.outbound.channels import channels_on
from lib.errors import DomainError
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with
from lib.numbers import row_number, row_numbers

PER_PAGE = 20


@require_GET
def inbox(request: UserRequest) -> HttpResponse:
    """A person's open messages, or with ?settled=1 the settled ones. A search finds both."""
    is_settled, own = "settled" in request.GET, Message.objects.to(request.user)
    form = InboxFilter(request.GET, user=request.user)
    if not form.words:
        own = own.settled() if is_settled else own.in_inbox()
    found = form.narrow(own)
    page = _page(found, request.GET.get("page"))
    things = {one.pk: thing for one in page if (thing := thing_at(one.url))}
    documents = documents_of(things.values())
    told = [(one, documents.get(things[one.pk], "") if one.pk in things else "") for one in page]
    context = {"page": page, "told": told, "is_settled": is_settled, "form": form}
    if not request.user.current_memberships:
        to_come = Membership.objects.to_come(request.user.pk, on=localdate())
        context["to_come"] = to_come.first()
    return render(request, "agencies/inbox/page.html", context)


def _page(found: QuerySet[Message], number: str | None) -> Page:
    """Return a page of messages; one query for its rows and for how many there are in all."""
    start = ((row_number(number or "") or 1) - 1) * PER_PAGE
    counted: Any = found.annotate(in_all=Window(Count("pk")))
    rows, pages = list(counted[start : start + PER_PAGE]), Paginator(found, PER_PAGE)
    if not rows:  # a page after the end: show the last one
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
    return redirect_with(request, f"已将{count}条消息标为已读。", "agencies:inbox")


@require_POST
def inbox_mark(request: UserRequest) -> HttpResponse:
    """Mark the ticked messages, or the one whose button was pressed, as read or unread."""
    word, _, only = request.POST.get("mark", "").partition(":")
    ids = row_numbers([only] if only else request.POST.getlist("message"))
    if word not in ("read", "unread") or not ids:
        raise DomainError("请先勾选消息，再标为已读或未读。")
    if word == "read":
        count = actions.mark_read(ids, by=request.user, at=now())
        messages.success(request, f"已将{count}条消息标为已读。")
    else:
        count = actions.mark_unread(ids, by=request.user)
        messages.success(request, f"已将{count}条消息标为未读。")
    return redirect(_back(request))


@require_http_methods(["GET", "POST"])
def inbox_mail(request: UserRequest) -> HttpResponse:
    """邮件提醒: which kinds of message come by e-mail."""
    own = User.objects.get(pk=request.user.pk)
    had = dict(own.mail_settings.values_list("kind", "choice"))
    data = request.POST if request.method == "POST" else None
    form = MailForm(data, kinds=message_kinds_for(request.user), had=had)
    carry_out(request, form, actions.set_mail_choices)
    if form.is_valid():
        return redirect_with(request, "邮件提醒已保存。", "agencies:inbox_mail")
    context = {
        "form": form,
        "email": own.email,
        "is_on": OutboxChannel.EMAIL in channels_on(),
    }
    return form_page(request, "agencies/inbox/mail.html", context, form)


def _back(request: UserRequest) -> str:
    """Return the URL of the page of the list that the form came from, only if it is our own."""
    back = request.POST.get("back", "")
    is_own = url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_own and back.startswith("/inbox/") else "agencies:inbox"
