"""The URLs of reports.trends."""

from django.urls import path

from reports.trends import views

urlpatterns = [
    path("trends/", views.trends, name="trends"),
]
