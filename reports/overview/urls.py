"""The URLs of reports.overview."""

from django.urls import path

from reports.overview import views

urlpatterns = [
    path("overview/", views.overview, name="overview"),
    path("overview/screen/", views.overview_screen, name="overview_screen"),
]
