"""The type of a signed-in request, addresses of pages, redirects, and a file as a response."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLResolver, include, path, re_path, reverse

if TYPE_CHECKING:
    from agencies.models import User


class UserRequest(HttpRequest):
    """The type for views, in which `request.user` is always a User (LoginRequired)."""

    user: "User"


def addresses_in(packages: Iterable[str]) -> list[URLResolver]:
    """The URL patterns of some packages, grouped by the first word of the address.

    Django tries patterns one after another, about two hundred for one page. With groups, an address
    that begins with none of these words is tried only once.
    """
    found = defaultdict(list)
    for package in packages:
        for one in import_module(f"{package}.urls").urlpatterns:
            word, slash, rest = str(one.pattern).partition("/")
            found[word + slash].append(path(rest, one.callback, one.default_args, one.name))
    words = "|".join(map(re.escape, found))
    by_word = [path(prefix, include(own)) for prefix, own in found.items()]
    return [re_path(f"^(?={words})", include(by_word))]


@lru_cache(maxsize=2000)
def address_of(name: str, *keys: int) -> str:
    """The address of a page, cached because each page has about forty. `keys`: of its rows."""
    return reverse(name, args=keys)


def page_address(page: str, *keys: int) -> str:
    """The address of a page by its name and keys; `page` may be an address already."""
    return page if page.startswith("/") else address_of(page, *keys)


@cache
def page_of_row(name: str) -> str:
    """The address of a row's page up to the row's key."""
    return reverse(name, args=[0]).removesuffix("0/")


def redirect_with(request: HttpRequest, message: str, to: str, *keys: object) -> HttpResponse:
    """Return a redirect to a page, by name or address, that shows `message`: it was done."""
    messages.success(request, message)
    return redirect(to, *keys)


def attachment(content: bytes, name: str, content_type: str | None = None) -> FileResponse:
    """Return a response that the browser saves as a file; without a type, the name decides it.

    Use `application/octet-stream` to keep a browser from opening uploaded files.
    """
    return FileResponse(
        BytesIO(content), as_attachment=True, filename=name, content_type=content_type
    )
