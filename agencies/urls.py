"""The addresses of this app: those of its packages, under one namespace."""

from django.urls import include, path

app_name = "agencies"
PACKAGES = ("sign_in", "todo", "inbox", "outbound", "accounts", "audit")
urlpatterns = [path("", include(f"agencies.{package}.urls")) for package in PACKAGES]
