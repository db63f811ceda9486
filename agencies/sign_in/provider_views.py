"""Redirects to the provider of single sign-on and back; 404 if none is configured."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.timezone import now
from mozilla_django_oidc.views import (
    OIDCAuthenticationCallbackView,
    OIDCAuthenticationRequestView,
)

from agencies.sign_in.own_sessions import await_code, begin_session
from agencies.sign_in.provider import INVALID, refused
from lib.errors import DomainError


class _OnlyConfigured:
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        if not settings.OIDC_OP_ISSUER:
            raise Http404
        if request.user.is_authenticated:
            return redirect("home")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return response


class ToProvider(_OnlyConfigured, OIDCAuthenticationRequestView):
    """Redirects with state, nonce and PKCE challenge; the session keeps their counterparts."""


class FromProvider(_OnlyConfigured, OIDCAuthenticationCallbackView):
    def get(self, request: HttpRequest) -> HttpResponse:
        """Sign the person in, or say on the sign-in page why not."""
        try:
            answer: HttpResponse = super().get(request)
        except DomainError as refusal:
            return self._to_sign_in(str(refusal))
        except SuspiciousOperation as error:  # a state that this session did not send
            return self._to_sign_in(str(refused(INVALID, error)))
        return answer

    def login_success(self) -> HttpResponse:
        user, leads_to, at = self.user, self.success_url, now()
        if user.totp_secret and not settings.OIDC_SECOND_FACTOR_COUNTS:
            await_code(self.request, user, leads_to=leads_to, by_provider=True, at=at)
            return redirect("agencies:sign_in_code")
        begin_session(self.request, user, at=at, by_provider=True)
        return redirect(leads_to)

    def login_failure(self) -> HttpResponse:
        return self._to_sign_in("没有完成统一身份认证登录。")

    def _to_sign_in(self, sentence: str) -> HttpResponse:
        messages.warning(self.request, sentence)
        return redirect("agencies:login")


def way_out(request: HttpRequest) -> str:
    """Return the URL that ends the provider's session too, because terminals are shared."""
    back = request.build_absolute_uri(reverse("agencies:login"))
    asked = {"client_id": settings.OIDC_RP_CLIENT_ID, "post_logout_redirect_uri": back}
    return f"{settings.OIDC_OP_END_SESSION_ENDPOINT}?{urlencode(asked)}"
