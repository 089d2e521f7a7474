"""HTTP: integrators, their keys and how far behind they are. For operators; the secret is shown once."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.http.problems import Problem
from kit.store import Work
from services.notifications.integrators import commands, server
from services.notifications.integrators.commands import IntegratorForm
from services.notifications.integrators.integrator import Integrator, permissions, topics
from services.notifications.integrators.store import INTEGRATORS

router = APIRouter(prefix="/integrators")

Operator = Annotated[Person, require("operator", "integrator")]


def integrator_shown(integrator: Integrator, request: Request, secret: str | None = None) -> dict[str, Any]:
    body = integrator.model_dump(exclude={"secrets", "events"})
    subjects = integrator.selection.subjects(integrator.municipality)
    told: dict[str, Any] = {"durable": integrator.durable, "streams": subjects, "permissions": permissions(integrator)}
    told |= {"inbox_prefix": integrator.inbox, "topics": topics(integrator)}
    told |= {"nats_url": request.app.state.settings.nats_public_url or None}
    return {"id": integrator.name, **body, **told, **({"secret": secret} if secret else {})}


@router.get("", summary="Integrators and what they may read.")
async def list_integrators(request: Request, store: Stored, person: Operator, page: Paging) -> dict[str, Any]:
    def show(document: dict[str, Any]) -> dict[str, Any]:
        return integrator_shown(INTEGRATORS.to_aggregate(document), request)

    return await page_of(store[INTEGRATORS], mine(person), page, show)


@router.post("", status_code=201, summary="Let somebody read events. The answer holds the secret, once.")
async def post_integrator(form: IntegratorForm, request: Request, command: Commanding, person: Operator) -> Any:
    settings = request.app.state.settings
    wanted = commands.checked(form, settings)

    async def change(work: Work) -> dict[str, Any]:
        made, secret = await commands.add(form, wanted, person, settings, work)
        return integrator_shown(made, request, secret)

    answer = await command.run(change, status=201, sealed="secret")
    await commands.prepare(form.name, command.store, request.app.state.runtime.bus.jetstream)
    return answer


@router.get("/{name}", summary="One integrator, with how many events wait for it.")
async def get_integrator(name: str, request: Request, store: Stored, person: Operator) -> dict[str, Any]:
    found = await existing(store, person, name)
    waiting = await server.lag(request.app.state.runtime.bus.jetstream, found)
    return {**integrator_shown(found, request), "waiting": waiting}


@router.post("/{name}/rotate", summary="A new secret; the one before works for another day.")
async def post_rotate(name: str, request: Request, command: Commanding, person: Operator) -> Any:
    await existing(command.store, person, name)

    async def change(work: Work) -> dict[str, Any]:
        rotated, secret = await commands.rotate(name, work)
        return integrator_shown(rotated, request, secret)

    answer = await command.run(change, sealed="secret")
    await commands.prepare(name, command.store, request.app.state.runtime.bus.jetstream)
    return answer


@router.post("/{name}/revoke", summary="End a key for good; open connections are cut.")
async def post_revoke(name: str, request: Request, store: Stored, person: Operator) -> dict[str, Any]:
    await existing(store, person, name)
    return integrator_shown(await commands.revoke(name, person, request, store), request)


def mine(person: Person) -> dict[str, Any]:
    return {} if person.may("operator") else {"made_by": person.user}


async def existing(store: Any, person: Person, name: str) -> Integrator:
    document = await store[INTEGRATORS].find_one({"_id": name, **mine(person)})
    if document is None:
        raise Problem(404, f"there is no integrator {name}")
    return INTEGRATORS.to_aggregate(document)
