"""System checks (`manage.py check`) of METRICS_NETWORKS and of S3-compatible storage."""

from ipaddress import ip_network
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning


def check_networks(**_: object) -> list[CheckMessage]:
    """Check each network: with an invalid one /readyz fails, and a balancer removes all servers."""
    try:
        for one in settings.METRICS_NETWORKS:
            ip_network(one, strict=False)
    except ValueError:
        words = f"METRICS_NETWORKS 里的“{one}”不是网段或地址，应如 10.1.0.0/16,192.168.1.5。"
        hint = "见 docs/operations.md 的“Watching”一节。"
        return [Error(words, hint=hint, id="policy_tracker.E003")]
    return []


HINT = "见 docs/operations.md 的“S3-compatible storage”一节。"


def check_buckets(**_: object) -> list[CheckMessage]:
    """Check that endpoint and key are set if a setting names a bucket."""
    named = [name for name in (settings.FILES_BUCKET, settings.BACKUP_BUCKET) if name]
    if not named:
        return []
    found: list[CheckMessage] = []
    scheme = urlsplit(settings.BUCKET_ENDPOINT).scheme
    if scheme not in ("http", "https") or not all(settings.BUCKET_KEYS.values()):
        words = "设了 FILES_BUCKET 或 BACKUP_BUCKET，须同时设 BUCKET_ENDPOINT（https://…）、"
        words += "BUCKET_ACCESS_KEY、BUCKET_SECRET_KEY。"
        found.append(Error(words, hint=HINT, id="policy_tracker.E001"))
    if scheme == "http":
        words = "BUCKET_ENDPOINT 不是 https://：文件和备份在网络上没有加密。"
        found.append(Warning(words, hint=HINT, id="policy_tracker.W001"))
    if len(named) > len(set(named)):
        words = "FILES_BUCKET 和 BACKUP_BUCKET 须是两个存储桶。"
        found.append(Error(words, hint=HINT, id="policy_tracker.E002"))
    return found
