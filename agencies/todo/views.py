"""The page 今日待办."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_safe

from agencies.todo.counts import waiting_in
from agencies.todo.page import to_do_page
from lib.http import UserRequest


@require_safe
def to_do(request: UserRequest) -> HttpResponse:
    on = localdate()
    counts = waiting_in(request, request.user, on=on)
    found = to_do_page(request.user, on=on, counts=counts)
    return render(request, "agencies/todo/page.html", {"found": found, "at": now()})
