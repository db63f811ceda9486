"""The URLs of reports.agency_records."""

from django.urls import path

from reports.agency_records import views

urlpatterns = [
    path("agencies/", views.agencies, name="agencies"),
    path("agencies/<int:pk>/", views.agency, name="agency"),
]
