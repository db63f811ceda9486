"""The caller of the API, and whether they may read."""

from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request

from agencies.models import User
from agencies.permissions import Perm


def person(request: Request) -> User:
    """Return who asks; IsAuthenticated stands before every view."""
    assert isinstance(request.user, User)
    return request.user


def demand_read(request: Request) -> None:
    """Raise PermissionDenied unless the person may read business content."""
    if not person(request).can(Perm.READ):
        raise PermissionDenied("没有权限。")
