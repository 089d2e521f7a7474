"""What people say of devices: how often one is expected to report."""

from __future__ import annotations

from datetime import timedelta

from kit.http.problems import Problem
from kit.store import Store, Work
from services.sensors.devices.device import Device
from services.sensors.devices.store import DEVICES


async def loaded(device_id: str, work: Work) -> Device:
    device = await work.load(DEVICES, device_id)
    if device is None:
        raise _unknown(device_id)
    return device


async def existing(store: Store, device_id: str) -> Device:
    document = await store[DEVICES].find_one({"_id": device_id})
    if document is None:
        raise _unknown(device_id)
    return DEVICES.to_aggregate(document)


def expect(device: Device, every_seconds: int | None, work: Work) -> Device:
    """Raises ValueError for an interval that no device has."""
    after = device.expected(None if every_seconds is None else timedelta(seconds=every_seconds))
    return device if after == device else work.save(DEVICES, after)


def _unknown(device_id: str) -> Problem:
    return Problem(404, f"there is no device {device_id}; GET /api/sensors/devices lists those there are")
