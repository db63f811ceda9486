"""The addresses of this app: those of its packages, under one namespace."""

from django.urls import include, path

app_name = "reports"
PACKAGES = (
    "overview",
    "matrix",
    "dates",
    "trends",
    "compare",
    "filing_status",
    "agency_records",
    "burden",
    "archive",
    "notices",
)
urlpatterns = [path("", include(f"reports.{package}.urls")) for package in PACKAGES]
