"""The URLs of agencies.outbound."""

from django.urls import path

from agencies.outbound import views

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/resend/", views.outbox_resend, name="outbox_resend"),
]
