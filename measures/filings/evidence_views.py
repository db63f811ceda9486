"""The files behind a note: taken away by whoever may read its whole text, removed from a draft."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_POST

from agencies.guards import allowed_to
from agencies.permissions import ACTING, Perm
from lib.http import UserRequest, attachment
from measures.access import reader_for, reads_note_whole
from measures.filings import evidence as actions
from measures.filings.locking import place_of
from measures.filings.responses import bound_form, own_filing, refused_page, shows_both
from measures.filings.views import save
from measures.models import Evidence


@require_GET
@allowed_to(Perm.READ)
def evidence(request: UserRequest, pk: int) -> FileResponse:
    """A file, proved against its digest before a byte of it is sent; never shown in the page."""
    found = get_object_or_404(Evidence.objects.select_related("note__filing__measure"), pk=pk)
    reader = reader_for(request.user, on=localdate())
    if not reads_note_whole(reader, found.note.filing, found.note):
        raise Http404
    content = actions.read_evidence(found)
    actions.record_evidence_download(found, by=request.user, at=now())
    return attachment(content, found.name, "application/octet-stream")


@require_POST
@allowed_to(*ACTING)
@shows_both
def evidence_remove(request: UserRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Evidence.objects.select_related("note__filing"), pk=pk)
    form = bound_form(request, own_filing(request, found.note.filing_id))
    if not form.is_valid():
        return refused_page(request, form)
    save(request, form)
    actions.remove_evidence(found, by=request.user, at=now())
    messages.success(request, f"已移除“{found.name}”。")
    return redirect(place_of(form.filing))
