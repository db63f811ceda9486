"""The addresses of this app: those of its packages, under one namespace."""

from django.urls import include, path

app_name = "measures"
PACKAGES = (
    "measure_page",
    "status",
    "filings",
    "reviews",
    "periods",
    "responsibilities",
    "indicators",
    "instructions",
    "coordination",
    "chasing",
    "approvals",
    "lights",
    "notice_changes",
    "intake_page",
    "related",
    "sheets",
)
urlpatterns = [path("", include(f"measures.{package}.urls")) for package in PACKAGES]
