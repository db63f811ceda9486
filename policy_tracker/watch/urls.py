"""URLs of the health and metrics pages."""

from django.urls import path

from policy_tracker.watch import views

app_name = "watch"
urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("readyz/all", views.readyz_all, name="readyz_all"),
    path("metrics", views.metrics, name="metrics"),
    path("system/", views.system_status, name="status"),
]
