"""催报: the records, a chase by hand with its preview, an agency's answer, the ladder."""

from datetime import date

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate, now

from agencies.guards import POST, SAFE, allowed_to
from agencies.permissions import ACTING, Perm
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with
from lib.workdays import ONE_DAY
from measures.chasing import actions
from measures.chasing.effect import effects, last_periods
from measures.chasing.forms import ChaseAnswerForm, ChaseFilter, ChaseForm, LadderForm
from measures.chasing.page import answerable, chase_list, late_filings, preview, seen_by
from measures.choices import Rung
from measures.chosen_notice import offered_notices
from measures.dated_sets import set_lines
from measures.models import ChaseLadder, Workday
from measures.rules.chasing import Ladder, ladder_on

PARTIES = (Perm.CHASE, *ACTING)


@allowed_to(*PARTIES, methods=SAFE)
def chases(request: UserRequest) -> HttpResponse:
    form = ChaseFilter(request.GET, rows=seen_by(request.user))
    context = {
        "page": chase_list(form.narrow(), number=request.GET.get("page")),
        "form": form,
        "is_narrow": any(form.cleaned_data.values()),
        "chases": request.user.can(Perm.CHASE),
        "answers": bool(request.user.own_agencies()),
    }
    return render(request, "measures/chasing/chases.html", context)


@allowed_to(Perm.CHASE, methods=SAFE + POST)
def chase_new(request: UserRequest) -> HttpResponse:
    """Preview the messages of a chase, then send it.

    ?filing=, repeated, names filings; ?agency= or ?measure= selects all late ones of it.
    """
    is_sent = request.method == "POST" and "send" in request.POST
    sent = request.POST if request.method == "POST" else request.GET
    form = ChaseForm(_with_late(sent) if request.method != "POST" else sent)
    if is_sent and (done := carry_out(request, form, actions.chase_by_hand)):
        words = []
        if done.sent:
            words.append(f"已催报{done.sent}项")
        if done.waiting:
            words.append(
                f"{done.waiting}项将在下次发送时（工作日9时起）随当天的消息发出，同一人一天只收一条"
            )
        return redirect_with(request, f"{'；'.join(words)}。", "measures:chases")
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


@allowed_to(*ACTING, methods=SAFE + POST)
def chase_answer(request: UserRequest) -> HttpResponse:
    urges = answerable(request.user)
    several = offered_notices(request).is_doubtful or len({urge.number for urge in urges}) > 1
    data = request.POST if request.method == "POST" else None
    form = ChaseAnswerForm(data, urges=urges, names_notices=several)
    if form.is_bound and (count := carry_out(request, form, actions.answer_chases)):
        return redirect_with(
            request, f"已答复{count}项催报，市商务委可以看到。", "measures:my_filings"
        )
    context = {"form": form, "urges": urges}
    return form_page(request, "measures/chasing/answer.html", context, form)


@allowed_to(Perm.CHASE, methods=SAFE)
def ladder(request: UserRequest) -> HttpResponse:
    """Show today's ladder, earlier and future ones, and the effect of its rungs."""
    return _ladder_page(request)


@allowed_to(Perm.CHASE, methods=POST)
def ladder_set(request: UserRequest) -> HttpResponse:
    form = LadderForm(request.POST, ladder=_ladder_today(), on=localdate())
    row = carry_out(request, form, actions.set_ladder)
    if row is None:
        return _ladder_page(request, form)
    return redirect_with(request, f"已设定{row}。", "measures:ladder")


@allowed_to(Perm.CHASE, methods=POST)
def ladder_drop(request: UserRequest, pk: int) -> HttpResponse:
    """Delete a ladder that is not effective yet."""
    row = get_object_or_404(ChaseLadder, pk=pk)
    actions.drop_ladder(row, by=request.user, at=now())
    return redirect_with(request, f"已撤销{row}。", "measures:ladder")


def _ladder_today() -> Ladder:
    return ladder_on(ChaseLadder.objects.as_scale(), localdate())


def _ladder_page(request: UserRequest, form: LadderForm | None = None) -> HttpResponse:
    on = localdate()
    rows = list(ChaseLadder.objects.select_related("set_by").prefetch_related("rungs"))
    held = ladder_on([(row.valid_from, row.ladder) for row in reversed(rows)], on)
    periods = last_periods()
    done = effects(periods, calendar=Workday.objects.as_calendar())
    known = {step.rung for step in held}
    labels = [label for _, _, label in periods]
    context = {
        "steps": sorted(held, key=lambda step: step.offset),
        "lines": set_lines([(row, _told(row.ladder)) for row in rows], on=on),
        "periods": labels,
        "effects": [
            (
                one.rung,
                list(zip(labels, one.periods, strict=True)),
                _without(one.rung, held, on) if one.is_idle and len(held) > 1 else None,
            )
            for one in done
            if one.rung in known or any(period.told for period in one.periods)
        ],
        "form": form or LadderForm(ladder=held, on=on),
    }
    return form_page(request, "measures/chasing/ladder.html", context, form)


def _told(steps: Ladder) -> list[tuple[str, object]]:
    ordered = sorted(steps, key=lambda step: step.offset)
    return [(step.rung.label, step.day_words) for step in ordered]


def _without(rung: Rung, held: Ladder, on: date) -> dict[str, object] | None:
    """Return the form's data for the ladder without a rung, from tomorrow on."""
    left = [step for step in held if step.rung != rung]
    if len(left) == len(held):
        return None
    said: dict[str, object] = {
        "valid_from": f"{on + ONE_DAY}",
        "reason": f"“{rung.label}”连续两期没有催办见效。",
    }
    for step in left:
        said[f"use_{step.rung}"] = "on"
        said[f"offset_{step.rung}"] = step.offset
        said[f"audience_{step.rung}"] = step.audience
    return said
