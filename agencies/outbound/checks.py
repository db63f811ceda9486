"""System checks of the channels' settings, for `manage.py check`."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string

from agencies.outbound.todo_adapter import ToDoAdapter
from lib.addresses import networks_of
from lib.chinese import listed

# The methods of the interface.
ACTS = [name for name in vars(ToDoAdapter) if not name.startswith("_")]
HINT = "见 docs/operations.md 的“Outbound”一节。"


def check_outbound(**_: object) -> list[CheckMessage]:
    """A channel that is on needs the address of this site for links, and a sender."""
    is_mail, is_webhook = settings.EMAIL_IS_ON, bool(settings.WEBHOOK_URL)
    faults = {
        "E001": (
            (is_mail or is_webhook) and urlsplit(settings.SITE_URL).scheme not in ("http", "https"),
            "要发送邮件或待办，须设 SITE_URL（本平台的地址，如 https://policy.example）。",
        ),
        "E002": (
            is_mail and "@" not in settings.DEFAULT_FROM_EMAIL,
            "设了 EMAIL_URL，须同时设 MAIL_FROM（发件地址）。",
        ),
        "E003": (
            is_webhook and not _is_address(settings.WEBHOOK_URL),
            "WEBHOOK_URL 须是 https:// 开头的网址，有主机名，不含汉字；"
            "http:// 只能用于 OUTBOUND_NETWORKS 中的地址。",
        ),
        "E004": (
            is_webhook and len(settings.WEBHOOK_SECRET) < 16,
            "设了 WEBHOOK_URL，须同时设 WEBHOOK_SECRET（签名密钥，至少16个字符）。",
        ),
        "E005": (
            not _are_networks(settings.OUTBOUND_NETWORKS),
            "OUTBOUND_NETWORKS 须是网段或地址，用逗号分隔，如 10.1.2.0/24,192.168.1.5。",
        ),
        "E009": (
            is_webhook and not _is_adapter(settings.WEBHOOK_ADAPTER),
            "WEBHOOK_ADAPTER 须写一个适配器的类，如 agencies.outbound.todo_adapter.SignedJson，"
            f"有{listed(ACTS)}这些方法（docs/adapter.md）。",
        ),
    }
    return [
        Error(words, hint=HINT, id=f"agencies.{number}")
        for number, (is_wrong, words) in faults.items()
        if is_wrong
    ]


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        is_http = parts.scheme in ("http", "https")
        return is_http and bool(parts.hostname) and parts.port != 0 and url.isascii()
    except ValueError:
        return False


def _is_adapter(name: str) -> bool:
    try:
        found = import_string(name)
    except ImportError:
        return False
    return all(callable(getattr(found, act, None)) for act in ACTS)


def _are_networks(words: list[str]) -> bool:
    try:
        networks_of(words)
    except ValueError:
        return False
    return True
