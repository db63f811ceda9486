"""责任矩阵, on the screen and as a workbook."""

from io import BytesIO

from django.http import FileResponse, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_safe

from agencies.guards import allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from reports.matrix.actions import download_matrix
from reports.matrix.data import matrix_for
from reports.matrix.page import grid_of, is_counted_alone
from reports.period.choosing import shown_or_404


@require_safe
@allowed_to(Perm.READ)
def matrix(request: UserRequest) -> HttpResponse:
    """The matrix page; each total opens the list that it counts."""
    in_pages = is_counted_alone(request.GET)
    data = matrix_for(shown_or_404(request), on=localdate(), in_pages=in_pages)
    context = {"page": grid_of(data, request.GET), "shown": data.shown}
    return render(request, "reports/matrix/page.html", context)


@require_GET
@allowed_to(Perm.READ)
def matrix_sheet(request: UserRequest) -> FileResponse:
    """The matrix as a workbook, one sheet for each view."""
    taken = download_matrix(shown_or_404(request), by=request.user, at=now())
    return FileResponse(BytesIO(taken.content), as_attachment=True, filename=taken.name)
