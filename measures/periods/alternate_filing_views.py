"""隔期填报: proposals, confirmed measures, and ending it."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import localdate

from agencies.guards import GET, POST, allowed_to
from agencies.permissions import Perm
from lib.forms import carry_out, form_page
from lib.http import UserRequest, redirect_with
from measures.chosen_notice import CHOSEN, notice_choice, turn_to
from measures.models import AlternateFiling, Period
from measures.periods.alternate_filing import begin_alternate, end_alternate, proposals_in
from measures.periods.forms import AlternateForm, EndAlternateForm

ENDED_MOST = 20


@allowed_to(Perm.KEEP_PERIODS, methods=GET + POST)
def alternates(request: UserRequest) -> HttpResponse:
    """Show proposed measures, to be confirmed together, and confirmed ones."""
    notice = notice_choice(request)
    proposed = proposals_in(notice.pk, on=localdate())
    form = AlternateForm(request.POST if request.method == "POST" else None, proposed=proposed)
    begun = carry_out(request, form, begin_alternate)
    if begun is not None:
        marks = "".join(row.measure.mark for row in begun)
        return redirect_with(
            request, f"已确认{marks}隔期填报，下一期不要求报送。", request.get_full_path()
        )
    rows = AlternateFiling.objects.filter(measure__notice=notice.pk)
    rows = rows.select_related("measure", "begun_by", "ended_by")
    newest = Period.objects.opened().main().filter(notice=notice.pk).newest_first().first()
    context = {
        "proposed": proposed,
        "current": rows.current().filter(measure__completed_on=None).order_by("measure__ordinal"),
        "ended": rows.exclude(ended_at=None).order_by("-ended_at")[:ENDED_MOST],
        "newest": newest,
        "skipped": set(newest.skipped.values_list("pk", flat=True)) if newest else set(),
        "form": form,
    }
    return form_page(request, "measures/periods/alternate_filings.html", context, form)


@allowed_to(Perm.KEEP_PERIODS, methods=GET + POST)
def alternate_end(request: UserRequest, pk: int) -> HttpResponse:
    rows = AlternateFiling.objects.select_related("measure")
    row = get_object_or_404(rows, pk=pk)
    turn_to(request, row.measure.notice_id)
    back = f"{reverse('measures:alternates')}?{CHOSEN}={row.measure.notice_id}"
    form = EndAlternateForm(request.POST if request.method == "POST" else None)
    ended = carry_out(request, form, end_alternate, row)
    if ended is not None:
        return redirect_with(request, f"{row.measure}下一期起逐期填报。", back)
    context = {"row": row, "back": back, "form": form}
    return form_page(request, "measures/periods/alternate_filing_end.html", context, form)
