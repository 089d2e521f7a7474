"""HTTP: the devices, how each is doing, and how often it is expected to report."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from kit.auth.people import Person, require
from kit.http.commands import Commanding, Stored, etag_of
from kit.http.paging import Paging, page_of
from kit.store import Work
from services.sensors.devices import editing
from services.sensors.devices.device import Device, State
from services.sensors.devices.store import DEVICES, heard, in_state
from services.sensors.devices.views import DevicesPage, DeviceView, Interval

router = APIRouter()


@router.get("/devices", summary="List the devices")
async def list_devices(
    where: Stored,
    page: Paging,
    state: Annotated[State | None, Query(description="Only devices that are doing so.")] = None,
) -> DevicesPage:
    """Every device with when it was last heard, and what is wrong with it."""
    found = await page_of(where[DEVICES], in_state(state) if state else {}, page)
    devices = [Device.model_validate(item) for item in found["items"]]
    known = await heard(where.database, [device.id for device in devices])
    return DevicesPage(items=[DeviceView.of(device, known.get(device.id)) for device in devices], next=found["next"])


@router.get("/devices/{device_id}", summary="Show one device", response_model=DeviceView)
async def show_device(device_id: str, where: Stored) -> JSONResponse:
    device = await editing.existing(where, device_id)
    known = await heard(where.database, [device_id])
    view = DeviceView.of(device, known.get(device_id))
    return JSONResponse(view.model_dump(mode="json"), headers={"ETag": etag_of(device.version)})


@router.put("/devices/{device_id}/interval", summary="Say how often a device reports (If-Match: its version)")
async def put_interval(
    device_id: str,
    body: Interval,
    command: Commanding,
    _person: Annotated[Person, require("editor", "coordinator", "operator")],
) -> JSONResponse:
    """From then on it is silent after three times as long; null: as learnt from its own reports."""

    async def change(work: Work) -> Any:
        device = await editing.loaded(device_id, work)
        command.expect_version(device.version)
        device = editing.expect(device, body.every_seconds, work)
        return {"id": device.id, "every_seconds": device.declared, "version": device.version}

    return await command.run(change, etag=True)
