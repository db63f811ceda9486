"""The URLs of reports.overview."""

from django.urls import path

from reports.overview import screen, views

urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("overview/screen/", screen.overview_screen, name="overview_screen"),
]
