"""催报: the records, a chase by hand with its preview, and the answer of an agency."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from agencies.guards import allowed_to
from agencies.permissions import ACTING, Perm
from lib.forms import carry_out, form_page
from lib.http import UserRequest
from measures.chasing import actions
from measures.chasing.forms import ChaseAnswerForm, ChaseForm
from measures.chasing.page import answerable, chase_list, late_filings, preview

PARTIES = (Perm.CHASE, *ACTING)


@require_safe
@allowed_to(*PARTIES)
def chases(request: UserRequest) -> HttpResponse:
    agency = request.GET.get("agency", "")
    page = chase_list(request.user, agency=agency, number=request.GET.get("page"))
    context = {
        "page": page,
        "agency": agency,
        "chases": request.user.can(Perm.CHASE),
        "answers": bool(request.user.own_agencies()),
    }
    return render(request, "measures/chasing/chases.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(Perm.CHASE)
def chase_new(request: UserRequest) -> HttpResponse:
    """Show who would be told what, then tell it.

    ?filing= names the filings, many times; ?agency= and ?measure= all that is late of one.
    """
    is_sent = request.method == "POST" and "send" in request.POST
    sent = request.POST if request.method == "POST" else request.GET
    form = ChaseForm(_with_late(sent) if request.method != "POST" else sent)
    if is_sent and (done := carry_out(request, form, actions.chase_by_hand)):
        words = []
        if done.sent:
            words.append(f"已催报{done.sent}项")
        if done.waiting:
            words.append(f"{done.waiting}项将在下一个工作日随当天的消息发出，同一人一天只收一条")
        messages.success(request, f"{'；'.join(words)}。")
        return redirect("measures:chases")
    found = preview(form.chosen, on=localdate())
    lines = sum(len(one.lines) for one in found)
    context = {
        "form": form,
        "found": found,
        "lines": lines,
        "left_out": len(form.chosen) - lines,
    }
    return form_page(request, "measures/chasing/new.html", context, form if is_sent else None)


def _with_late(query: QueryDict) -> QueryDict:
    of = {name: query.get(name, "") for name in ("agency", "measure")}
    if not any(of.values()):
        return query
    chosen = query.copy()
    chosen.setlist("filing", [str(pk) for pk in late_filings(**of, on=localdate())])
    return chosen


@require_http_methods(["GET", "HEAD", "POST"])
@allowed_to(*ACTING)
def chase_answer(request: UserRequest) -> HttpResponse:
    urges = answerable(request.user)
    form = ChaseAnswerForm(request.POST if request.method == "POST" else None, urges=urges)
    if form.is_bound and (count := carry_out(request, form, actions.answer_chases)):
        messages.success(request, f"已答复{count}项催报，市商务委可以看到。")
        return redirect("measures:my_filings")
    context = {"form": form, "urges": urges}
    return form_page(request, "measures/chasing/answer.html", context, form)
