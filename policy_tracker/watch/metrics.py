"""Metrics for Prometheus: requests, counted in each web process, and the health of the parts."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

# Each process writes its counts to its own files there, and any process can report all of them. The
# files are named by process id, which is 1 in each container, so each machine needs its own folder.
# It must be set before the library is imported.
FOLDER = settings.VAR_DIR / "metrics"
os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(FOLDER / socket.gethostname()))
Path(os.environ["PROMETHEUS_MULTIPROC_DIR"]).mkdir(parents=True, exist_ok=True)

from django.utils.timezone import now  # noqa: E402
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest  # noqa: E402
from prometheus_client.core import GaugeMetricFamily, Metric  # noqa: E402
from prometheus_client.multiprocess import MultiProcessCollector  # noqa: E402

from policy_tracker.watch.parts import all_parts  # noqa: E402

REQUESTS = Counter("policy_requests", "Answered requests", ["view", "status"])
SECONDS = Histogram(
    "policy_request_seconds",
    "How long an answer took",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.3, 1, 3),
)


def count_request(view: str, status: int, seconds: float) -> None:
    REQUESTS.labels(view, str(status)).inc()
    SECONDS.labels(view).observe(seconds)


class _Counts:
    def collect(self) -> Iterator[Metric]:
        yield from MultiProcessCollector.merge([str(path) for path in FOLDER.glob("*/*.db")])


class _Parts:
    """The health of the parts, queried at each scrape and never cached."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        parts = GaugeMetricFamily("policy_part_ok", "1: as it should be", labels=["part"])
        for part in all_parts(at=now()):
            parts.add_metric([part.name], float(part.tone == "green"))
            for name, value in part.figures.items():
                yield GaugeMetricFamily(f"policy_{name}", part.label, value=value)
        yield parts


def exposition() -> bytes:
    """Return all metrics in the text format of Prometheus."""
    registry = CollectorRegistry()
    registry.register(_Counts())
    registry.register(_Parts())
    return generate_latest(registry)
