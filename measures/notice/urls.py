"""The addresses of measures.notice."""

from django.urls import path

from measures.notice import gap_views

urlpatterns = [
    path("gaps/", gap_views.gaps, name="gaps"),
]
