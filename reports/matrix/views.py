"""责任矩阵, on the screen and as a workbook."""

from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_safe

from reports.matrix.actions import download_matrix
from reports.matrix.data import matrix_for
from reports.matrix.page import grid_of
from reports.period.choosing import reader_of, shown_or_404


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Who is responsible for what; each total opens the list that it counts."""
    reader_of(request)
    data = matrix_for(shown_or_404(request.GET), on=localdate())
    context = {"page": grid_of(data, request.GET), "shown": data.shown}
    return render(request, "reports/matrix/page.html", context)


@require_GET
def matrix_sheet(request: HttpRequest) -> FileResponse:
    """The same as a workbook, a sheet for each view."""
    reader = reader_of(request)
    taken = download_matrix(shown_or_404(request.GET), by=reader, at=now())
    return FileResponse(BytesIO(taken.content), as_attachment=True, filename=taken.name)
