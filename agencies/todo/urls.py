"""The URLs of agencies.todo."""

from django.urls import path

from agencies.todo import page

urlpatterns = [path("todo/", page.to_do, name="todo")]
