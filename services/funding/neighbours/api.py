"""HTTP: who near us won what, and the lists it is known from."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import JSONResponse

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of, shown
from kit.http.problems import Problem
from services.funding.neighbours.looking import look
from services.funding.neighbours.nearness import Nearness
from services.funding.neighbours.store import WON_LISTS, Wanted
from services.funding.neighbours.taking_in import take_in
from services.funding.sources.source import Malformed

Officer = Annotated[Person, require("funding-officer", "coordinator")]


router = APIRouter()


@router.get("/neighbours", summary="Projects with EU money near us, the most money first.")
async def list_neighbours(
    store: Stored,
    page: Paging,
    near: Nearness = "next",
    theme: Annotated[str, Query(max_length=60)] = "",
    text: Annotated[str, Query(max_length=200)] = "",
) -> dict[str, Any]:
    found = await look(Wanted(near, theme, text), store, page.limit, page.after)
    items = [{name: value for name, value in shown(each).items() if name != "words"} for each in found.projects]
    return {"items": items, "next": found.following, "glance": found.glance}


@router.post("/neighbours/lists", status_code=201, summary="Take in Kohesio's CSV of projects (the body).")
async def post_list(request: Request, command: Commanding, officer: Officer) -> Any:
    name = request.headers.get("x-file-name", "projects.csv")[:200]
    try:
        summary = await take_in(await request.body(), name, officer.user, command.store)
    except Malformed as malformed:
        raise Problem.at("body", malformed.reason, malformed.mend) from None
    return JSONResponse(shown(summary), 201)


@router.get("/neighbours/lists", summary="Lists that were taken in, the newest first.")
async def list_lists(store: Stored, page: Paging, officer: Officer) -> dict[str, Any]:
    return await page_of(store[WON_LISTS], {}, page, newest_first=True)
