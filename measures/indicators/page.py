"""What the pages share on which staff keep milestones and indicators."""

from django.shortcuts import get_object_or_404
from django.utils.timezone import localdate

from agencies.models import Agency
from lib.http import UserRequest
from measures.access import eligible_agencies
from measures.models import Measure


def kept_measure(request: UserRequest, pk: int) -> Measure:
    found = Measure.objects.visible_to(request.user).select_related("notice")
    return get_object_or_404(found.with_gaps().with_responsibilities(on=localdate()), pk=pk)


def possible_agencies(measure: Measure, also: int | None = None) -> list[Agency]:
    """Who can be named: the responsible ones, or all where none is known, and who is (`also`)."""
    everybody = eligible_agencies(on=localdate())
    known = {duty.agency_id for duty in measure.duties}
    if not known:
        return everybody
    return [agency for agency in everybody if agency.pk in known or agency.pk == also]
