"""The URLs of reports.archive."""

from django.urls import path

from reports.archive import edit_views, issue_views, views

urlpatterns = [
    path("reports/", views.reports, name="list"),
    path("reports/new/", views.report_request, name="request"),
    path("reports/compare/", views.reports_compare, name="compare_reports"),
    path("reports/<int:pk>/", views.report, name="report"),
    path("reports/<int:pk>/rerun/", views.report_rerun, name="rerun"),
    path("reports/<int:pk>/cancel/", views.report_cancel, name="cancel"),
    path("reports/<int:pk>/submit/", issue_views.report_submit, name="submit"),
    path("reports/<int:pk>/take-back/", issue_views.report_take_back, name="take_back"),
    path("reports/<int:pk>/return/", issue_views.report_return, name="return"),
    path("reports/<int:pk>/choose/", edit_views.report_choose, name="choose"),
    path("reports/<int:pk>/issue/", issue_views.report_issue, name="issue"),
    path("reports/<int:pk>/withdraw/", issue_views.report_withdraw, name="withdraw"),
    path("reports/<int:pk>/edit/", edit_views.report_edit, name="edit"),
    path("reports/<int:pk>/edit/<slug:key>/", edit_views.passage, name="passage"),
    path("reports/<int:pk>/edit/<slug:key>/undo/", edit_views.passage_undo, name="passage_undo"),
    path("reports/<int:pk>/final/", edit_views.report_final, name="final"),
    path("reports/<int:pk>/anew/", edit_views.report_anew, name="anew"),
    path("reports/<int:pk>/files/<slug:file_format>/", views.report_file, name="file"),
]
