"""A person who uses the pages by HTTP: signs in, reads a page, sends one of its forms."""

import http.client
import math
import re
import time
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

PATIENCE = 30.0  # seconds for an answer
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the field's name
Form = dict[str, str]
_MAX_AGE = re.compile(r";\s*max-age=(\d+)", re.IGNORECASE)


class Unanswered(Exception):
    """The connection ended before the answer, so it is unknown whether the request was done."""


class Answer(NamedTuple):
    status: int
    location: str
    body: str

    @property
    def forms(self) -> dict[str, Form]:
        """Return the data that each form of the page would send now, by its path."""
        parser = _FormParser()
        parser.feed(self.body)
        return parser.forms


class Person:
    """One browser: its cookies, and one persistent connection."""

    def __init__(self, url: str, *, cookies: Mapping[str, str] | None = None) -> None:
        place = urlsplit(url)
        is_secret = place.scheme == "https"
        kind = http.client.HTTPSConnection if is_secret else http.client.HTTPConnection
        self._connection = kind(place.netloc, timeout=PATIENCE)
        self._origin = f"{place.scheme}://{place.netloc}"
        # Each with its expiry time.
        self._cookies = {name: (value, math.inf) for name, value in (cookies or {}).items()}

    def sign_in(self, username: str, password: str) -> None:
        """Sign in. Raises PermissionError if it is refused."""
        form = self.get("/login/").forms["/login/"]
        said = self.post("/login/", form | {"username": username, "password": password})
        if said.status != 302:
            raise PermissionError(username)

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None, {})

    def post(self, path: str, form: Form, *, by_script: bool = False) -> Answer:
        """Send a form, as its button does, or as the page's script does while typing."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self._origin}
        if by_script:
            headers["HX-Request"] = "true"
        return self._ask("POST", path, urlencode(form), headers)

    def _ask(self, method: str, path: str, body: str | None, headers: Mapping[str, str]) -> Answer:
        now, kept = time.monotonic(), self._cookies.items()
        cookie = "; ".join(f"{name}={value}" for name, (value, until) in kept if until > now)
        try:
            self._connection.request(method, path, body, {**headers, "Cookie": cookie})
            response = self._connection.getresponse()
            text = response.read().decode(errors="replace")
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise Unanswered(f"{type(error).__name__}: {error}") from error
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            age = _MAX_AGE.search(line)
            self._cookies[name] = value, now + int(age[1]) if age else math.inf
        return Answer(response.status, response.headers.get("Location", ""), text)


class _FormParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self._form: Form = {}
        self._text = ""  # the name of the textarea being parsed
        self._select = ""

    def handle_starttag(self, tag: str, attributes: Sequence[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attributes}
        name = said.get("name", "")
        if tag == "form":
            self._form = self.forms.setdefault(urlsplit(said.get("action", "")).path, {})
        elif tag == "input" and _is_sent(said):
            is_tick = said.get("type") in ("radio", "checkbox")
            self._form[name] = said.get("value", "on" if is_tick else "")
        elif tag == "textarea":
            self._text, self._form[name] = name, ""
        elif tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in said or self._select not in self._form):
            self._form[self._select] = said.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._text:
            self._form[self._text] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":  # a line break right after the tag is not content
            self._form[self._text] = self._form[self._text].removeprefix("\n")
            self._text = ""


def _is_sent(field: Mapping[str, str]) -> bool:
    kind = field.get("type", "text")
    return kind in ("hidden", "text") or kind in ("radio", "checkbox") and "checked" in field


def cards_in(answer: Answer) -> dict[int, Form]:
    """Return the filings that can be written on 本期应报, each with its form."""
    found = ((_SAVE.fullmatch(path), form) for path, form in answer.forms.items())
    return {int(match[1]): form for match, form in found if match}


def written(form: Form, filing: int, text: str) -> Form:
    """Return a card's form with this progress, and with everything that submitting requires."""
    own = f"f{filing}-"
    filled = form | {f"{own}progress": text, f"{own}answer": "已按意见修改。"}
    filled |= {f"{own}is_unchanged": "", f"{own}is_confirmed": "on", f"{own}is_sure": "on"}
    for name in form:
        if name.startswith(f"{own}absence_"):
            value = name.replace("absence_", "figure_")
            filled[name] = "" if form.get(value) else "数据尚未公布。"
    return filled


def revision_in(answer: Answer, filing: int) -> str:
    """Return the new revision from the answer to a script's save; empty if there is none."""
    found = re.search(rf'name="f{filing}-revision" value="(\d+)"', answer.body)
    return found[1] if found else ""


_SAVE = re.compile(r"/filings/(\d+)/save/")
