"""The URLs of measures.responsibilities."""

from django.urls import path

from measures.responsibilities import views

urlpatterns = [
    path(
        "measures/<int:pk>/responsibilities/",
        views.responsibilities,
        name="responsibilities",
    ),
    path(
        "measures/<int:pk>/responsibilities/<int:row_pk>/",
        views.responsibility,
        name="responsibility",
    ),
    path(
        "measures/<int:pk>/responsibilities/<int:row_pk>/end/",
        views.responsibility_end,
        name="responsibility_end",
    ),
    path(
        "measures/<int:pk>/responsibilities/<int:row_pk>/take-back/",
        views.responsibility_take_back,
        name="responsibility_take_back",
    ),
]
