"""The API: the same words to read, the same verbs to write. See docs/api.md."""

from typing import Any

from rest_framework import status
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import exception_handler

from measures.api import FilingViewSet, MeasureViewSet
from policy_tracker.lib.errors import DomainError
from policy_tracker.middleware import record_refusal

router = DefaultRouter()
router.include_root_view = False
router.register("measures", MeasureViewSet, basename="measure")
router.register("filings", FilingViewSet, basename="filing")


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, plus: a broken rule is a 409 with the rule's own words, and is recorded."""
    if isinstance(error, DomainError):
        record_refusal(context["request"]._request, str(error))
        return Response({"detail": str(error)}, status=status.HTTP_409_CONFLICT)
    return exception_handler(error, context)
