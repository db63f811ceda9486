"""The URLs of reports.burden."""

from django.urls import path

from reports.burden import views

urlpatterns = [
    path("burden/", views.burden, name="burden"),
    path("burden/red-lines/", views.red_lines, name="red_lines"),
    path("burden/periods/<int:pk>/", views.burden_period, name="burden_period"),
    path("burden/lists/<slug:kind>/", views.burden_list, name="burden_list"),
]
