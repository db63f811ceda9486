"""The URLs of measures.measure_page."""

from django.urls import path

from measures.measure_page import views

urlpatterns = [
    path("measures/<int:pk>/", views.measure, name="measure"),
    path("measures/<int:pk>/folds/<slug:name>/", views.measure_fold, name="measure_fold"),
]
