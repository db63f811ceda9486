"""The audit trail as a page and as CSV, for the auditor; its seals also for administrators."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.timezone import localdate, localtime, now

from agencies.audit import trail
from agencies.audit.forms import MOST_KEY, AuditFilter
from agencies.audit.lines import AuditLine, ChangedField, line_of, target_words
from agencies.choices import TrailAction
from agencies.documents import documents_of
from agencies.guards import GET, SAFE, allowed_to
from agencies.models import Event, Seal, User
from agencies.models.audit import EventQuerySet
from agencies.permissions import Perm
from lib.csv_file import BYTE_ORDER_MARK, csv_answer, csv_line
from lib.http import UserRequest

PER_PAGE = 15
EXPORT_MOST = 50_000
BATCH = 1_000
HEAD = (
    *("编号", "时间", "人员", "单位与角色", "事项", "内容", "变更前后"),
    *("对象", "结果", "来源", "请求编号", "封存编号", "技术信息（SHA-256）"),
)
SEALS_HEAD = (
    *("封存编号", "封存时间", "首条编号", "末条编号", "条数", "算法"),
    *("上一封存的摘要", "摘要"),
)
CUT = f"只导出最新的{EXPORT_MOST}条，更早的请缩小日期范围另行导出。"


@transaction.atomic
def record_export(asked: Iterable[str], *, by: User, at: datetime) -> None:
    """Record an export as an event; `asked`: its filters in words. Raises PermissionDenied."""
    by.demand(Perm.READ_AUDIT)
    words = "，".join(asked) or "不限条件"
    trail.record("audit.export", None, by=by, at=at, sentence=f"导出审计记录（{words}）。")


def csv_lines(events: EventQuerySet) -> Iterator[str]:
    """Yield the file, newest row first, at most EXPORT_MOST rows and then a sentence.

    The seals of these events come last. Rows are read in pages, each from the last row of the one
    before, so that neither memory nor a cursor is held for the whole trail.
    """
    yield BYTE_ORDER_MARK + csv_line(HEAD)
    last, left = None, EXPORT_MOST
    seals: set[int] = set()
    sealed = events.with_seal()
    while left and (rows := list(sealed.newest_first(before=last)[: min(BATCH, left)])):
        yield "".join(csv_line(_cells(line_of(event))) for event in rows)
        last, left = rows[-1], left - len(rows)
        seals |= {event.seal for event in rows if event.seal}
    if not left and events.newest_first(before=last).exists():
        yield csv_line((CUT,))
    yield from _seal_lines(sorted(seals))


def _seal_lines(numbers: list[int]) -> Iterator[str]:
    if numbers:
        yield csv_line(()) + csv_line(SEALS_HEAD)
    for start in range(0, len(numbers), BATCH):
        found = Seal.objects.without_digests().filter(number__in=numbers[start : start + BATCH])
        yield "".join(csv_line(_seal_cells(seal)) for seal in found)


def _seal_cells(seal: Seal) -> tuple[object, ...]:
    return (
        seal.number,
        f"{localtime(seal.at):%Y-%m-%d %H:%M:%S}",
        *(seal.first_id, seal.last_id, seal.count),
        seal.how.label,
        *(seal.previous, seal.digest),
    )


def _cells(line: AuditLine) -> tuple[object, ...]:
    event = line.event
    return (
        event.pk,
        f"{localtime(event.at):%Y-%m-%d %H:%M:%S}",
        event.actor_name,
        event.actor_post,
        line.action,
        line.sentence + (f"（{line.path}）" if line.path else ""),
        "；".join(_change(change) for change in line.changes if not change.is_same),
        line.target,
        event.ended.label,
        event.source,
        event.request_id,
        event.seal or "",  # type: ignore[attr-defined]  # with_seal adds it
        "；".join(line.digests),
    )


def _change(change: ChangedField) -> str:
    before = f"{change.before} → " if change.before is not None else ""
    return f"{change.label}：{before}{'（无）' if change.after is None else change.after}"


@allowed_to(Perm.READ_AUDIT, methods=GET)
def audit_trail(request: UserRequest) -> HttpResponse:
    """The list of actions and refusals, newest first; invalid filter values are ignored."""
    form = AuditFilter(request.GET)
    form.is_valid()
    context = _page(form.events(), form) | {
        "form": form,
        "asked": form.words(),
        "hides_sign_ins": not (
            form.cleaned_data.get("sign_ins") or form.cleaned_data.get("action")
        ),
    }
    return render(request, "agencies/audit/page.html", context)


@allowed_to(Perm.READ_AUDIT, methods=GET)
def audit_object(request: UserRequest, target_type: str, pk: int) -> HttpResponse:
    """All events about one object, sign-ins included; 404 if there are none."""
    form = AuditFilter(request.GET)
    form.is_valid()
    events = Event.objects.about(target_type, min(pk, MOST_KEY))
    context = _page(events, form)
    if not context["lines"]:
        raise Http404
    asked = QueryDict(mutable=True)
    asked.update({"target": target_type, "number": str(pk), "sign_ins": "on"})
    context |= {"what": target_words(target_type, pk), "export": asked.urlencode(), "is_own": True}
    return render(request, "agencies/audit/object.html", context)


@allowed_to(Perm.READ_SEALS, methods=SAFE)
def audit_seals(request: UserRequest) -> HttpResponse:
    """The end of the sealed part, and the last verification's result; only numbers."""
    seals = Seal.objects.without_digests().order_by("-number")
    page = Paginator(seals, PER_PAGE).get_page(request.GET.get("page"))
    verified = Event.objects.last_verification().first()
    context = {
        "page": page,
        "newest": seals.first(),
        "unsealed": Event.objects.unsealed().count(),
        "verified": verified,
        "found": TrailAction(verified.action) if verified else None,
    }
    return render(request, "agencies/audit/seals.html", context)


def _page(found: EventQuerySet, form: AuditFilter) -> dict[str, Any]:
    before = form.page_before
    events = list(found.newest_first(before=before)[: PER_PAGE + 1])
    shown = events[:PER_PAGE]
    documents = documents_of((one.target_type, one.target_id) for one in shown if one.target_id)
    lines = [
        line_of(one)._replace(document=documents.get((one.target_type, one.target_id), ""))
        for one in shown
    ]
    next_before = events[PER_PAGE - 1].pk if len(events) > PER_PAGE else None
    return {"lines": lines, "before": before, "next_before": next_before}


@allowed_to(Perm.READ_AUDIT, methods=GET)
def audit_export(request: UserRequest) -> HttpResponseBase:
    """Stream the rows of the list as CSV, and record the export as an event.

    An invalid filter redirects to the page that says so. Otherwise the file would hold more than
    was asked for, and its event would name the filter.
    """
    form = AuditFilter(request.GET)
    if not form.is_valid():
        return redirect(f"{reverse('agencies:audit')}?{request.GET.urlencode()}")
    record_export(form.words(), by=request.user, at=now())
    return csv_answer(csv_lines(form.events()), f"审计记录{localdate():%Y%m%d}.csv")
