"""URLs of 备份."""

from django.urls import path

from policy_tracker.backup import views

app_name = "backups"
urlpatterns = [
    path("backups/", views.backups, name="list"),
    path("backups/now/", views.backup_now, name="now"),
    path("backups/rehearse/", views.backup_rehearse, name="rehearse"),
]
