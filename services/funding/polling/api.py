"""HTTP: sources with their health, what each run gave, reading now, and what was kept of their answers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from kit.auth.people import Anybody, Person, require
from kit.http.commands import Commanding, Stored
from kit.http.paging import Page, Paging, page_of, shown
from kit.http.problems import Problem
from kit.store import Work
from services.funding.polling import uploads
from services.funding.polling.adding import NewSource, added
from services.funding.polling.health import SourceHealth
from services.funding.polling.known import all_health, health_of, source_of
from services.funding.polling.reading import read_pushed
from services.funding.polling.store import PAYLOADS, RUNS, SIGNALS, SOURCES, body_of
from services.funding.sources.catalogue import BUILT_IN
from services.funding.sources.source import Payload, Polled

router = APIRouter()

Keeper = Annotated[Person, require("funding-officer", "coordinator", "operator")]
Officer = Annotated[Person, require("funding-officer", "coordinator")]
SignedIn = Annotated[Person, require()]


def _web_address(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError("write a whole address, such as https://www.gov.si")
    return text.rstrip("/")


Address = Annotated[str, Field(max_length=2000), AfterValidator(_web_address)]


class SentPayload(BaseModel):
    """One page or file of a source, as it was fetched."""

    model_config = ConfigDict(extra="forbid")
    url: str = Field(max_length=2000, description="Where it was found.")
    body: str = Field(max_length=20_000_000)


class SentPayloads(BaseModel):
    """Everything one poll of a source gave."""

    model_config = ConfigDict(extra="forbid")
    payloads: list[SentPayload] = Field(min_length=1, max_length=500)


class SourceSettings(BaseModel):
    """What may be set of a source; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    enabled: bool | None = Field(default=None, description="Whether it is polled by itself.")
    address: Address | None = Field(default=None, description="Where it stands instead of its usual place.")
    every_minutes: int | None = Field(default=None, ge=5, le=60 * 24 * 31)
    intermediate: str | None = Field(default=None, max_length=20_000, description="A certificate (PEM) it forgets.")


class Asked(BaseModel):
    """Read it now. `afresh`: whatever is remembered of its pages."""

    model_config = ConfigDict(extra="forbid")
    afresh: bool = False


class Taking(BaseModel):
    """The table to take, as looking at it named it."""

    model_config = ConfigDict(extra="forbid")
    table: str = Field(max_length=200)


FileName = Annotated[str, Query(max_length=200, description="How the file is called.")]


async def add(new: NewSource, work: Work) -> SourceHealth:
    """Store an added source. Raises Problem when its name is taken."""
    health = added(new)
    if await work.get(SOURCES, health.source) is not None or health.source in BUILT_IN:
        raise Problem.at("title", f"there is a source {health.source} already", "give it another title", status=409)
    return work.save(SOURCES, health)


def source_shown(health: SourceHealth, person: Person | None) -> dict[str, Any]:
    """A source as the API shows it; who asked for it is for those who are signed in."""
    source = source_of(health)
    polled = isinstance(source, Polled)
    usual: dict[str, Any] = {"polled": polled, "address": None, "every_minutes": None}
    if isinstance(source, Polled):
        usual |= {"address": source.address, "every_minutes": int(source.every.total_seconds() // 60)}
    stored = health.model_dump(exclude={"intermediate", "shape"} | (set() if person else {"asked_by"}))
    own = {name: value for name, value in stored.items() if value is not None}
    return {"id": health.source, "failure": None, "reason": None, **usual, **own}


@router.get("/sources", summary="Every source of calls and its health.")
async def list_sources(store: Stored, page: Paging, person: Anybody) -> dict[str, Any]:
    every = [health for health in await all_health(store) if page.after is None or health.source > page.after]
    items = every[: page.limit]
    return {
        "items": [source_shown(health, person) for health in items],
        "next": items[-1].source if len(every) > page.limit else None,
    }


@router.post("/sources", status_code=201, summary="Add a feed, or a server of the CommonGrants protocol.")
async def post_source(body: NewSource, command: Commanding, officer: Officer) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        return source_shown(await add(body, work), officer)

    return await command.run(change, status=201, etag=True)


@router.post("/sources/upload/looks", summary="What a table (CSV, XLSX, ODS) holds, before its calls are taken.")
async def post_look(request: Request, command: Commanding, officer: Officer, filename: FileName = "table") -> Any:
    table, read = await uploads.look_at(filename, await request.body(), command.store, officer.user)
    return uploads.preview_shown(table, read)


@router.post("/sources/upload/takings", summary="Take the calls of a table that was looked at.")
async def post_taking(body: Taking, command: Commanding, officer: Officer) -> Any:
    return (await uploads.take(body.table, command.store, officer.user)).model_dump(mode="json")


@router.get("/sources/{name}", summary="One source and its health.")
async def get_source(name: str, store: Stored, person: Anybody, response: Response) -> dict[str, Any]:
    health = await _known(name, store)
    response.headers["ETag"] = f'"{health.version}"'
    return source_shown(health, person)


@router.patch("/sources/{name}", summary="Switch a source on or off, or set where and how often it is read.")
async def patch_source(name: str, body: SourceSettings, command: Commanding, keeper: Keeper) -> Any:
    health = await _known(name, command.store)
    command.expect_version(health.version)
    changes = body.model_dump(include=body.model_fields_set)
    if changes.get("enabled") and not isinstance(source_of(health), Polled):
        raise Problem.at("enabled", f"{name} is not polled", "send its payloads to its readings, or type calls in")

    async def change(work: Work) -> dict[str, Any]:
        current = await work.load(SOURCES, name) or health
        return source_shown(work.save(SOURCES, current.set(changes)), keeper)

    return await command.run(change, etag=True)


@router.post("/sources/{name}/runs", status_code=202, summary="Have a source read at once.")
async def ask_for_run(name: str, body: Asked, command: Commanding, keeper: Keeper) -> Any:
    health = await _known(name, command.store)
    if not isinstance(source_of(health), Polled):
        raise Problem(409, f"{name} cannot be asked: it has no address; send its payloads to its readings")

    async def change(work: Work) -> dict[str, Any]:
        current = await work.load(SOURCES, name) or health
        return source_shown(work.save(SOURCES, current.ask(keeper.user, afresh=body.afresh)), keeper)

    return await command.run(change, status=202)


@router.get("/sources/{name}/runs", summary="What each run of a source gave, the newest first.")
async def list_runs(name: str, store: Stored, page: Paging, person: Anybody) -> dict[str, Any]:
    found = await _page_of(RUNS, name, store, page)
    items = found["items"] if person else [{**run, "by": None} for run in found["items"]]
    return {**found, "items": items}


@router.get("/sources/{name}/signals", summary="What a source told that is no call, such as procurement notices.")
async def list_signals(name: str, store: Stored, page: Paging) -> dict[str, Any]:
    return await _page_of(SIGNALS, name, store, page)


@router.get("/sources/{name}/payloads", summary="Answers of a source that were kept; `unread` says why one was not.")
async def list_payloads(name: str, store: Stored, page: Paging, person: SignedIn) -> dict[str, Any]:
    def without_body(document: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in shown(document).items() if key not in ("zlib", "body")}

    await _known(name, store)
    return await page_of(store[PAYLOADS], {"source": name}, page, without_body)


@router.get("/payloads/{payload_id}", summary="The untouched bytes of one answer.")
async def get_payload(payload_id: str, store: Stored, person: SignedIn) -> Response:
    document = await store[PAYLOADS].find_one({"_id": payload_id})
    body = None if document is None else body_of(document)
    if body is None:
        raise Problem(404, f"there is no payload {payload_id}, or it was too large to keep")
    headers = {"Content-Disposition": "attachment", "X-Content-Type-Options": "nosniff"}
    return Response(body, media_type="application/octet-stream", headers=headers)


@router.post("/runs/{run_id}/cancel", status_code=202, summary="Stop a run; what it took so far stays.")
async def cancel_run(run_id: str, command: Commanding, keeper: Keeper) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        run = await work.get(RUNS, run_id)
        if run is None:
            raise Problem(404, f"there is no run {run_id}")
        if run["state"] != "running":
            raise Problem(409, f"the run has ended: {run['state']}")
        work.update(RUNS, {"_id": run_id}, {"$set": {"cancel": True}})
        return shown({**run, "cancel": True})

    return await command.run(change, status=202)


@router.post("/sources/{name}/readings", summary="Read pages of a source that were fetched elsewhere.")
async def post_reading(name: str, body: SentPayloads, command: Commanding, officer: Officer) -> Any:
    source = source_of(await _known(name, command.store))
    if source is None:
        raise Problem(409, f"this version cannot read the source {name}")
    payloads = [Payload(each.url, each.body.encode()) for each in body.payloads]

    async def change(work: Work) -> dict[str, Any]:
        return source_shown(await read_pushed(source, payloads, work), officer)

    return await command.run(change)


async def _known(name: str, store: Any) -> SourceHealth:
    health = await health_of(name, store)
    if health is None:
        raise Problem(404, f"there is no source {name!r}; there are {', '.join(sorted(BUILT_IN))}")
    return health


async def _page_of(where: Any, name: str, store: Any, page: Page) -> dict[str, Any]:
    await _known(name, store)
    return await page_of(store[where], {"source": name}, page, newest_first=True)
