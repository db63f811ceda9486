"""What `manage.py check` says of the way in."""

from django.conf import settings
from django.core.checks import CheckMessage, Warning

NO_ADDRESS = (
    "请求没有带来客户端地址：登录不能按来源地址限次，审计记录里也没有地址。"
    "在代理之后（如 Unix 套接字）运行时，请由代理写入 X-Forwarded-For，并设 TRUST_FORWARDED_FOR=1。"
)


def check_address(**_: object) -> list[CheckMessage]:
    """Warn behind a proxy whose header is not read: all people would share one address, or none."""
    if not settings.HTTPS or settings.TRUST_FORWARDED_FOR:
        return []
    hint = "请由代理写入 X-Forwarded-For，并设 TRUST_FORWARDED_FOR=1（见 docs/operations.md）。"
    words = (
        "HTTPS=1 表示在代理之后运行，但没有设 TRUST_FORWARDED_FOR=1："
        "登录限次和审计会把代理当成来源地址。"
    )
    return [Warning(words, hint=hint, id="agencies.W001")]
