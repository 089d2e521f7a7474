"""One span, one measurement and one debug line per HTTP request, labelled by route template, never by path."""

from __future__ import annotations

import logging
from time import perf_counter

from opentelemetry import propagate, trace
from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit import metrics

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
                metrics.REQUESTS.labels(_service(route), scope["method"], route, str(status)).observe(seconds)
                log.debug("%s %s %d %.1f ms", scope["method"], route, status, seconds * 1000)


def _template(scope: Scope) -> str:
    """The path with its parameters named instead of filled in, however routers were nested."""
    if "route" not in scope:
        return "unmatched"
    names = {str(value): f"{{{name}}}" for name, value in scope.get("path_params", {}).items()}
    if scope["path"].strip("/") in names:
        return f"/{names[scope['path'].strip('/')]}"
    return "/".join(names.get(part, part) for part in scope["path"].split("/"))


def _service(route: str) -> str:
    parts = route.split("/")
    return parts[2] if len(parts) > 2 and parts[1] == "api" else "pages"
