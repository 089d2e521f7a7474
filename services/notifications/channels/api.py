"""HTTP: the ways one is reached besides mail and inbox, and a test of each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request

from kit.auth.people import Person as SignedIn
from kit.auth.people import require
from kit.http.commands import Commanding, Stored
from kit.http.paging import Paging, page_of
from kit.store import Work
from services.notifications.channels import commands
from services.notifications.channels.commands import ChannelForm
from services.notifications.channels.route import Route
from services.notifications.channels.store import ROUTES

router = APIRouter()

Somebody = Annotated[SignedIn, require()]


@router.get("/channels", summary="Your channels, and those of the department you head; coordinators see every one's.")
async def list_channels(store: Stored, person: Somebody, page: Paging) -> dict[str, Any]:
    query = {"ended_at": None, **await commands.whose(store, person)}
    return await page_of(store[ROUTES], query, page, lambda document: channel_shown(ROUTES.to_aggregate(document)))


@router.post("/channels", status_code=201, summary="Add a service that Apprise knows; a browser adds itself.")
async def post_channel(request: Request, form: ChannelForm, command: Commanding, person: Somebody) -> Any:
    route = await commands.service(form, person, command.store, request.app.state.settings)

    async def change(work: Work) -> dict[str, Any]:
        return channel_shown(await commands.add(route, person, work))

    return await command.run(change, status=201)


@router.post("/channels/{channel_id}/test", summary="Send a test message now; the answer says what came of it.")
async def post_test(request: Request, channel_id: str, store: Stored, person: Somebody) -> dict[str, Any]:
    route = await commands.theirs(store, channel_id, person)
    outcome = await commands.test(route, store, request.app.state.settings)
    return {"ok": outcome.ok, "words": outcome.words}


@router.delete("/channels/{channel_id}", summary="Take a channel away; its address is forgotten.")
async def delete_channel(channel_id: str, command: Commanding, person: Somebody) -> Any:
    route = await commands.theirs(command.store, channel_id, person)

    async def change(work: Work) -> dict[str, Any]:
        await commands.remove(route, person, work)
        return {"id": channel_id}

    return await command.run(change)


def channel_shown(route: Route) -> dict[str, Any]:
    """Everything but the sealed address."""
    return {"id": route.route_id, **route.model_dump(exclude={"route_id", "events", "sealed"})}
