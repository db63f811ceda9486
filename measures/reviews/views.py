"""审核: the person's queue, oldest first; after a decision the next filing is shown.

The filters are in the URL, and every form keeps them, so that the next filing comes from the same
part of the queue.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet, Value
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.timezone import localdate, localtime, now

from agencies.guards import GET, POST, SAFE, allowed_to
from agencies.models import User
from agencies.permissions import Perm
from agencies.statements import objects_for_readers
from lib.errors import DomainError
from lib.http import UserRequest, address_of
from lib.numbers import row_number
from measures.bars import may_be_reviewed_by
from measures.choices import FilingState
from measures.chosen_notice import offered_notices, turn_to
from measures.filings import submission
from measures.filings.at_once import approve_unchanged
from measures.filings.statements import versions_of
from measures.models import Filing, Review
from measures.models.filing import FilingQuerySet
from measures.reviews import actions as reviews
from measures.reviews.decided import decided_rows, decisions_for, period_choice
from measures.reviews.first_day import SHOWN, first_steps
from measures.reviews.forms import AcceptForm, DecidedFilter, QueueFilter, ReturnForm
from measures.reviews.panel import panel_for, with_times_over
from measures.reviews.queue import (
    LISTS,
    REVIEWERS,
    UPHELD,
    Filters,
    Queue,
    chosen,
    next_for,
    queue_for,
    rows_of,
    sifting_for,
    to_read,
)
from measures.status.page import StatusDesk, status_desk

PER_PAGE = 50
FOUND = ("is_reviewable", "upheld_at", "notice_number", "coordination_found")


@allowed_to(*REVIEWERS, methods=SAFE)
def reviews_page(request: UserRequest) -> HttpResponse:
    queue, filters = _queue(request)
    first = next_for(chosen(queue.items, filters))
    return _page(request, _filing(request, first) if first else None, queue=queue)


@allowed_to(*REVIEWERS, methods=SAFE)
def review(request: UserRequest, pk: int) -> HttpResponse:
    return _page(request, _filing(request, pk))


@allowed_to(*REVIEWERS, methods=POST)
def review_begin(request: UserRequest, pk: int) -> HttpResponse:
    """Begin a review; called by the panel's script as soon as somebody types a decision."""
    filing = _filing(request, pk)
    is_by_script = request.headers.get("HX-Request") == "true"
    try:
        review = reviews.begin_review(filing, by=request.user, seen=_seen(request), at=now())
    except DomainError as refusal:
        if not is_by_script:
            raise
        # Not recorded here: the decision that follows is refused and recorded for the same reason.
        refused = {"sentence": str(refusal), "back_url": _address(request, filing)}
        return render(request, "errors/_rule.html", refused, status=409)
    if not is_by_script:
        return redirect(_address(request, filing))
    context = {
        "filing": filing,
        "note": review.note,
        "query": _query(request),
        "is_swapped": True,
        "is_anothers": review.begun_by_id != request.user.pk,
    }
    return render(request, "measures/reviews/_begun.html", context)


@allowed_to(*REVIEWERS, methods=POST)
def review_take_over(request: UserRequest, pk: int) -> HttpResponse:
    filing = _filing(request, pk)
    reviews.take_over_review(filing, by=request.user, seen=_seen(request), at=now())
    messages.success(request, f"已接手{_named(request, filing)}的审核。")
    return redirect(_address(request, filing))


@allowed_to(Perm.REVIEW, Perm.DECIDE, methods=POST)
def filing_release(request: UserRequest, pk: int) -> HttpResponse:
    filing = _filing(request, pk)
    reviews.release_review(filing, by=request.user, at=now())
    messages.success(request, f"已将{_named(request, filing)}放回待审核。")
    return redirect(_address(request, filing))


@allowed_to(Perm.REVIEW, methods=POST)
def reviews_accept_unchanged(request: UserRequest) -> HttpResponse:
    """Accept the marked notes, or all on the page, that say 本期无新进展."""
    found = _picked(request, Filing.objects.filed())
    done = reviews.accept_unchanged(found, by=request.user, at=now())
    if done.went:
        messages.success(request, f"已通过{len(done.went)}项“本期无新进展”。")
    elif not done.stayed:
        messages.warning(request, "没有通过任何填报，请先勾选“本期无新进展”的填报。")
    for filing, sentence in done.stayed:
        messages.warning(request, f"未通过{_named(request, filing)}：{sentence}")
    return redirect(_address(request))


@allowed_to(Perm.APPROVE_IN_AGENCY, methods=POST)
def reviews_approve_unchanged(request: UserRequest) -> HttpResponse:
    """Approve notes in the same way, as an agency's head, for submission."""
    found = _picked(request, Filing.objects.visible_to(request.user))
    done = approve_unchanged(found, by=request.user, at=now())
    if done.went:
        messages.success(request, f"已同意报送{len(done.went)}项“本期无新进展”。")
    elif not done.stayed:
        messages.warning(request, "没有同意任何填报，请先勾选“本期无新进展”的填报。")
    for filing, sentence in done.stayed:
        messages.warning(request, f"未同意{_measure(request, filing)}：{sentence}")
    return redirect(_address(request))


@allowed_to(*REVIEWERS, methods=POST)
def review_accept(request: UserRequest, pk: int) -> HttpResponse:
    filing = _filing(request, pk)
    form = AcceptForm(request.POST, desk=_status_desk(filing))
    if not form.is_valid():
        return _page(request, filing, accept=form)
    verb: Callable[..., Review] = (
        reviews.accept_and_update if form.is_wanted else reviews.accept_note
    )
    done = verb(filing, by=request.user, seen=_seen(request), at=now(), **form.said())
    words = f"已通过{_named(request, filing)}的进展。{_begun_by_another(request, done)}"
    messages.success(request, words)
    return _next(request)


@allowed_to(*REVIEWERS, methods=POST)
def review_return(request: UserRequest, pk: int) -> HttpResponse:
    return _send_back(request, pk, reviews.return_note)


@allowed_to(Perm.REVIEW, Perm.APPROVE_IN_AGENCY, methods=POST)
def review_send_back(request: UserRequest, pk: int) -> HttpResponse:
    return _send_back(request, pk, submission.send_back_note)


@allowed_to(Perm.REVIEW, Perm.APPROVE_IN_AGENCY, methods=POST)
def review_approve(request: UserRequest, pk: int) -> HttpResponse:
    filing = _filing(request, pk)
    submission.approve_note(filing, by=request.user, seen=_seen(request), at=now())
    messages.success(request, f"已同意报送{_measure(request, filing)}的进展。")
    return _next(request)


@allowed_to(Perm.APPROVE_IN_AGENCY, methods=POST)
def inner_approval(request: UserRequest) -> HttpResponse:
    headed = {str(a.pk): a for a in request.user.agencies_where(Perm.APPROVE_IN_AGENCY)}
    agency = headed.get(request.POST.get("agency", ""))
    if agency is None:
        raise PermissionDenied
    needed = request.POST.get("needed") == "1"
    submission.set_inner_approval(agency, by=request.user, needed=needed, at=now())
    messages.success(request, f"{agency}已{'启用' if needed else '停用'}报送前本单位审核。")
    return redirect("measures:reviews")


@allowed_to(*REVIEWERS, methods=GET)
def reviews_decided(request: UserRequest) -> HttpResponse:
    """已审核: the decisions of a period, by whom, and how long they took.

    If there are several notices, of the current periods of all, because 待审核 covers all too.
    """
    wanted, reviewer = DecidedFilter(request.GET).wanted
    notices = offered_notices(request)
    choice = period_choice(request.user, wanted, notices=notices, on=localdate())
    context: dict[str, object] = {"choice": choice}
    if choice.shown:
        decisions = decisions_for(request.user, choice.shown, reviewer=reviewer)
        page = Paginator(decisions.items, PER_PAGE).get_page(request.GET.get("page"))
        context |= {"decisions": decisions, "page": page, "rows": decided_rows(page)}
        context["reviewer"] = reviewer
    return render(request, "measures/reviews/decided.html", context)


def _send_back(request: UserRequest, pk: int, verb: Callable[..., Review]) -> HttpResponse:
    filing = _filing(request, pk)
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, filing, back=form)
    comment = form.cleaned_data["comment"]
    done = verb(filing, by=request.user, comment=comment, seen=_seen(request), at=now())
    messages.success(
        request,
        f"已退回{_measure(request, filing)}，{filing.agency_name}将收到通知。"
        f"{_begun_by_another(request, done)}",
    )
    return _next(request)


def _begun_by_another(request: UserRequest, review: Review) -> str:
    """Return a sentence if a colleague had begun the review just decided; else empty."""
    if review.begun_by_id == request.user.pk:
        return ""
    begun = f"{localtime(review.begun_at):%Y-%m-%d %H:%M}"
    return f"{review.begun_by.name}已于{begun}开始审核这一项，已通知{review.begun_by.name}。"


def _status_desk(filing: Filing) -> StatusDesk:
    """Return the context for a status update in the same step, with the current note first."""
    note = filing.versions[0] if filing.versions else None
    return status_desk(filing.measure, on=localdate(), in_hand=note)


def _seen(request: UserRequest) -> int:
    """Return the number of the version shown on the page on which the person decided."""
    version = row_number(request.POST.get("version", ""))
    if not version:
        raise DomainError("没有收到所审核的版本，请重新打开这一项看过后再决定。")
    return version


def _filing(request: UserRequest, pk: int) -> Filing:
    """Return a filing that this reviewer may see, with its versions; else 404."""
    for found in _before(request.user, localdate(), pk):
        filing: Filing = found
        filing.versions = versions_of().rows([pk])
        for note in filing.versions:
            note.filing = filing
        turn_to(request, filing.measure.notice_id, is_page=False)
        return filing
    raise Http404


@objects_for_readers(related={"measure": (), "agency": (), "period": ()}, added=FOUND)
def _before(user: User, on: date) -> QuerySet:
    """Return filings of any agency for the commission, of the own agencies for a head.

    The commission does not see what was never submitted.
    """
    headed = [agency.pk for agency in user.agencies_where(Perm.APPROVE_IN_AGENCY)]
    is_reviewable = may_be_reviewed_by(user) if user.can(Perm.REVIEW) else Value(False)
    found = Filing.objects.with_reviewable(is_reviewable).annotate(
        upheld_at=UPHELD, notice_number=F("period__notice__number")
    )
    found = found.with_coordination()
    known = Q(agency__in=headed)
    if user.can(Perm.READ_UNACCEPTED):
        known |= Q(first_submitted_at__isnull=False)
    return found.filter(known, pk=-1)


def _lists(user: User) -> list[str]:
    """Return the selects above the queue; without agencies for a head of only one agency."""
    is_one = len(user.agencies_where(Perm.APPROVE_IN_AGENCY)) == 1
    reads_all = user.can(Perm.REVIEW) or user.can(Perm.DECIDE)
    return [name for name in LISTS if name != "agency" or reads_all or not is_one]


def _named(request: UserRequest, filing: Filing) -> str:
    return f"{filing.agency_name}{_measure(request, filing)}"


def _measure(request: UserRequest, filing: Any) -> str:
    """Return the measure, with the notice's number if there are several notices."""
    has_several = offered_notices(request).has_several
    return f"{filing.measure}{f'（{filing.notice_number}）' if has_several else ''}"


def _picked(request: UserRequest, among: FilingQuerySet) -> FilingQuerySet:
    """Return the marked filings, or all that were on the page."""
    picked = request.POST.getlist("shown" if "all" in request.POST else "filing")[:PER_PAGE]
    found = among.select_related("measure", "period")
    found = found.annotate(notice_number=F("period__notice__number"))
    return found.filter(pk__in=[pk for pk in map(row_number, picked) if pk is not None])


def _query(request: UserRequest) -> str:
    return f"?{request.GET.urlencode()}" if request.GET else ""


def _address(request: UserRequest, filing: Filing | None = None) -> str:
    """Return the URL of the queue, or of one filing in it, with the filters of this request."""
    return _address_of(request, filing.pk if filing else None)


def _address_of(request: UserRequest, pk: int | None) -> str:
    path = address_of("measures:review", pk) if pk else address_of("measures:reviews")
    return path + _query(request)


def _next(request: UserRequest) -> HttpResponse:
    """Redirect to the next filing in the queue, or to the empty queue."""
    queue, filters = _queue(request)
    return redirect(_address_of(request, next_for(chosen(queue.items, filters))))


def _queue(request: UserRequest) -> tuple[Queue, Filters]:
    """Return the person's whole queue in the order of the URL, and the filters of the URL."""
    filters = QueueFilter(request.GET).filters
    return queue_for(request.user, on=localdate(), sort=filters.sort), filters


def _page(
    request: UserRequest,
    filing: Filing | None,
    *,
    queue: Queue | None = None,
    accept: AcceptForm | None = None,
    back: ReturnForm | None = None,
) -> HttpResponse:
    found, filters = _queue(request) if queue is None else (queue, QueueFilter(request.GET).filters)
    page: Any = Paginator(chosen(found.items, filters), PER_PAGE).get_page(request.GET.get("page"))
    lines, lists = list(page.object_list), _lists(request.user)
    rows = rows_of(to_read(found.items, lines, lists))
    page.object_list = with_times_over(
        [rows[one.pk] for one in lines if one.pk in rows], on=localdate()
    )
    reviews_all = request.user.can(Perm.REVIEW)
    headed = request.user.agencies_where(Perm.APPROVE_IN_AGENCY)
    at_once = FilingState.SUBMITTED if reviews_all else FilingState.IN_AGENCY
    unchanged = [
        row.pk
        for row in page
        if row.is_unchanged and row.state == at_once and (reviews_all or headed)
    ]
    context: dict[str, object] = {
        "queue": found,
        "page": page,
        "sifting": sifting_for(
            found.items,
            filters,
            request.GET,
            lists=lists,
            rows=rows,
            page=page.object_list,
        ),
        "query": _query(request),
        "unchanged": unchanged,
        "unchanged_over": sum(bool(row.times_over) for row in page if row.pk in unchanged),
        "reviews_all": reviews_all,
        "filing": filing,
        "headed": headed,
    }
    if request.user.can(Perm.REVIEW) and (not found.items or SHOWN in request.GET):
        steps = first_steps(request.user, on=localdate())
        context |= {"first_steps": steps, "awaits_start": bool(steps) and not steps[-1].is_done}
    if filing is not None:
        context |= panel_for(request.user, filing, request.GET.get("against", ""), on=localdate())
        context |= {"accept_form": accept, "return_form": back or ReturnForm()}
        if accept is None and context["accepts"]:
            context["accept_form"] = AcceptForm(desk=_status_desk(filing))
    return render(
        request, "measures/reviews/queue.html", context, status=422 if accept or back else 200
    )
