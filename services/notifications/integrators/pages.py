"""`/events/start`: get a key, run a program, see the first event; and the keys one has."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from kit.auth.people import Anybody, Person, require
from kit.http.commands import Stored
from kit.http.problems import Problem, from_validation
from kit.store import Store, Work
from services.notifications.integrators import commands, server
from services.notifications.integrators.api import existing, mine
from services.notifications.integrators.commands import IntegratorForm
from services.notifications.integrators.integrator import Integrator, topics
from services.notifications.integrators.snippets import snippets
from services.notifications.integrators.store import INTEGRATORS
from services.notifications.selection import known

router = APIRouter(prefix="/events/start")

Integrating = Annotated[Person, require("integrator", "operator")]
SHOWN = 100
UNKNOWN_SERVER = "nats://127.0.0.1:4222"


@router.get("")
async def start(request: Request, store: Stored, person: Anybody) -> Any:
    return await _show(request, store, person)


@router.post("")
async def make(
    request: Request,
    store: Stored,
    person: Integrating,
    name: Annotated[str, Form()] = "",
    events: Annotated[str, Form()] = "",
) -> Any:
    typed = {"name": name.strip(), "events": events.split()}
    try:
        form = IntegratorForm.model_validate(typed)
        wanted = commands.checked(form, request.app.state.settings)

        async def change(work: Work) -> tuple[Integrator, str]:
            return await commands.add(form, wanted, person, request.app.state.settings, work)

        made, secret = await store.transact(change, actor=person.user)
    except ValidationError as error:
        return await _show(request, store, person, typed=typed, problem=from_validation(error))
    except Problem as problem:
        if not problem.errors:
            raise
        return await _show(request, store, person, typed=typed, problem=problem)
    await commands.prepare(made.name, store, request.app.state.runtime.bus.jetstream)
    return await _show(request, store, person, made=made, secret=secret)


@router.post("/{name}/rotate")
async def rotate(request: Request, store: Stored, person: Integrating, name: str) -> Any:
    await existing(store, person, name)

    async def change(work: Work) -> tuple[Integrator, str]:
        return await commands.rotate(name, work)

    made, secret = await store.transact(change, actor=person.user)
    await commands.prepare(name, store, request.app.state.runtime.bus.jetstream)
    return await _show(request, store, person, made=made, secret=secret)


@router.post("/{name}/revoke")
async def revoke(request: Request, store: Stored, person: Integrating, name: str) -> RedirectResponse:
    await existing(store, person, name)
    await commands.revoke(name, person, request, store)
    return RedirectResponse("/events/start#keys", 303)


async def _show(
    request: Request,
    store: Store,
    person: Person | None,
    *,
    made: Integrator | None = None,
    secret: str | None = None,
    typed: dict[str, Any] | None = None,
    problem: Problem | None = None,
) -> Any:
    may = person is not None and person.may("integrator", "operator")
    keys = []
    if person is not None and may:
        found = store[INTEGRATORS].find(mine(person), sort=[("_id", 1)], limit=SHOWN)
        keys = [INTEGRATORS.to_aggregate(each) async for each in found]
    jetstream = request.app.state.runtime.bus.jetstream
    settings = request.app.state.settings
    address = str(settings.public_url).rstrip("/")
    streams = list(made.selection.subjects(made.municipality)) if made else ["FUNDING"]
    name, shown = (made.name if made else "NAME"), secret or "SECRET"
    answer = request.app.state.pages.render(
        request,
        "notifications/integrators/start.html",
        status=problem.status if problem else 200,
        may=may,
        keys=[(key, await server.lag(jetstream, key) if key.state == "active" else {}, topics(key)) for key in keys],
        made=made,
        secret=secret,
        snippets=snippets(address, settings.nats_public_url or UNKNOWN_SERVER, streams, name, shown),
        server=settings.nats_public_url,
        names=" ".join(f"cinnabar.{name}" for name in known()),
        typed=typed or {"name": "", "events": []},
        errors={each.field: f"{each.message}; {each.mend}" for each in problem.errors} if problem else {},
    )
    answer.headers["Cache-Control"] = "no-store"
    return answer
