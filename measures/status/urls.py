"""The URLs of measures.status."""

from django.urls import path

from measures.status import views

urlpatterns = [
    path("measures/<int:pk>/status/", views.status, name="status"),
]
