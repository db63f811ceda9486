"""The API: the same words to read, the same verbs to write. See docs/api.md."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import exception_handler

from lib.errors import DomainError
from measures.api import FilingViewSet, MeasureViewSet
from policy_tracker.middleware import audited, record_refusal

router = DefaultRouter()
router.include_root_view = False
router.register("measures", MeasureViewSet, basename="measure")
router.register("filings", FilingViewSet, basename="filing")


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, and: 409 for a broken rule, 400 for a ValidationError; records refusals."""
    if isinstance(error, DomainError | PermissionDenied | exceptions.PermissionDenied):
        record_refusal(context["request"]._request, audited(error))
    if isinstance(error, DomainError):
        return Response({"detail": str(error)}, status=status.HTTP_409_CONFLICT)
    if isinstance(error, ValidationError):
        detail = "；".join(error.messages)
        return Response({"detail": detail}, status=status.HTTP_400_BAD_REQUEST)
    return exception_handler(error, context)
