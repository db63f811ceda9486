"""文件: all notices side by side; one is archived and reopened."""

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate

from agencies.guards import POST, SAFE, allowed_to
from agencies.permissions import Perm
from lib.forms import carry_out, form_page, reason_field
from lib.http import UserRequest
from measures.chosen_notice import turn_to
from measures.models import Notice
from reports.notices.archive import archive_notice, open_periods, reopen_notice, what_waits
from reports.notices.data import notice_rows

PER_PAGE = 20
TEXTS = ("captured_text", "preamble", "closing")


class FindNoticeForm(forms.Form):
    find = forms.CharField(max_length=60)


class ArchiveForm(forms.Form):
    reason = reason_field("理由")


@allowed_to(Perm.READ, methods=SAFE)
def notices(request: UserRequest) -> HttpResponse:
    """Those in force, the archived ones behind; ?find= narrows to words of number or title."""
    find = FindNoticeForm(request.GET)
    found = Notice.objects.defer(*TEXTS).open_first()
    if is_narrow := bool(request.GET.get("find")):
        found = found.named_like(find.cleaned_data["find"]) if find.is_valid() else found.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": notice_rows(list(page), on=localdate()),
        "find": request.GET.get("find", ""),
        "is_narrow": is_narrow,
        "may_keep": request.user.can(Perm.KEEP_NOTICE),
    }
    return render(request, "reports/notices/list.html", context)


@allowed_to(Perm.KEEP_NOTICE, methods=SAFE + POST)
def notice_archive(request: UserRequest, pk: int) -> HttpResponse:
    """What still waits, and the question whether to archive it."""
    notice = _notice(request, pk)
    form = ArchiveForm(request.POST if request.method == "POST" else None)
    if carry_out(request, form, archive_notice, notice) is not None:
        return redirect("reports:notices")
    context = {"notice": notice, "form": form, "waiting": what_waits(notice)}
    context["periods"] = open_periods(notice) if context["waiting"] else []
    return form_page(request, "reports/notices/archive.html", context, form)


@allowed_to(Perm.KEEP_NOTICE, methods=SAFE + POST)
def notice_reopen(request: UserRequest, pk: int) -> HttpResponse:
    notice = _notice(request, pk)
    form = ArchiveForm(request.POST if request.method == "POST" else None)
    if carry_out(request, form, reopen_notice, notice) is not None:
        return redirect("reports:notices")
    return form_page(
        request, "reports/notices/archive.html", {"notice": notice, "form": form}, form
    )


def _notice(request: UserRequest, pk: int) -> Notice:
    turn_to(request, pk)
    return get_object_or_404(Notice.objects.defer(*TEXTS), pk=pk)
