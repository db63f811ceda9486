"""System checks of the settings for signing in, for `manage.py check`."""

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning

NO_ADDRESS = (
    "请求没有带来客户端地址：登录不能按来源地址限次，审计记录里也没有地址。"
    "在代理之后（如 Unix 套接字）运行时，请由代理写入 X-Forwarded-For，并设 TRUST_FORWARDED_FOR=1。"
)


PROVIDER = ("AUTHORIZATION_ENDPOINT", "TOKEN_ENDPOINT", "JWKS_ENDPOINT")


def check_provider(**_: object) -> list[CheckMessage]:
    """Single sign-on is configured completely or not at all, and its URLs use TLS."""
    if not settings.OIDC_OP_ISSUER:
        return []
    addresses = {f"OIDC_OP_{name}": getattr(settings, f"OIDC_OP_{name}") for name in PROVIDER}
    client = {"OIDC_RP_CLIENT_ID": settings.OIDC_RP_CLIENT_ID}
    missing = [name for name, value in (addresses | client).items() if not value]
    open_ = [name for name, value in addresses.items() if value.startswith("http://")]
    hint = "见 docs/operations.md 的“Single sign-on”一节。"
    faults: list[CheckMessage] = []
    if missing:
        words = f"设了 OIDC_OP_ISSUER，统一身份认证还缺 {'、'.join(missing)}。"
        faults.append(Error(words, hint=hint, id="agencies.E008"))
    if open_:
        words = f"{'、'.join(open_)} 须用 https：否则同一网络上的人可以冒充统一身份认证。"
        faults.append(Warning(words, hint=hint, id="agencies.W002"))
    return faults


def check_address(**_: object) -> list[CheckMessage]:
    """Warn if a proxy's header is not read: all people would have the same address, or none."""
    if not settings.HTTPS or settings.TRUST_FORWARDED_FOR:
        return []
    hint = "请由代理写入 X-Forwarded-For，并设 TRUST_FORWARDED_FOR=1（见 docs/operations.md）。"
    words = (
        "HTTPS=1 表示在代理之后运行，但没有设 TRUST_FORWARDED_FOR=1："
        "登录限次和审计会把代理当成来源地址。"
    )
    return [Warning(words, hint=hint, id="agencies.W001")]
