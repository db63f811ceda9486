"""The decorator that decides who may open a page; actions check what they may do there."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase

from agencies.permissions import Perm
from lib.http import UserRequest

View = Callable[..., HttpResponseBase]


def allowed_to(*perms: Perm) -> Callable[[View], View]:
    """Answer 403 to people without any of the permissions in any agency."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: UserRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if not any(request.user.can_anywhere(perm) for perm in perms):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.perms = perms  # type: ignore[attr-defined]  # a test reads them
        return guarded

    return decorate
