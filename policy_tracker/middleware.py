"""The middleware, in the order of settings.MIDDLEWARE."""

import logging
import time
import uuid
from collections.abc import Callable
from functools import cache
from ipaddress import ip_address

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import get_user, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, multipartparser
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.timezone import now

from agencies.audit import trail
from agencies.audit.refusals import count_refusal
from agencies.choices import Outcome, RefusalKind
from agencies.models import User
from agencies.sign_in.checks import NO_ADDRESS
from agencies.sign_in.own_sessions import BY_PROVIDER, why_ended
from lib.errors import DomainError
from lib.origin import Origin, origin
from lib.text import all_without_direction
from measures.choices import NOTE_LABELS
from policy_tracker.watch.metrics import count_request

logger = logging.getLogger(__name__)
access = logging.getLogger("policy_tracker.access")
Handler = Callable[[HttpRequest], HttpResponse]
# Room for long file names: otherwise Django answers with an empty 400 and the typed text is lost.
# Names are shortened where they are cleaned (measures.rules.uploads).
multipartparser.MAX_TOTAL_HEADER_SIZE = 16 * 1024  # type: ignore[attr-defined]
NO_PERMISSION = "没有权限。"
METHOD_MOST = 10  # the length of the audit trail's column
BEFORE_NEW_PASSWORD = {"/password/", "/logout/"}
BEFORE_SECOND_FACTOR = {"/me/second-factor/", *BEFORE_NEW_PASSWORD}
NOTE_TEXTS = ("progress", "problems", "next_steps", "help_needed", "confidence_reason")
# The fields into which people write whole sentences, with their labels on the page.
FIELD_LABELS = {
    **{name: NOTE_LABELS[name] for name in NOTE_TEXTS},
    "reason_words": "无新进展的原因",
    "comment": "意见",
    "note": "意见",
    "reason": "理由或依据",
    "back_reason": "回退原因",
    "ground": "理由",
    "text": "内容",
    "words": "内容",
    "background": "情况说明",
    "answer": "答复",
    "result": "完成情况",
    "closing_words": "办结意见",
}


def middleware(handle: Callable[[HttpRequest, Handler], HttpResponse]) -> Callable:
    """Turn a function of the request and `get_response` into a middleware."""
    return lambda get_response: lambda request: handle(request, get_response)


@middleware
def readable_charset(request: HttpRequest, get_response: Handler) -> HttpResponse:
    """Read form data only as UTF-8: some of Python's other codecs are not charsets."""
    charset = (request.content_params or {}).get("charset", "utf-8")
    if charset.lower().replace("_", "-") not in ("utf-8", "utf8"):
        return _unreadable("只接受 UTF-8 编码的请求。")
    return get_response(request)


@middleware
def storable_words(request: HttpRequest, get_response: Handler) -> HttpResponse:
    """Refuse NUL in addresses and cookies, and a too long method: neither can be stored."""
    words = (request.path, *request.COOKIES.values())
    if any("\x00" in one for one in words) or len(request.method or "") > METHOD_MOST:
        return _unreadable("请求的地址、方式或Cookie里有不能用的字符。")
    return get_response(request)


def _unreadable(sentence: str) -> HttpResponse:
    return HttpResponse(sentence, status=400, content_type="text/plain; charset=utf-8")


@middleware
def audit_context(request: HttpRequest, get_response: Handler) -> HttpResponse:
    place = Origin(address=_address(request), request_id=str(uuid.uuid4()))
    token = origin.set(place)
    try:
        return get_response(request)
    finally:
        origin.reset(token)


@middleware
def counted(request: HttpRequest, get_response: Handler) -> HttpResponse:
    """Count the response for /metrics and log it, without the query, which may hold typed text."""
    began = time.perf_counter()
    response = get_response(request)
    taken = time.perf_counter() - began
    match = request.resolver_match
    count_request(match.view_name if match else "", response.status_code, taken)
    access.info("%s %s %s %.0f ms", request.method, request.path, response.status_code, taken * 1e3)
    return response


def _address(request: HttpRequest) -> str | None:
    """Return the client's address; behind our own proxy (a setting) the last one it names."""
    if settings.TRUST_FORWARDED_FOR:
        return bare_address(request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1])
    found = bare_address(request.META.get("REMOTE_ADDR", ""))
    if found is None:
        _warn_of_no_address()
    return found


def bare_address(written: str) -> str | None:
    """Return the address without the port that some proxies add; None if it is not an address."""
    bare = written.strip().strip('"')
    if bare.startswith("["):  # [2001:db8::1]:443
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:  # 1.2.3.4:5678
        bare = bare.partition(":")[0]
    try:
        return str(ip_address(bare))
    except ValueError:
        return None


@cache
def _warn_of_no_address() -> None:
    """Warn once per process: behind a proxy on a Unix socket only the header names the client."""
    logger.warning(NO_ADDRESS)


@middleware
def size_limit(request: HttpRequest, get_response: Handler) -> HttpResponse:
    """Answer 413 if Content-Length is too large, before reading, or if the form data are."""
    most = settings.UPLOAD_REQUEST_MB * 1024 * 1024
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not (length.isdecimal() and len(length) < 20 and int(length) <= most):
        return _too_large(settings.UPLOAD_REQUEST_MB)
    try:
        request.POST  # noqa: B018  # read it here, because Django's own answer is an empty 400
    except RequestDataTooBig:
        return _too_large(settings.FORM_MB)
    return get_response(request)


def _too_large(most_mb: int) -> HttpResponse:
    return HttpResponse(
        render_to_string("errors/413.html", {"most": most_mb}),
        status=413,
        headers={"Cache-Control": "no-store"},
    )


@middleware
def plain_text(request: HttpRequest, get_response: Handler) -> HttpResponse:
    """Remove direction marks from form data; the API's parser does the same."""
    if request.method == "POST":
        came = dict(request.POST.lists())
        plain = {name: all_without_direction(values) for name, values in came.items()}
        if plain != came:
            typed = request.POST.copy()
            for name, values in plain.items():
                typed.setlist(name, values)
            request.POST = typed  # type: ignore[assignment]  # as Django's own setter takes it
    return get_response(request)


@middleware
def never_stored(request: HttpRequest, get_response: Handler) -> HttpResponse:
    """Keep pages of signed-in people out of all caches, because terminals are shared."""
    response = get_response(request)
    if request.user.is_authenticated:
        response["Cache-Control"] = "no-store"
    return response


@middleware
def session_limits(request: HttpRequest, get_response: Handler) -> HttpResponse:
    """Sign out after some minutes without a request, and after some hours in total (settings).

    The user is resolved here, because each attribute of Django's lazy object costs two more calls.
    """
    request.user = get_user(request)
    if request.user.is_authenticated:
        at = now().timestamp()
        seen = request.session.get("seen", at)
        entered = request.session.setdefault("entered", at)
        # Later than now: the clock was set back, so the idle time is unknown.
        is_idle = abs(at - seen) > settings.SESSION_IDLE_MINUTES * 60
        if is_idle or at - entered > settings.SESSION_HOURS * 3600:
            logout(request)
        elif abs(at - seen) > 60 or "seen" not in request.session:  # one write a minute at most
            request.session.update({"seen": at, "address": origin.get().address})
    return get_response(request)


class SignedIn(LoginRequiredMiddleware):
    """Require sign-in on every page; a form sent after the session ended keeps its text."""

    def handle_no_permission(  # type: ignore[override]  # Django's own subclasses widen it too
        self, request: HttpRequest, view_func: Callable
    ) -> HttpResponseBase:
        """Redirect to the sign-in page; for a form with text, answer 403 with that text."""
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401)  # the page asks for the password and sends it again
        if words := why_ended(request.COOKIES.get(settings.SESSION_COOKIE_NAME)):
            messages.warning(request, words)
        if not typed_in(request):
            return super().handle_no_permission(request, view_func)
        return stale_page(request)


@middleware
def new_password_first(request: HttpRequest, get_response: Handler) -> HttpResponse:
    user = request.user
    must_change = isinstance(user, User) and user.must_change_password
    must_change = must_change and not request.session.get(BY_PROVIDER)  # no password needed
    if must_change and request.path not in BEFORE_NEW_PASSWORD:
        return redirect("agencies:password_change")
    return get_response(request)


@middleware
def second_factor_first(request: HttpRequest, get_response: Handler) -> HttpResponse:
    user = request.user
    lacks_it = isinstance(user, User) and not user.totp_secret and user.must_have_second_factor
    has_providers = settings.OIDC_SECOND_FACTOR_COUNTS and request.session.get(BY_PROVIDER)
    if lacks_it and not has_providers and request.path not in BEFORE_SECOND_FACTOR:
        return redirect("agencies:second_factor")
    return get_response(request)


@middleware
def wrong_method(request: HttpRequest, get_response: Handler) -> HttpResponse:
    """Add a sentence to 405, as when a button's address is opened; Django's answer is empty."""
    response = get_response(request)
    if not isinstance(response, HttpResponseNotAllowed) or request.headers.get("HX-Request"):
        return response
    page = render(request, "errors/405.html", status=405)
    page["Allow"] = response["Allow"]
    return page


class RuleBroken:
    """Answer 409 for a broken rule, with its sentence and the typed text, and record refusals.

    404 answers are counted, so that guessing ids leaves a trace (agencies.audit.refusals).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if hasattr(request, "refusal"):  # shown on a form: lib.forms.submit
            record_refusal(request, request.refusal)
        if response.status_code == 404:
            count_refused(request, RefusalKind.NOT_FOUND)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Called if a view raised; None lets Django continue (403 for PermissionDenied)."""
        if isinstance(error, PermissionDenied | DomainError):
            record_refusal(request, audited(error))
        if isinstance(error, DomainError):
            return rule_page(request, str(error), status=409)
        if isinstance(error, ValidationError):  # accepted by the form, refused by the action
            return rule_page(request, "；".join(error.messages), status=422)
        return None


def audited(error: Exception) -> str:
    words = error.audited if isinstance(error, DomainError) else str(error)
    return words or NO_PERMISSION


def count_refused(request: HttpRequest, kind: RefusalKind) -> None:
    by = request.user if isinstance(request.user, User) else None
    count_refusal(kind, by=by, method=request.method or "", path=request.path, at=now())


def record_refusal(request: HttpRequest, sentence: str) -> None:
    """Record a refused attempt in its own transaction: the action's was rolled back."""
    user = request.user if isinstance(request.user, User) else None
    match = request.resolver_match
    trail.record(
        f"refused {match.view_name if match else request.path}"[:60],
        None,
        by=user,
        at=now(),
        sentence=sentence,
        after={"method": request.method, "path": request.path},
        outcome=Outcome.REFUSED,
    )


def rule_page(request: HttpRequest, sentence: str, *, status: int) -> HttpResponse:
    context = {
        "sentence": sentence,
        "typed": typed_in(request),
        "back_url": request.META.get("HTTP_REFERER", "/"),
    }
    is_fragment = bool(getattr(request, "htmx", False))
    template = "errors/_rule.html" if is_fragment else "errors/rule.html"
    return render(request, template, context, status=status)


def stale_page(request: HttpRequest) -> HttpResponse:
    """Answer 403 with the typed text and a link back to the form's page."""
    came_from = request.headers.get("Referer", "")
    is_own = url_has_allowed_host_and_scheme(came_from, {request.get_host()})
    context = {"typed": typed_in(request), "back_url": came_from if is_own else ""}
    return render(request, "errors/stale_form.html", context, status=403)


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the text typed into a refused form, by label; FIELD_LABELS has no secret field."""
    return [
        (FIELD_LABELS.get(name.rpartition("-")[2], name), value)
        for name, values in request.POST.lists()
        for value in values
        if name.rpartition("-")[2] in FIELD_LABELS and value.strip()
    ]
