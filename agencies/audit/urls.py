"""The addresses of agencies.audit."""

from django.urls import path

from agencies.audit import views

urlpatterns = [
    path("audit/", views.audit_trail, name="audit"),
    path("audit/export/", views.audit_export, name="audit_export"),
]
