"""A request whose person is ours, the address of a page, and a file as a response."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING

from django.http import FileResponse, HttpRequest
from django.urls import URLResolver, include, path, re_path, reverse

if TYPE_CHECKING:
    from agencies.models import User


class UserRequest(HttpRequest):
    """What views annotate, so that `request.user` is known to be a person (LoginRequired)."""

    user: "User"


def addresses_in(packages: Iterable[str]) -> list[URLResolver]:
    """The addresses of some packages; those that begin with the same word behind one prefix.

    Django tries one after another: some two hundred for one page. What begins with none of these
    words is tried once.
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
    """Where a page is, looked up once: each page names some forty. `keys`: of what it is about."""
    return reverse(name, args=keys)


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
