"""The URLs of reports.notices."""

from django.urls import path

from reports.notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/<int:pk>/archive/", views.notice_archive, name="notice_archive"),
    path("notices/<int:pk>/reopen/", views.notice_reopen, name="notice_reopen"),
]
