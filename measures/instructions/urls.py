"""The URLs of measures.instructions."""

from django.urls import path

from measures.instructions import views

urlpatterns = [
    path("measures/<int:pk>/instruct/", views.instruction_write, name="instruction_write"),
    path("instructions/", views.instructions, name="instructions"),
    path("instructions/<int:pk>/", views.instruction, name="instruction"),
    path("instructions/<int:pk>/reply/", views.instruction_reply, name="instruction_reply"),
    path("instructions/<int:pk>/close/", views.instruction_close, name="instruction_close"),
    path(
        "instructions/<int:pk>/withdraw/",
        views.instruction_withdraw,
        name="instruction_withdraw",
    ),
]
