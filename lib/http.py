"""A request whose person is ours: pages stand behind LoginRequiredMiddleware."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from agencies.models import User


class UserRequest(HttpRequest):
    """What views annotate, so that `request.user` is known to be a person."""

    user: "User"
