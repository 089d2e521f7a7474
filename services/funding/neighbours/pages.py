"""The page of neighbours: who near us won European money, and taking in a list of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.datastructures import UploadFile

from contracts.funding.themes import THEMES
from contracts.values import Money
from kit.auth.people import Anybody, Person, require
from kit.http.commands import Commanding, Stored
from services.funding import territory_names
from services.funding.neighbours.looking import look, our_themes
from services.funding.neighbours.nearness import RUNGS, Nearness
from services.funding.neighbours.store import WON_LISTS, Wanted
from services.funding.neighbours.taking_in import take_in
from services.funding.sources.source import Malformed

router = APIRouter()

Officer = Annotated[Person, require("funding-officer", "coordinator")]
SHOWN = 50
DOWNLOADS = "https://kohesio.ec.europa.eu/en/data"


@router.get("/funding/neighbours")
async def neighbours_page(
    request: Request,
    store: Stored,
    person: Anybody,
    near: Nearness = "next",
    theme: Annotated[str, Query(max_length=60)] = "",
    text: Annotated[str, Query(max_length=200)] = "",
    after: str | None = None,
) -> Any:
    found = await look(Wanted(near, theme, text), store, SHOWN, after)
    return _page(
        request,
        person,
        list_taken=await store[WON_LISTS].find_one({}, sort=[("at", -1)]),
        rows=[_row(each) for each in found.projects],
        following=found.following,
        glance=found.glance,
        near=near,
        rungs=RUNGS,
        theme=theme,
        themes=[(code, THEMES[code]) for code in await our_themes(store) if code in THEMES],
        text=text,
    )


@router.post("/funding/neighbours")
async def take_list(request: Request, command: Commanding, officer: Officer) -> Any:
    async with request.form(max_files=1) as form:
        sent = form.get("list")
        name, body = (sent.filename or "", await sent.read()) if isinstance(sent, UploadFile) else ("", b"")
    if not body:
        return await _refused(request, officer, command, "empty", "")
    try:
        await take_in(body, name[:200], officer.user, command.store)
    except Malformed as malformed:
        return await _refused(request, officer, command, "malformed", str(malformed))
    return RedirectResponse("/funding/neighbours", 303)


async def _refused(request: Request, officer: Person, command: Commanding, why: str, said: str) -> Any:
    taken = await command.store[WON_LISTS].find_one({}, sort=[("at", -1)])
    return _page(request, officer, status=422, list_taken=taken, why=why, said=said)


def _page(request: Request, person: Person | None, *, status: int = 200, **shown: Any) -> Any:
    blank: dict[str, Any] = {"rows": [], "following": None, "glance": None, "near": "next", "rungs": RUNGS, "theme": ""}
    return request.app.state.pages.render(
        request,
        "funding/neighbours/neighbours.html",
        status=status,
        **(blank | {"themes": [], "text": "", "why": None, "said": ""} | shown),
        downloads=DOWNLOADS,
        may_take=person is not None and person.may("funding-officer", "coordinator"),
    )


def _row(project: dict[str, Any]) -> dict[str, Any]:
    return {
        **project,
        "cost": Money.model_validate(project["cost"]) if project["cost"] else None,
        "eu": Money.model_validate(project["eu"]) if project["eu"] else None,
        "place": territory_names.named(project["place"]),
        "begins": project["start"][:4] if project["start"] else None,
        "ends": project["end"][:4] if project["end"] else None,
        "themes": [THEMES[code] for code in project["themes"] if code in THEMES],
    }
