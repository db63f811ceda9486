"""The landing page by role, and the error pages."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views import defaults

from agencies.choices import RefusalKind
from agencies.models import User
from agencies.permissions import Perm
from measures.models import Filing
from policy_tracker.middleware import count_refused, stale_page, typed_in

# The first permission that a person holds decides the landing page.
LANDING = (
    (Perm.REVIEW, "agencies:todo"),
    (Perm.DECIDE, "agencies:todo"),
    (Perm.FILE, "measures:my_filings"),
    (Perm.APPROVE_IN_AGENCY, "measures:my_filings"),
    (Perm.READ, "reports:overview"),
    (Perm.KEEP_PEOPLE, "agencies:accounts"),
    (Perm.KEEP_MEMBERSHIPS, "agencies:accounts"),
    (Perm.READ_AUDIT, "agencies:audit"),
)


def home(request: HttpRequest) -> HttpResponse:
    """Redirect to the landing page of the person's role; without a role, to the inbox."""
    user = request.user
    assert isinstance(user, User)  # LoginRequiredMiddleware ensures it
    if _has_to_approve(user):
        return redirect("measures:reviews")
    for perm, name in LANDING:
        if user.can_anywhere(perm):
            return redirect(name)
    return redirect("agencies:inbox")


def _has_to_approve(user: User) -> bool:
    if user.can_anywhere(Perm.FILE):
        return False
    headed = [agency.pk for agency in user.agencies_where(Perm.APPROVE_IN_AGENCY)]
    return bool(headed) and Filing.objects.awaiting_approval(headed).exists()


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer 403 to a POST with an expired CSRF token, with the typed text."""
    count_refused(request, RefusalKind.STALE_FORM)
    return stale_page(request)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 403 with the typed text: the person's role may have ended since opening the page."""
    context = {"exception": str(exception), "typed": typed_in(request)}
    return render(request, "403.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer 404 with the typed text: the page's subject may have become invisible."""
    return render(request, "404.html", {"typed": typed_in(request)}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer 503 with the typed text if the database is down or read-only, else 500.

    Django calls it while it handles the error. It does not use the database.
    """
    if not isinstance(sys.exception(), OperationalError | InterfaceError):
        return defaults.server_error(request)
    page = render_to_string("errors/503.html", {"typed": typed_in(request)})
    headers = {"Retry-After": "10", "Cache-Control": "no-store"}
    return HttpResponse(page, status=503, headers=headers)
