"""Views of Excel sheets: download, upload, check, apply."""

from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import localdate, now
from django_htmx.http import HttpResponseClientRefresh

from agencies.guards import GET, POST, SAFE, allowed_to
from agencies.models import Agency
from agencies.permissions import Perm
from lib.forms import status_of, submit
from lib.http import UserRequest, attachment, redirect_with
from lib.numbers import row_number
from measures.choices import SheetKind, SheetState
from measures.chosen_notice import notice_choice, offered_notices, turn_to
from measures.models import Filing, Notice, Period, SheetImport
from measures.sheets import actions
from measures.sheets.forms import SheetForm
from measures.sheets.row_checks import CHANGE

NEWEST = 20
READERS = (Perm.FILE, Perm.APPROVE_IN_AGENCY, Perm.READ_UNACCEPTED)


@allowed_to(Perm.FILE, methods=GET)
def filing_sheet(request: UserRequest) -> FileResponse:
    return _download(request, SheetKind.FILINGS, _agency(request))


@allowed_to(Perm.FILE, methods=GET + POST)
def filing_sheets(request: UserRequest) -> HttpResponse:
    return _desk(request, SheetKind.FILINGS, _agency(request))


@allowed_to(Perm.UPDATE_STATUS, methods=GET)
def status_sheet(request: UserRequest) -> FileResponse:
    return _download(request, SheetKind.STATUSES, None)


@allowed_to(Perm.UPDATE_STATUS, methods=GET + POST)
def status_sheets(request: UserRequest) -> HttpResponse:
    return _desk(request, SheetKind.STATUSES, None)


@allowed_to(*READERS, methods=SAFE)
def sheet(request: UserRequest, pk: int) -> HttpResponse:
    found = _find(request, pk)
    if request.headers.get("HX-Request"):
        if not found.is_under_way:
            return HttpResponseClientRefresh()
        return render(request, "measures/sheets/_state.html", {"sheet": found})
    has_failed = found.state == SheetState.FAILED
    may_fill = actions.may_fill(found.kind, found.agency, request.user)
    context = {
        "sheet": found,
        "periods": _periods(request, found.period, of_all=True) if has_failed and may_fill else [],
        "changes": [row for row in found.result if row["outcome"] == CHANGE],
        "faults": [row for row in found.result if row["outcome"] != CHANGE],
        "untouched": found.rows_total - found.rows_changed - found.rows_faulty,
        "may_fill": may_fill,
    }
    return render(request, "measures/sheets/sheet.html", context)


@allowed_to(*READERS, methods=POST)
def sheet_apply(request: UserRequest, pk: int) -> HttpResponse:
    actions.ask_to_apply(_find(request, pk), by=request.user, at=now())
    return redirect("measures:sheet", pk)


@allowed_to(*READERS, methods=POST)
def sheet_discard(request: UserRequest, pk: int) -> HttpResponse:
    actions.discard_sheet(_find(request, pk), by=request.user, at=now())
    return redirect_with(request, "已放弃这个文件，没有写入任何内容。", "measures:sheet", pk)


@allowed_to(*READERS, methods=GET)
def sheet_marked(request: UserRequest, pk: int) -> FileResponse:
    found = _find(request, pk)
    content = actions.download_marked(found, by=request.user, at=now())
    return attachment(content, f"{found.name.removesuffix('.xlsx')}（已标出错处）.xlsx")


def _find(request: UserRequest, pk: int) -> SheetImport:
    rows = SheetImport.objects.visible_to(request.user)
    found = get_object_or_404(rows.select_related("period", "agency", "uploaded_by"), pk=pk)
    turn_to(request, found.period.notice_id)
    return found


def _agency(request: UserRequest) -> Agency:
    own = {str(agency.pk): agency for agency in request.user.agencies_where(Perm.FILE)}
    wanted = request.GET.get("agency", next(iter(own)))
    return own[wanted] if wanted in own else get_object_or_404(Agency.objects.none())


def _period(request: UserRequest) -> Period | None:
    """Return the period in the URL, or else the current one; None if none was opened yet."""
    periods = Period.objects.visible_to(request.user).opened()
    wanted = request.GET.get("period", "")
    if wanted:
        period = get_object_or_404(periods, pk=row_number(wanted))
        turn_to(request, period.notice_id)
        return period
    return periods.current(on=localdate(), notice=notice_choice(request).pk)


def _periods(request: UserRequest, but: Period, *, of_all: bool = False) -> list[Period]:
    """Return the other periods for which the person may fill a sheet, newest first.

    Only of the same notice; with `of_all`, followed by those of the other notices in the frame.
    """
    others = {one.pk for one in offered_notices(request).offered} if of_all else set()
    periods = Period.objects.visible_to(request.user).opened().main().select_related("notice")
    found = periods.filter(notice__in={but.notice_id, *others}).exclude(pk=but.pk).newest_first()
    return sorted(found, key=lambda one: one.notice_id != but.notice_id)


def _download(request: UserRequest, kind: SheetKind, agency: Agency | None) -> FileResponse:
    period = _period(request) or get_object_or_404(Period.objects.none())
    content = actions.download_sheet(kind, period, agency, by=request.user, at=now())
    number = period.notice.number if Notice.objects.are_several() else ""
    return attachment(content, f"{number}{period}{kind.label}（{agency or '市商务委'}）.xlsx")


def _desk(request: UserRequest, kind: SheetKind, agency: Agency | None) -> HttpResponse:
    if request.method != "POST":
        return _page(request, kind, agency, SheetForm())
    period = _period(request) or get_object_or_404(Period.objects.none())
    form = SheetForm(request.POST, request.FILES)
    uploaded = submit(
        request,
        form,
        lambda: actions.upload_sheet(
            kind,
            period,
            agency,
            file=form.cleaned_data["file"],
            name=form.name,
            by=request.user,
            at=now(),
        ),
    )
    if uploaded is None:
        return _page(request, kind, agency, form)
    return redirect("measures:sheet", uploaded.pk)


def _page(
    request: UserRequest, kind: SheetKind, agency: Agency | None, form: SheetForm
) -> HttpResponse:
    uploads = SheetImport.objects.visible_to(request.user).filter(kind=kind, agency=agency)
    period, idle = _period(request), ""
    if agency and period and not Filing.objects.filter(period=period, agency=agency).exists():
        idle = actions.nothing_owed(agency, period)
    context = {
        "kind": kind,
        "is_statuses": kind == SheetKind.STATUSES,
        "agency": agency,
        "agencies": request.user.agencies_where(Perm.FILE) if agency else [],
        "period": period,
        "idle": idle,
        "periods": _periods(request, period) if period else [],
        "form": form,
        "uploads": uploads.without_result().select_related("period", "uploaded_by")[:NEWEST],
    }
    status = status_of(request, form)
    return render(request, "measures/sheets/sheets.html", context, status=status)
