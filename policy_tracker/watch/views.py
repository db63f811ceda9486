"""/healthz, /readyz and /metrics for machines; 系统状态 for the system administrator."""

import hmac
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST

from agencies.guards import GET, allowed_to
from agencies.permissions import Perm
from lib.http import UserRequest
from lib.origin import origin
from policy_tracker.watch.metrics import exposition
from policy_tracker.watch.parts import all_parts, essential_parts


@login_not_required
@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """200 if this process answers; nothing else is checked."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> HttpResponse:
    """503 if this process cannot serve pages, because its database is away.

    For load balancers. Pages work without broker, worker and beat, so only /readyz/all, for
    monitoring, answers 503 for them.
    """
    return _ready(request, needed=("database",))


@login_not_required
@require_GET
def readyz_all(request: HttpRequest) -> HttpResponse:
    return _ready(request, needed=("database", "broker", "worker", "beat", "disk"))


def _ready(request: HttpRequest, *, needed: tuple[str, ...]) -> HttpResponse:
    found = {part.name: part for part in essential_parts(at=now())}
    is_ready = all(name in found and found[name].tone != "red" for name in needed)
    told = {name: part.tone for name, part in found.items()} if _may_watch(request) else {}
    return JsonResponse({"ready": is_ready, **told}, status=200 if is_ready else 503)


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """404 without permission: closed until METRICS_TOKEN or METRICS_NETWORKS is set."""
    if not _may_watch(request):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


def _may_watch(request: HttpRequest) -> bool:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and hmac.compare_digest(
        token.encode(), settings.METRICS_TOKEN.encode()
    ):
        return True
    address = origin.get().address
    networks = [ip_network(one, strict=False) for one in settings.METRICS_NETWORKS]
    return address is not None and any(ip_address(address) in one for one in networks)


@allowed_to(Perm.KEEP_SYSTEM, methods=GET)
def system_status(request: UserRequest) -> HttpResponse:
    at = now()
    found = all_parts(at=at)
    context = {"parts": found, "troubled": [one for one in found if one.advice], "at": at}
    return render(request, "policy_tracker/system_status.html", context)
