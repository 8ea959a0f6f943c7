"""`/metrics`: for Prometheus, not for the world."""

from __future__ import annotations

import hmac
import ipaddress

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.metrics import Metrics

# A proxy that hands on the world's requests says so in one of these.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")


def metrics_route(metrics: Metrics, token: str | None) -> Route:
    """The figures, for whoever has the token; without one, for this machine alone."""

    async def figures(request: Request) -> Response:
        if not _may_read(request, token):
            return Response(status_code=404)
        return Response(metrics.exposition(), headers={"content-type": metrics.content_type})

    return Route("/metrics", figures)


def _may_read(request: Request, token: str | None) -> bool:
    if token is not None:
        sent = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(sent.encode(), token.encode())
    if any(name in request.headers for name in _FORWARDED) or request.client is None:
        return False
    return ipaddress.ip_address(request.client.host).is_loopback
