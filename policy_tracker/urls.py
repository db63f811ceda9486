"""Every address of the product."""

from django.urls import include, path

from policy_tracker.api import router
from policy_tracker.views import home

urlpatterns = [
    path("", home, name="home"),
    path("", include("agencies.urls")),
    path("", include("measures.urls")),
    path("", include("reports.urls")),
    path("api/", include(router.urls)),
]
