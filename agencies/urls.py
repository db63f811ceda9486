"""The URLs of this app: those of its packages, in one namespace."""

from lib.http import addresses_in

app_name = "agencies"
PACKAGES = ("sign_in", "todo", "inbox", "outbound", "accounts", "audit")
urlpatterns = addresses_in(f"agencies.{package}" for package in PACKAGES)
