"""The URLs of measures.intake_page."""

from django.urls import path

from measures.intake_page import views

urlpatterns = [
    path("intake/", views.intake, name="intake"),
    path("intake/<int:pk>/", views.draft, name="intake_draft"),
    path("intake/<int:pk>/act/", views.draft_act, name="intake_act"),
    path("intake/<int:pk>/undo/", views.draft_undo, name="intake_undo"),
    path("intake/<int:pk>/drop/", views.draft_drop, name="intake_drop"),
    path("intake/<int:pk>/confirm/", views.draft_confirm, name="intake_confirm"),
]
