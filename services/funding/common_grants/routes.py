"""The routes below /common-grants/: in the protocol's own envelopes, and open to everybody like the calls' pages."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from kit.clock import now
from kit.http.commands import Stored
from kit.store import Store
from services.funding.calls import Call
from services.funding.common_grants.ids import call_id_of
from services.funding.common_grants.opportunity import opportunity
from services.funding.common_grants.searching import NotUnderstood, Search, search_of
from services.funding.store import CALLS

router = APIRouter(prefix="/common-grants")

MOST = 100
_NEWS_FIRST = [("last_changed_at", -1), ("_id", 1)]


@router.get("/opportunities")
async def list_opportunities(request: Request, store: Stored) -> JSONResponse:
    try:
        page, size = _page(request.query_params, {})
    except NotUnderstood as error:
        return _refusal(HTTPStatus.BAD_REQUEST, str(error))
    found = await _found(store, {"joined_into": None}, _NEWS_FIRST, page, size)
    return _answer("Opportunities, the newest change first", found)


@router.get("/opportunities/{opportunity_id}")
async def get_opportunity(opportunity_id: str, store: Stored) -> JSONResponse:
    """One opportunity. A call that goes on as another is answered with that one."""
    try:
        call_id = call_id_of(UUID(opportunity_id))
    except ValueError:
        return _refusal(HTTPStatus.BAD_REQUEST, f"{opportunity_id!r} is no UUID")
    call = await _call(store, call_id)
    if call is not None and call.joined_into:
        call = await _call(store, call.joined_into)
    if call is None:
        return _refusal(HTTPStatus.NOT_FOUND, f"there is no opportunity {opportunity_id}")
    return _answer("Success", {"data": opportunity(call, now())})


@router.post("/opportunities/search")
async def search_opportunities(request: Request, store: Stored) -> JSONResponse:
    try:
        body = json.loads(await request.body() or b"{}")
        if not isinstance(body, dict):
            raise NotUnderstood("the body is a JSON object")
        search = search_of(body)
        page, size = _page(request.query_params, body.get("pagination") or {})
    except (NotUnderstood, ValueError, RecursionError) as error:
        said = str(error) if isinstance(error, NotUnderstood) else "the body is not JSON"
        return _refusal(HTTPStatus.BAD_REQUEST, said)
    found = await _found(store, search.query, search.sort, page, size)
    return _answer("Opportunities that meet the search", {**found, **_told(search)})


def _told(search: Search) -> dict[str, Any]:
    return {
        "sortInfo": {"sortBy": search.sort_by, "sortOrder": search.sort_order, "errors": search.sort_errors},
        "filterInfo": {"filters": search.filters, "errors": search.filter_errors},
    }


async def _found(
    store: Store, query: dict[str, Any], sort: list[tuple[str, int]], page: int, size: int
) -> dict[str, Any]:
    moment = now()
    total = await store[CALLS].count_documents(query)
    documents = store[CALLS].find(query, sort=sort, skip=(page - 1) * size, limit=size)
    items = [opportunity(CALLS.to_aggregate(document), moment) async for document in documents]
    pages = {"page": page, "pageSize": size, "totalItems": total, "totalPages": -(-total // size)}
    return {"items": items, "paginationInfo": pages}


def _page(query: Any, pagination: Any) -> tuple[int, int]:
    """Page and size: the official client has put them into the query and into the body; the query comes first."""
    given = pagination if isinstance(pagination, dict) else {}
    try:
        page = int(query.get("page", given.get("page", 1)))
        size = int(query.get("pageSize", given.get("pageSize", MOST)))
    except (TypeError, ValueError):
        raise NotUnderstood("page and pageSize are whole numbers") from None
    if not 1 <= page <= 1_000_000 or size < 1:
        raise NotUnderstood("page and pageSize count from 1")
    return page, min(size, MOST)


async def _call(store: Store, call_id: str | None) -> Call | None:
    document = await store[CALLS].find_one({"_id": call_id}) if call_id else None
    return None if document is None else CALLS.to_aggregate(document)


def _answer(message: str, content: dict[str, Any]) -> JSONResponse:
    return JSONResponse({"status": 200, "message": message, **content})


def _refusal(status: HTTPStatus, said: str) -> JSONResponse:
    return JSONResponse({"status": int(status), "message": said, "errors": [said]}, int(status))
