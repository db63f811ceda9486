"""责任矩阵, on the screen and as a workbook."""

from io import BytesIO

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.views.decorators.http import require_GET, require_safe

from reports.actions.matrix import download_matrix
from reports.data.matrix import matrix_for
from reports.period.choosing import reader_of, shown_or_404
from reports.views.matrix_parts import grid_of


@require_safe
def matrix(request: HttpRequest) -> HttpResponse:
    """Who is responsible for what; each total opens the list that it counts."""
    reader_of(request)
    data = matrix_for(shown_or_404(request.GET), on=localdate())
    context = {"page": grid_of(data, request.GET), "shown": data.shown}
    return render(request, "reports/matrix.html", context)


@require_GET
def matrix_sheet(request: HttpRequest) -> FileResponse:
    """The same as a workbook, a sheet for each view."""
    reader = reader_of(request)
    taken = download_matrix(shown_or_404(request.GET), by=reader, at=now())
    return FileResponse(BytesIO(taken.content), as_attachment=True, filename=taken.name)
