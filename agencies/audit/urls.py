"""The URLs of agencies.audit."""

from django.urls import path

from agencies.audit import views

urlpatterns = [
    path("audit/", views.audit_trail, name="audit"),
    path("audit/seals/", views.audit_seals, name="audit_seals"),
    path("audit/object/<str:target_type>/<int:pk>/", views.audit_object, name="audit_object"),
    path("audit/export/", views.audit_export, name="audit_export"),
]
