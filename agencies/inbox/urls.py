"""The URLs of agencies.inbox."""

from django.urls import path

from agencies.inbox import views

urlpatterns = [
    path("inbox/", views.inbox, name="inbox"),
    path("inbox/read/", views.inbox_read_all, name="inbox_read_all"),
    path("inbox/mark/", views.inbox_mark, name="inbox_mark"),
    path("inbox/mail/", views.inbox_mail, name="inbox_mail"),
    path("inbox/<int:pk>/", views.message, name="message"),
]
