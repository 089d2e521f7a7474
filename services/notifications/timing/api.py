"""HTTP: when and how the person signed in is written to."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter

from kit.auth.people import Person as SignedIn
from kit.auth.people import require
from kit.http.commands import Commanding
from kit.store import Work
from services.notifications.people.knowing import know
from services.notifications.timing import choosing
from services.notifications.timing.choosing import DeliveryForm

router = APIRouter()

Somebody = Annotated[SignedIn, require()]


@router.get("/delivery", summary="When and how you are written to, what waits, and when the next mail leaves.")
async def get_delivery(command: Commanding, person: Somebody) -> Any:
    async def read(work: Work) -> dict[str, Any]:
        return await choosing.shown(await know(person, work), command.store, work.now)

    return await command.run(read, etag=True)


@router.put("/delivery", summary="Cadence, hours, holidays, reminders, zone and language; takes If-Match.")
async def put_delivery(form: DeliveryForm, command: Commanding, person: Somebody) -> Any:
    async def change(work: Work) -> dict[str, Any]:
        held = await know(person, work)
        command.expect_version(held.version)
        return await choosing.shown(await choosing.choose(held, form, work), command.store, work.now)

    return await command.run(change, etag=True)
