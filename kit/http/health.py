"""`/healthz` (am I stuck?), `/readyz` (may I get work?) and `/metrics`."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import JSONResponse, Response
from prometheus_client import REGISTRY
from prometheus_client.exposition import choose_encoder

router = APIRouter(tags=["operation"])


@router.get("/healthz", summary="Am I stuck? Restart me if this fails.")
async def healthz(request: Request) -> JSONResponse:
    stuck = request.app.state.runtime.stuck()
    return JSONResponse({"status": "stuck" if stuck else "ok", "stuck": stuck}, 503 if stuck else 200)


@router.get("/readyz", summary="May I get work? 200 once everything this process runs is ready.")
async def readyz(request: Request) -> JSONResponse:
    waiting_for = await request.app.state.runtime.waiting_for()
    body = {"status": "waiting" if waiting_for else "ready", "waiting_for": waiting_for}
    return JSONResponse(body, 503 if waiting_for else 200)


@router.get("/metrics", include_in_schema=False)
async def metrics(accept: Annotated[str, Header()] = "") -> Response:
    """In OpenMetrics, with exemplars, for whoever asks for it; else in Prometheus' text format."""
    encode, content_type = choose_encoder(accept)
    return Response(encode(REGISTRY), headers={"Content-Type": content_type})
