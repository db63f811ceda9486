"""The API: reads the same data and calls the same actions as the pages. See docs/api.md."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView, exception_handler

from lib.errors import DomainError
from measures.api.filings import FilingViewSet
from measures.api.measures import MeasureViewSet
from policy_tracker import views
from policy_tracker.middleware import audited, record_refusal

NULL_BODY = {"non_field_errors": ["null"]}  # DRF's codes for the body `null`, in English words
NOT_THERE = "没有找到，或者您没有权限查看。"
router = DefaultRouter()
router.include_root_view = False
router.register("measures", MeasureViewSet, basename="measure")
router.register("filings", FilingViewSet, basename="filing")


class ApiDescription(APIView):
    """The OpenAPI description that `manage.py spectacular` prints: all endpoints and types."""

    @extend_schema(exclude=True)
    def get(self, request: Request) -> Response:
        return Response(SchemaGenerator().get_schema(request=request, public=True))


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's handler, plus 409 for a broken rule and 400 for a ValidationError; records refusals."""
    if isinstance(error, DomainError | PermissionDenied | exceptions.PermissionDenied):
        record_refusal(context["request"]._request, audited(error))
    if isinstance(error, DomainError):
        return Response({"detail": str(error)}, status=status.HTTP_409_CONFLICT)
    if isinstance(error, ValidationError):
        detail = "；".join(error.messages)
        return Response({"detail": detail}, status=status.HTTP_400_BAD_REQUEST)
    if isinstance(error, exceptions.ValidationError) and error.get_codes() == NULL_BODY:
        error = exceptions.ParseError("没有收到内容，请以JSON对象提交。")
    if isinstance(error, Http404):  # Django's own text is English and names the model
        error = exceptions.NotFound(NOT_THERE)
    return exception_handler(error, context)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for an unknown address; below /api/ the sentence as JSON."""
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": NOT_THERE}, status=status.HTTP_404_NOT_FOUND)
    return views.not_found(request, exception)
