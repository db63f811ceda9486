"""The URLs of reports.matrix."""

from django.urls import path

from reports.matrix import views

urlpatterns = [
    path("matrix/", views.matrix, name="matrix"),
    path("matrix/sheet/", views.matrix_sheet, name="matrix_sheet"),
]
