"""Pages: one device, how it is doing, and how often it is expected to report."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse

from kit.auth.people import Anybody, Person, require
from kit.http.commands import Commanding, Now, Stored
from kit.store import Store, Work
from services.sensors.devices import editing
from services.sensors.devices.device import LONGEST, SHORTEST
from services.sensors.devices.store import heard, listening
from services.sensors.store import SERIES, activities_of

router = APIRouter(prefix="/sensors/devices")

UNITS = {"minutes": 60, "hours": 3600, "days": 86400}
MOST_SERIES = 200


@router.get("/{device_id}")
async def device_page(request: Request, device_id: str, where: Stored, person: Anybody, now: Now) -> Any:
    return await _page(request, device_id, where, person, now)


async def _page(
    request: Request, device_id: str, where: Store, person: Person | None, now: Any, typed: str = "", wrong: str = ""
) -> Any:
    device = await editing.existing(where, device_id)
    known = (await heard(where.database, [device_id])).get(device_id)
    found = await where[SERIES].find({"device_id": device_id}, sort=[("_id", 1)], limit=MOST_SERIES).to_list(None)
    series = [SERIES.to_aggregate(document) for document in found]
    return request.app.state.pages.render(
        request,
        "sensors/devices/device.html",
        status=422 if wrong else 200,
        device=device,
        heard=known,
        expectation=known.expectation(device) if known else None,
        listening=await listening(where.database),
        series=series,
        activities=await activities_of(where, series),
        may_edit=person is not None and person.may("editor", "coordinator", "operator"),
        typed=typed or (device.declared and _in_units(device.declared)[0]) or "",
        unit=_in_units(device.declared)[1] if device.declared else "minutes",
        units=list(UNITS),
        wrong=wrong,
        settings=request.app.state.settings,
        now=now,
    )


@router.post("/{device_id}/interval")
async def declare_interval(
    request: Request,
    device_id: str,
    command: Commanding,
    now: Now,
    editor: Annotated[Person, require("editor", "coordinator", "operator")],
    every: Annotated[str, Form()] = "",
    unit: Annotated[str, Form()] = "minutes",
) -> Any:
    every = every.strip()
    seconds = _seconds(every, unit)
    if every and seconds is None:
        return await _page(request, device_id, command.store, editor, now, every, "interval")

    async def change(work: Work) -> None:
        editing.expect(await editing.loaded(device_id, work), seconds, work)

    await command.store.transact(change, actor=editor.user)
    return RedirectResponse(f"/sensors/devices/{device_id}", 303)


def _seconds(text: str, unit: str) -> int | None:
    """Seconds of a whole number of `unit`; None for what is no interval of a device."""
    if not (text.isascii() and text.isdigit() and len(text) < 10 and unit in UNITS):
        return None
    seconds = int(text) * UNITS[unit]
    return seconds if SHORTEST.total_seconds() <= seconds <= LONGEST.total_seconds() else None


def _in_units(seconds: int) -> tuple[int, str]:
    """The longest unit that divides it."""
    unit = next((name for name in reversed(UNITS) if seconds % UNITS[name] == 0), "minutes")
    return seconds // UNITS[unit], unit
