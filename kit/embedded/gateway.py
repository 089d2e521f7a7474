"""Five processes behind one address: `cinnabar up --processes`. Production has an ingress for this."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx
from fastapi import FastAPI
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse

from kit.service import Service

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "proxy-authorization"}
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def table_of(services: list[Service]) -> dict[str, str]:
    """First path segment -> service, read from the services' own routes; below /api the first two."""
    table: dict[str, str] = {}
    for service in services:
        for router in (service.facades, service.pages):
            table |= {_start(path): service.name for path in _paths(router)}
    return table


def _paths(router: Any) -> Iterator[str]:
    """The paths of a router's pages and of those of its parts, which FastAPI keeps as routers."""
    for route in router.routes:
        if (part := getattr(route, "original_router", None)) is not None:
            yield from _paths(part)
        else:
            yield route.path


def _start(path: str) -> str:
    parts = path.strip("/").split("/")
    return "/".join(parts[: 2 if parts[0] == "api" else 1])


def create_gateway(services: list[Service], addresses: Mapping[str, str]) -> FastAPI:
    """An application that passes each request to the process of the service it is for."""
    table = table_of(services)
    fallback = table.get("", services[0].name)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with httpx.AsyncClient(timeout=httpx.Timeout(60, connect=5), follow_redirects=False) as client:
            app.state.client = client
            yield

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)

    async def each(path: str) -> list[httpx.Response]:
        client: httpx.AsyncClient = app.state.client
        return list(await asyncio.gather(*(client.get(address + path) for address in addresses.values())))

    async def together(request: Request) -> Response:
        answers = await each(request.url.path)
        waiting = [word for answer in answers for word in answer.json().get("waiting_for", [])]
        ok = all(answer.status_code == 200 for answer in answers)
        return JSONResponse({"status": "ready" if ok else "waiting", "waiting_for": waiting}, 200 if ok else 503)

    async def metrics(request: Request) -> Response:
        return PlainTextResponse("\n".join(answer.text for answer in await each("/metrics")))

    async def openapi(request: Request) -> Response:
        return JSONResponse(_merged([answer.json() for answer in await each("/openapi.json")]))

    async def forward(request: Request) -> Response:
        parts = request.url.path.strip("/").split("/")
        name = (
            parts[1]
            if parts[0] == "api" and len(parts) > 1 and parts[1] in addresses
            else table.get(_start(request.url.path))
        )
        return await _pass_on(app.state.client, request, addresses[name or fallback])

    app.add_route("/readyz", together)
    app.add_route("/healthz", together)
    app.add_route("/metrics", metrics)
    app.add_route("/openapi.json", openapi)
    app.add_route("/{path:path}", forward, methods=_METHODS)
    return app


async def _pass_on(client: httpx.AsyncClient, request: Request, address: str) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    headers = [(name, value) for name, value in request.headers.items() if name not in _HOP_BY_HOP]
    outgoing = client.build_request(
        request.method, address + request.url.path + query, headers=headers, content=request.stream()
    )
    try:
        answer = await client.send(outgoing, stream=True)
    except httpx.HTTPError as error:
        problem = {"title": "Bad Gateway", "status": 502, "detail": f"the service does not answer: {error}"}
        return JSONResponse(problem, 502, media_type="application/problem+json")
    response = StreamingResponse(answer.aiter_raw(), answer.status_code, background=BackgroundTask(answer.aclose))
    response.raw_headers = [
        (name.lower(), value) for name, value in answer.headers.raw if name.lower().decode() not in _HOP_BY_HOP
    ]
    return response


def _merged(documents: list[dict[str, Any]]) -> dict[str, Any]:
    """One OpenAPI document for all processes; what every one of them has stands once."""
    whole: dict[str, Any] = {**documents[0], "paths": {}, "components": {"schemas": {}}}
    for document in documents:
        whole["paths"] |= document.get("paths", {})
        whole["components"]["schemas"] |= document.get("components", {}).get("schemas", {})
    return whole
