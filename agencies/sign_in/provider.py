"""The authentication backend for single sign-on (OpenID Connect)."""

import logging
from typing import Any

import jwt
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from django.utils.timezone import localdate, now
from mozilla_django_oidc.auth import OIDCAuthenticationBackend
from requests.exceptions import RequestException

from agencies.accounts.identities import person_of
from agencies.models import User
from agencies.sign_in import actions as sign_in
from lib.errors import DomainError
from lib.outage import SilentError, answering

# Errors that the library raises when the provider's JSON has an unexpected shape.
NONSENSE = (LookupError, ValueError, TypeError, AttributeError)
SECONDS_OFF = 60  # by which the provider's clock may differ from ours
CLAIMS = ["iss", "sub", "aud", "exp", "iat"]
SILENT = "统一身份认证没有应答，请稍后再试，或者用账号和密码登录。"
INVALID = "统一身份认证的登录没有通过核验，请重新登录；仍不行的，用账号和密码登录。"
UNLINKED = (
    "您的统一身份还没有关联本平台的账号。请把标识“{}”告诉系统管理员，由其在“账号”中办理关联；"
    "有账号和密码的，可以照常登录。"
)
OFF = "您的账号已停用，请联系系统管理员。"
LOCKED = "您的账号因连续输错密码正在锁定，请稍后再试，或者联系安全管理员解除锁定。"
ADMINISTRATOR = "管理员的账号只用账号和密码登录。"
logger = logging.getLogger(__name__)


class ProviderBackend(OIDCAuthenticationBackend):
    """Finds accounts only by their link; never creates one, or finds one by name or e-mail."""

    # Its arguments are required, so that Django skips this backend for a password.
    def authenticate(self, request: HttpRequest, *, nonce: str, code_verifier: str) -> User:
        """Return the linked person. Otherwise records the refusal and raises DomainError."""
        server = f"{settings.OIDC_OP_TOKEN_ENDPOINT} {settings.OIDC_OP_JWKS_ENDPOINT}"
        try:
            with answering(server, RequestException):
                return super().authenticate(request, nonce=nonce, code_verifier=code_verifier)
        except (RequestException, SilentError) as error:
            raise refused(SILENT, error) from None
        except (SuspiciousOperation, jwt.PyJWTError, *NONSENSE) as error:
            raise refused(INVALID, error) from None

    def get_payload_data(self, token: str, key: Any) -> dict[str, Any]:
        """Return the claims after the checks of OpenID Connect Core 3.1.3.7 the library omits."""
        client = settings.OIDC_RP_CLIENT_ID
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=[settings.OIDC_RP_SIGN_ALGO],
            audience=client,
            issuer=settings.OIDC_OP_ISSUER,
            leeway=SECONDS_OFF,
            options={"require": CLAIMS},
        )
        if claims.get("azp", client) != client:
            raise SuspiciousOperation("The token is for another client.")
        return claims

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> User:
        """Return the person whom the administrator linked; never create one."""
        at, subject = now(), str(payload["sub"])
        user = person_of(subject)
        if user is None:
            raise _recorded(f"统一身份认证的标识“{subject}”没有关联账号", UNLINKED.format(subject))
        bars = {
            OFF: not user.is_active,
            LOCKED: user.is_locked(at=at),
            ADMINISTRATOR: User.objects.administrators(on=localdate(at)).contains(user),
        }
        for sentence, holds in bars.items():
            if holds:
                raise _recorded(f"经统一身份认证：{sentence.rstrip('。')}", sentence, by=user)
        return user


def refused(sentence: str, why: object) -> DomainError:
    """Record a refusal and return it as an error; log only the kind of `why`, not its secrets."""
    logger.warning("Single sign-on failed: %r", type(why))
    return _recorded(sentence.partition("，")[0], sentence)


def _recorded(audited: str, sentence: str, *, by: User | None = None) -> DomainError:
    sign_in.refuse(f"{audited}，登录被拒。", by=by, at=now())
    return DomainError(sentence)
