"""A request whose person is ours, the address of a page, and a file as a response."""

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpRequest
from django.urls import reverse

if TYPE_CHECKING:
    from agencies.models import User


class UserRequest(HttpRequest):
    """What views annotate, so that `request.user` is known to be a person (LoginRequired)."""

    user: "User"


@cache
def address_of(name: str) -> str:
    """Where a page is that there is once; each page names some forty."""
    return reverse(name)


@cache
def page_of_row(name: str) -> str:
    """What stands before a row's key and a slash in the address of its page."""
    return reverse(name, args=[0]).removesuffix("0/")


def attachment(content: bytes, name: str, content_type: str | None = None) -> FileResponse:
    """Return a response that the browser saves as a file; its type by the name where none is given.

    `application/octet-stream` keeps a browser from opening what people uploaded.
    """
    return FileResponse(
        BytesIO(content), as_attachment=True, filename=name, content_type=content_type
    )
