"""原文待核对: what the captured notice lost."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from measures.choices import GapKind
from measures.models import Gap, Notice


@require_safe
@allowed_to(Perm.READ)
def gaps(request: UserRequest) -> HttpResponse:
    """Each gap with the text around it and what is shown meanwhile; ?kind= narrows."""
    everything = list(
        Gap.objects.visible_to(request.user)
        .unconfirmed()
        .select_related("section", "measure", "measure__section")
    )
    kind = request.GET.get("kind", "")
    context = {
        "notice": Notice.objects.first(),
        "total": len(everything),
        "kinds": [(k, sum(gap.kind == k for gap in everything)) for k in GapKind],
        "kind": kind,
        "gaps": [gap for gap in everything if kind in ("", gap.kind)],
    }
    return render(request, "measures/notice/gaps.html", context)
