"""The URLs of measures.lights."""

from django.urls import path

from measures.lights import views

urlpatterns = [
    path("measures/<int:pk>/override/", views.override_ask, name="override_ask"),
    path("overrides/<int:pk>/end/", views.override_end, name="override_end"),
    path("thresholds/", views.thresholds, name="thresholds"),
    path("thresholds/preview/", views.thresholds_preview, name="thresholds_preview"),
    path("thresholds/set/", views.thresholds_set, name="thresholds_set"),
    path("thresholds/<int:pk>/drop/", views.thresholds_drop, name="thresholds_drop"),
]
