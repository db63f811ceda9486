"""System check (`manage.py check`) of the setting METRICS_NETWORKS."""

from ipaddress import ip_network

from django.conf import settings
from django.core.checks import CheckMessage, Error


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
