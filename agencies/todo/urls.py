"""The URLs of agencies.todo."""

from django.urls import path

from agencies.todo import views

urlpatterns = [path("todo/", views.to_do, name="todo")]
