"""审核: what waits for me, oldest first; decide, and the next one comes up."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_POST

from agencies.models import User
from agencies.permissions import Perm
from measures.actions import filings, reviews
from measures.desk import card_for
from measures.forms.reviews import AcceptForm, ReturnForm
from measures.models import Filing, Note
from measures.queue import queue_for
from policy_tracker.lib.http import UserRequest


def reviews_page(request: UserRequest) -> HttpResponse:
    """The queue; the first in line stands open beside it."""
    _demand_reviewer(request.user)
    first = queue_for(request.user, on=localdate()).items[:1]
    return _page(request, _filing(request, first[0].pk) if first else None)


def review(request: UserRequest, pk: int) -> HttpResponse:
    """The queue with one filing open."""
    return _page(request, _filing(request, pk))


@require_POST
def review_begin(request: UserRequest, pk: int) -> HttpResponse:
    """Begin a review: from now on the note cannot be withdrawn."""
    filing = _filing(request, pk)
    reviews.begin_review(filing, by=request.user, at=now())
    return redirect("measures:review", filing.pk)


@require_POST
def review_accept(request: UserRequest, pk: int) -> HttpResponse:
    """Accept, and set the measure's status where the reviewer chose to."""
    filing = _filing(request, pk)
    form = AcceptForm(request.POST, measure=filing.measure)
    if not form.is_valid():
        return _page(request, filing, accept=form)
    said = form.cleaned_data
    verb: Callable[..., object] = reviews.accept_note
    words: dict[str, object] = {"comment": said["comment"]}
    if form.updates_status:
        verb = reviews.accept_and_update
        words |= {k: said.get(k) for k in ("stage", "percent", "reason")}
    verb(filing, by=request.user, at=now(), **words)
    messages.success(request, f"已采用{filing.agency_name}{filing.measure}的进展。")
    return _next(request)


@require_POST
def review_return(request: UserRequest, pk: int) -> HttpResponse:
    """Return to the agency with a comment."""
    return _send_back(request, pk, reviews.return_note)


@require_POST
def review_send_back(request: UserRequest, pk: int) -> HttpResponse:
    """The agency's head returns it to the author."""
    return _send_back(request, pk, filings.send_back_note)


@require_POST
def review_approve(request: UserRequest, pk: int) -> HttpResponse:
    """The agency's head lets it go to the commission."""
    filing = _filing(request, pk)
    filings.approve_note(filing, by=request.user, at=now())
    messages.success(request, f"已同意报送{filing.measure}的进展。")
    return _next(request)


@require_POST
def inner_approval(request: UserRequest) -> HttpResponse:
    """The head switches the inner step of an agency on or off."""
    headed = {str(a.pk): a for a in request.user.agencies_where(Perm.APPROVE_IN_AGENCY)}
    agency = headed.get(request.POST.get("agency", ""))
    if agency is None:
        raise PermissionDenied
    needed = request.POST.get("needed") == "1"
    filings.set_inner_approval(agency, by=request.user, needed=needed, at=now())
    messages.success(request, f"{agency}已{'启用' if needed else '停用'}报送前本单位审核。")
    return redirect("measures:reviews")


def _send_back(request: UserRequest, pk: int, verb: Callable[..., object]) -> HttpResponse:
    filing = _filing(request, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, filing, back=form)
    verb(filing, by=request.user, comment=form.cleaned_data["comment"], at=now())
    messages.success(request, f"已退回{filing.measure}，{filing.agency_name}将收到通知。")
    return _next(request)


def _demand_reviewer(user: User) -> None:
    if not (user.can(Perm.REVIEW) or user.can_anywhere(Perm.APPROVE_IN_AGENCY)):
        raise PermissionDenied


def _filing(request: UserRequest, pk: int) -> Filing:
    """One that may come before this reviewer: of any agency, or of one's own for a head.

    What has not left the agency does not exist for the commission.
    """
    user = request.user
    _demand_reviewer(user)
    headed = [agency.pk for agency in user.agencies_where(Perm.APPROVE_IN_AGENCY)]
    found = Filing.objects.select_related("measure", "agency", "period").with_notes()
    known = found.filed() if user.can(Perm.REVIEW) else found.none()
    return get_object_or_404(known | found.owed_by(headed), pk=pk)


def _next(request: UserRequest) -> HttpResponse:
    """On to the next in line; the queue's empty state where there is none."""
    following = queue_for(request.user, on=localdate()).items
    return (
        redirect("measures:review", following[0].pk) if following else redirect("measures:reviews")
    )


def _page(
    request: UserRequest,
    filing: Filing | None,
    *,
    accept: AcceptForm | None = None,
    back: ReturnForm | None = None,
) -> HttpResponse:
    queue = queue_for(request.user, on=localdate())
    context: dict[str, object] = {
        "queue": queue,
        "filing": filing,
        "headed": request.user.agencies_where(Perm.APPROVE_IN_AGENCY),
        "on": localdate(),
    }
    if filing is not None:
        context |= _panel(request.user, filing, accept, back)
    return render(request, "measures/reviews.html", context, status=422 if accept or back else 200)


def _panel(
    user: User, filing: Filing, accept: AcceptForm | None, back: ReturnForm | None
) -> dict[str, object]:
    handed_in = [note for note in filing.versions if _has_come(user, filing, note)]
    return {
        "card": card_for(filing, on=localdate()),
        "note": handed_in[0] if handed_in else None,
        "earlier": handed_in[1:],
        "is_barred": filing.state == "submitted" and reviews.bars_review(filing, user),
        "decides": filing.state == "submitted" and user.can(Perm.REVIEW),
        "approves": filing.state == "in_agency"
        and user.can(Perm.APPROVE_IN_AGENCY, filing.agency_id),
        "accept_form": accept or AcceptForm(measure=filing.measure),
        "return_form": back or ReturnForm(),
    }


def _has_come(user: User, filing: Filing, note: Note) -> bool:
    """Whether a version has come before this reviewer."""
    if user.can(Perm.APPROVE_IN_AGENCY, filing.agency_id):
        return note.submitted_at is not None
    return note.left_at is not None
