"""The URLs of measures.filings."""

from django.urls import path

from measures.filings import views

urlpatterns = [
    path("filings/", views.my_filings, name="my_filings"),
    path("filings/<int:pk>/save/", views.filing_save, name="filing_save"),
    path("filings/<int:pk>/submit/", views.filing_submit, name="filing_submit"),
    path("filings/<int:pk>/unchanged/", views.filing_unchanged, name="filing_unchanged"),
    path("filings/unchanged/", views.filings_unchanged, name="filings_unchanged"),
    path("filings/submit/", views.filings_submit, name="filings_submit"),
    path("evidence/<int:pk>/", views.evidence, name="evidence"),
    path("evidence/<int:pk>/remove/", views.evidence_remove, name="evidence_remove"),
    path(
        "filings/<int:pk>/kept/<int:kept>/remove/",
        views.kept_file_remove,
        name="kept_file_remove",
    ),
    path("filings/<int:pk>/withdraw/", views.filing_withdraw, name="filing_withdraw"),
]
