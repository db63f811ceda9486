"""The addresses of this app."""

from django.urls import path

from reports.agency_records import views as agencies
from reports.archive import compare_views, edit_views, issue_views
from reports.archive import views as reports
from reports.compare.views import compare
from reports.dates.views import dates
from reports.filing_status.views import filing_status
from reports.matrix.views import matrix, matrix_sheet
from reports.overview.screen import overview_screen
from reports.overview.views import overview
from reports.trends.views import trends

app_name = "reports"
urlpatterns = [
    path("overview/", overview, name="overview"),
    path("overview/screen/", overview_screen, name="overview_screen"),
    path("matrix/", matrix, name="matrix"),
    path("matrix/sheet/", matrix_sheet, name="matrix_sheet"),
    path("dates/", dates, name="dates"),
    path("trends/", trends, name="trends"),
    path("compare/", compare, name="compare"),
    path("status/", filing_status, name="status"),
    path("agencies/", agencies.agencies, name="agencies"),
    path("agencies/<int:pk>/", agencies.agency, name="agency"),
    path("reports/", reports.reports, name="list"),
    path("reports/new/", reports.report_request, name="request"),
    path("reports/compare/", compare_views.reports_compare, name="compare_reports"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/rerun/", reports.report_rerun, name="rerun"),
    path("reports/<int:pk>/cancel/", reports.report_cancel, name="cancel"),
    path("reports/<int:pk>/issue/", issue_views.report_issue, name="issue"),
    path("reports/<int:pk>/withdraw/", issue_views.report_withdraw, name="withdraw"),
    path("reports/<int:pk>/edit/", edit_views.report_edit, name="edit"),
    path("reports/<int:pk>/edit/<slug:key>/", edit_views.passage, name="passage"),
    path("reports/<int:pk>/edit/<slug:key>/undo/", edit_views.passage_undo, name="passage_undo"),
    path("reports/<int:pk>/final/", edit_views.report_final, name="final"),
    path("reports/<int:pk>/anew/", edit_views.report_anew, name="anew"),
    path("reports/<int:pk>/files/<slug:file_format>/", reports.report_file, name="file"),
]
