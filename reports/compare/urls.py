"""The URLs of reports.compare."""

from django.urls import path

from reports.compare import views

urlpatterns = [
    path("compare/", views.compare, name="compare"),
]
