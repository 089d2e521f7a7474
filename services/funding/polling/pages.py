"""Pages: every source and how it is doing, one source with its runs, adding one, and sending a table."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from starlette.datastructures import UploadFile

from kit.auth.people import Anybody, Person, require
from kit.http.commands import Commanding, Now, Stored
from kit.http.problems import Problem
from kit.store import Store, Work
from services.funding.polling import uploads
from services.funding.polling.adding import NewSource
from services.funding.polling.api import add
from services.funding.polling.health import SourceHealth
from services.funding.polling.known import all_health, health_of, source_of
from services.funding.polling.runs import Run
from services.funding.polling.store import PAYLOADS, RUNS, SIGNALS, SOURCES
from services.funding.sources.source import Polled

router = APIRouter()

Keeper = Annotated[Person, require("funding-officer", "coordinator", "operator")]
Officer = Annotated[Person, require("funding-officer", "coordinator")]
RUNS_SHOWN, SIGNALS_SHOWN, UNREAD_SHOWN = 20, 30, 20


@router.get("/funding/sources")
async def sources_page(request: Request, store: Stored, person: Anybody, moment: Now) -> Any:
    healths = await all_health(store)
    return request.app.state.pages.render(
        request,
        "funding/sources/sources.html",
        sources=[(health, isinstance(source_of(health), Polled)) for health in healths],
        running={each["source"]: Run.model_validate(each) for each in await _running(store)},
        may_keep=_may(person, "operator"),
        may_add=_may(person),
        now=moment,
    )


@router.get("/funding/sources/new")
async def new_source(request: Request, officer: Officer) -> Any:
    return _new_form(request, {"kind": "feed"}, {})


@router.post("/funding/sources/new")
async def add_source(request: Request, command: Commanding, officer: Officer) -> Any:
    typed = {name: str(value).strip() for name, value in (await request.form()).items()}
    try:
        new = NewSource.model_validate({name: value for name, value in typed.items() if value})
        stored = await command.store.transact(lambda work: add(new, work), actor=officer.user)
    except ValidationError as error:
        return _new_form(request, typed, {str(each["loc"][0]): "invalid" for each in error.errors()})
    except Problem as problem:
        return _new_form(request, typed, {problem.errors[0].field: "taken"})
    return RedirectResponse(f"/funding/sources/{stored.source}", 303)


@router.get("/funding/sources/upload")
async def upload_form(request: Request, officer: Officer) -> Any:
    return _upload_page(request)


@router.post("/funding/sources/upload")
async def look_at_table(request: Request, command: Commanding, officer: Officer) -> Any:
    async with request.form(max_files=1) as form:
        sent = form.get("table")
        name, body = (sent.filename or "", await sent.read()) if isinstance(sent, UploadFile) else ("", b"")
    if not body:
        return _upload_page(request, status=422, missing=True)
    try:
        table, read = await uploads.look_at(name[:200], body, command.store, officer.user)
    except Problem as problem:
        return _upload_page(request, status=422, refused=problem.errors[0])
    return _upload_page(request, table=table, file=name, read=read)


@router.post("/funding/sources/upload/take")
async def take_table(request: Request, command: Commanding, officer: Officer) -> Any:
    table = str((await request.form()).get("table", ""))
    run = await uploads.take(table, command.store, officer.user)
    return RedirectResponse(f"/funding/sources/upload/runs#{run.run_id}", 303)


@router.get("/funding/sources/upload/runs")
async def upload_runs(request: Request, store: Stored, person: Anybody, moment: Now) -> Any:
    return await source_page(request, "upload", store, person, moment)


@router.get("/funding/sources/{name}")
async def source_page(request: Request, name: str, store: Stored, person: Anybody, moment: Now) -> Any:
    health = await _known(name, store)
    source = source_of(health)
    runs = store[RUNS].find({"source": name}, sort=[("_id", -1)], limit=RUNS_SHOWN)
    signals = store[SIGNALS].find({"source": name}, sort=[("at", -1)], limit=SIGNALS_SHOWN)
    unread = store[PAYLOADS].find(
        {"source": name, "unread": {"$nin": [None]}}, {"zlib": 0, "body": 0}, sort=[("at", -1)], limit=UNREAD_SHOWN
    )
    return request.app.state.pages.render(
        request,
        "funding/sources/source.html",
        health=health,
        polled=source if isinstance(source, Polled) else None,
        runs=[Run.model_validate(each) async for each in runs],
        signals=[each async for each in signals],
        unread=[each async for each in unread] if person else [],
        may_keep=_may(person, "operator"),
        now=moment,
    )


@router.post("/funding/sources/{name}/switch")
async def switch(request: Request, name: str, command: Commanding, keeper: Keeper) -> Any:
    on = (await request.form()).get("on") == "yes"
    return await _change(name, command, keeper, lambda health: health.set({"enabled": on}))


@router.post("/funding/sources/{name}/read")
async def read_now(name: str, command: Commanding, keeper: Keeper) -> Any:
    return await _change(name, command, keeper, lambda health: health.ask(keeper.user))


@router.post("/funding/sources/{name}/stop")
async def stop(name: str, command: Commanding, keeper: Keeper) -> Any:
    async def change(work: Work) -> None:
        for run in await work.find(RUNS, {"source": name, "state": "running"}):
            work.update(RUNS, {"_id": run["_id"]}, {"$set": {"cancel": True}})

    await command.store.transact(change, actor=keeper.user)
    return RedirectResponse(f"/funding/sources/{name}", 303)


async def _change(name: str, command: Commanding, keeper: Person, change: Any) -> Any:
    known = await _known(name, command.store)
    if not isinstance(source_of(known), Polled):
        raise Problem(409, f"{name} cannot be asked: it has no address")

    async def save(work: Work) -> None:
        work.save(SOURCES, change(await work.load(SOURCES, name) or known))

    await command.store.transact(save, actor=keeper.user)
    return RedirectResponse(f"/funding/sources/{name}", 303)


async def _known(name: str, store: Store) -> SourceHealth:
    health = await health_of(name, store)
    if health is None:
        raise Problem(404, f"there is no source {name}")
    return health


async def _running(store: Store) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = await store[RUNS].find({"state": "running"}).to_list(None)
    return found


def _may(person: Person | None, *further: Any) -> bool:
    return person is not None and person.may("funding-officer", "coordinator", *further)


def _new_form(request: Request, typed: dict[str, str], wrong: dict[str, str]) -> Any:
    status = 422 if wrong else 200
    return request.app.state.pages.render(request, "funding/sources/new.html", status=status, typed=typed, wrong=wrong)


def _upload_page(request: Request, *, status: int = 200, **shown: Any) -> Any:
    blank: dict[str, Any] = {"table": None, "file": "", "read": None, "refused": None, "missing": False}
    return request.app.state.pages.render(request, "funding/sources/upload.html", status=status, **(blank | shown))
