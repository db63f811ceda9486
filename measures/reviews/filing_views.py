"""The page of one filing: its state, the versions a person may read, and possible steps."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.access import is_own, reader_for, reads_unaccepted, shown_status, versions_for
from measures.bars import REVIEW
from measures.choices import FilingState
from measures.chosen_notice import turn_to
from measures.fields import ReasonForm
from measures.models import Filing
from measures.reviews.follow_up import follow_up_of
from measures.reviews.forms import RemarkForm, UnacceptForm
from measures.status.actions import resting_on


@require_safe
@allowed_to(Perm.READ)
def filing(request: UserRequest, pk: int) -> HttpResponse:
    return filing_page(request, find_filing(request, pk))


def find_filing(request: UserRequest, pk: int) -> Filing:
    found = Filing.objects.visible_to(request.user).select_related(
        "measure", "agency", "period", "waived_by", "written_off_by"
    )
    row: Filing = get_object_or_404(found.with_notes(), pk=pk)
    turn_to(request, row.measure.notice_id)
    return row


def filing_page(
    request: UserRequest,
    filing: Filing,
    *,
    refused: tuple[str, ReasonForm] | None = None,
    remark: RemarkForm | None = None,
) -> HttpResponse:
    """Render the page; `refused` (step name, form) is shown open again, with status 422."""
    on = localdate()
    reader = reader_for(request.user, on=on)
    follow_up = follow_up_of(filing, reader=request.user, on=on)
    forms = dict([refused] if refused else [])

    def form_of(name: str) -> ReasonForm:
        return unaccept_form(filing) if name == "unaccept" else ReasonForm(name=name)

    context = {
        "filing": filing,
        "versions": versions_for(reader, filing, filing.versions),
        "status": shown_status(reader, filing, on=on),
        "is_own": is_own(reader, filing),
        "is_party": reads_unaccepted(reader, filing),
        "may_review": filing.state == FilingState.SUBMITTED
        and (request.user.can(Perm.REVIEW) or REVIEW.allows(filing, request.user)),
        "follow_up": follow_up,
        "steps": [(step, forms.get(step.name) or form_of(step.name)) for step in follow_up.steps],
        "remark_form": remark or RemarkForm(),
    }
    status = 422 if refused or remark else 200
    return render(request, "measures/reviews/filing.html", context, status=status)


def unaccept_form(filing: Filing, data: object = None) -> UnacceptForm:
    return UnacceptForm(data, name="unaccept", ground=resting_on(filing))
