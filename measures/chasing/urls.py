"""The URLs of measures.chasing."""

from django.urls import path

from measures.chasing import views

urlpatterns = [
    path("chases/", views.chases, name="chases"),
    path("chases/new/", views.chase_new, name="chase_new"),
    path("chases/ladder/", views.ladder, name="ladder"),
    path("chases/ladder/set/", views.ladder_set, name="ladder_set"),
    path("chases/ladder/<int:pk>/drop/", views.ladder_drop, name="ladder_drop"),
    path("chases/answer/", views.chase_answer, name="chase_answer"),
]
