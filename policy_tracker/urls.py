"""The root URL configuration."""

from django.urls import include, path

from policy_tracker.api import ApiDescription, router
from policy_tracker.help import components, help_index, help_page
from policy_tracker.views import home

handler403 = "policy_tracker.views.forbidden"
handler404 = "policy_tracker.api.not_found"
handler500 = "policy_tracker.views.server_error"
urlpatterns = [
    path("", home, name="home"),
    path("", include("agencies.urls")),
    path("", include("measures.urls")),
    path("", include("reports.urls")),
    path("", include("policy_tracker.backup.urls")),
    path("", include("policy_tracker.watch.urls")),
    path("help/", help_index, name="help"),
    path("help/components/", components, name="components"),
    path("help/<slug:slug>/", help_page, name="help_page"),
    path("api/schema/", ApiDescription.as_view(), name="api_description"),
    path("api/", include(router.urls)),
]
