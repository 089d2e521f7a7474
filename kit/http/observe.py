"""One span, one measurement and one debug line per HTTP request, labelled by route template, never by path.

The measurement bears the trace as its exemplar: from a slow request on a dashboard to its trace and its log lines.
"""

from __future__ import annotations

import logging
from time import perf_counter

from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit import metrics
from kit.telemetry import current_trace

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

log = logging.getLogger(__name__)
tracer = trace.get_tracer(__name__)


class Observed:
    """ASGI middleware around everything else, so that refusals are observed too."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 500
        started = perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        parent = propagate.extract(dict(Headers(scope=scope)))
        with tracer.start_as_current_span(scope["method"], context=parent, kind=SpanKind.SERVER) as span:
            try:
                await self._app(scope, receive, noting)
            finally:
                route = _template(scope)
                span.update_name(f"{scope['method']} {route}")
                span.set_attributes({"http.route": route, "http.response.status_code": status})
                seconds = perf_counter() - started
                method = scope["method"] if scope["method"] in METHODS else "other"
                series = metrics.REQUESTS.labels(_service(scope), method, route, f"{status // 100}xx")
                series.observe(seconds, current_trace())
                log.debug("%s %s %d %.1f ms", scope["method"], route, status, seconds * 1000)


def _template(scope: Scope) -> str:
    """The path as it is declared, however routers were nested: `/api/funding/calls/{call_id}`."""
    nested = scope.get("fastapi", {}).get("effective_route_context")
    route = nested or scope.get("route")
    return str(getattr(route, "path", "unmatched"))


def _service(scope: Scope) -> str:
    """The service that answered; `frame` for what every process answers alike, such as /healthz."""
    store = scope.get("state", {}).get("store")
    return str(store.service) if store is not None else "frame"
