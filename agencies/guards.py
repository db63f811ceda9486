"""The decorator that decides who may open a page, and how; actions check what they may do there."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.views.decorators.http import require_http_methods

from agencies.permissions import Perm
from lib.http import UserRequest

View = Callable[..., HttpResponseBase]
GET, SAFE, POST = ("GET",), ("GET", "HEAD"), ("POST",)


def allowed_to(*perms: Perm, methods: tuple[str, ...] = ()) -> Callable[[View], View]:
    """Answer 405 to other methods, if some are named, and 403 to people without any permission.

    A permission in any agency is enough.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: UserRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not any(request.user.can_anywhere(perm) for perm in perms):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.perms = perms  # type: ignore[attr-defined]  # a test reads them
        return require_http_methods(list(methods))(guarded) if methods else guarded

    return decorate
