"""The URLs of measures.coordination."""

from django.urls import path

from measures.coordination import views

urlpatterns = [
    path("measures/<int:pk>/coordinate/", views.coordination_raise, name="coordination_raise"),
    path("coordination/", views.coordination, name="coordination"),
    path("coordination/decisions/", views.decisions, name="decisions"),
    path("coordination/<int:pk>/", views.coordination_item, name="coordination_item"),
    path("coordination/<int:pk>/respond/", views.coordination_respond, name="coordination_respond"),
    path(
        "coordination/<int:pk>/steps/<slug:act>/", views.coordination_step, name="coordination_step"
    ),
]
