"""The URLs of reports.filing_status."""

from django.urls import path

from reports.filing_status import views

urlpatterns = [
    path("status/", views.filing_status, name="status"),
]
