"""The URLs of this app: those of its packages, in one namespace."""

from lib.http import addresses_in

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
urlpatterns = addresses_in(f"reports.{package}" for package in PACKAGES)
