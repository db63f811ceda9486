"""The URLs of reports.dates."""

from django.urls import path

from reports.dates import views

urlpatterns = [
    path("dates/", views.dates, name="dates"),
]
