"""The URLs of measures.lights."""

from django.urls import path

from measures.lights import override_views, threshold_views

urlpatterns = [
    path("measures/<int:pk>/override/", override_views.override_ask, name="override_ask"),
    path("overrides/<int:pk>/end/", override_views.override_end, name="override_end"),
    path("thresholds/", threshold_views.thresholds, name="thresholds"),
    path("thresholds/preview/", threshold_views.thresholds_preview, name="thresholds_preview"),
    path("thresholds/set/", threshold_views.thresholds_set, name="thresholds_set"),
    path("thresholds/<int:pk>/drop/", threshold_views.thresholds_drop, name="thresholds_drop"),
]
