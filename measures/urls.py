"""The URLs of this app: those of its packages, in one namespace."""

from lib.http import addresses_in

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
urlpatterns = addresses_in(f"measures.{package}" for package in PACKAGES)
