"""The URLs of measures.sheets."""

from django.urls import path

from measures.sheets import views

urlpatterns = [
    path("filings/sheet/", views.filing_sheet, name="filing_sheet"),
    path("filings/sheets/", views.filing_sheets, name="filing_sheets"),
    path("statuses/sheet/", views.status_sheet, name="status_sheet"),
    path("statuses/sheets/", views.status_sheets, name="status_sheets"),
    path("sheets/<int:pk>/", views.sheet, name="sheet"),
    path("sheets/<int:pk>/apply/", views.sheet_apply, name="sheet_apply"),
    path("sheets/<int:pk>/discard/", views.sheet_discard, name="sheet_discard"),
    path("sheets/<int:pk>/marked/", views.sheet_marked, name="sheet_marked"),
]
