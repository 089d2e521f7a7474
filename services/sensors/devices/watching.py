"""The job that notices silences: a device that spoke is noticed at once, one that does not only by looking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from kit.bus.lag import waiting
from kit.service import Context, Job
from kit.store import Store, Work
from services.sensors.devices import store
from services.sensors.devices.device import Device
from services.sensors.devices.listening import Listening
from services.sensors.devices.store import Heard

EVERY_SECONDS: Final = 30.0
_TAKE_IN: Final = ("INGEST", "sensors_take_in")


async def watch(context: Context) -> None:
    """Tell of every device that has been silent for longer than it may be, while we listened all the time."""
    left = 0 if context.bus is None else await waiting(context.bus.jetstream, *_TAKE_IN)

    async def note(work: Work) -> Listening:
        known = await store.listening(work.database)
        now = known.noted(work.now, waiting=left) if known else Listening.begun(work.now)
        store.keep_listening(work, now)
        return now

    listening = await context.store.transact(note)
    async for some in store.all_heard(context.store):
        devices = await store.devices_named(context.store, (each.device_id for each in some))
        known = [(each, devices[each.device_id]) for each in some if each.device_id in devices]
        changed = [heard.device_id for heard, device in known if _judged(device, heard, listening) != device]
        if changed:
            await _tell(context.store, changed, listening)


def _judged(device: Device, heard: Heard, listening: Listening) -> Device:
    """The device as it is now: silent, or heard again by a report that came while its silence was being told."""
    if heard.last is None:
        return device
    if device.silence is not None:
        return device if heard.last <= device.silence.since else device.spoke(heard.last, heard.activities)
    expectation = heard.expectation(device)
    if expectation is None or listening.quiet_for(heard.last) <= expectation.quiet:
        return device
    return device.fell_silent(heard.last, expectation, heard.activities, listening.until)


async def _tell(where: Store, ids: Sequence[str], listening: Listening) -> None:
    async def change(work: Work) -> None:
        heard = await store.heard(work.database, ids)
        for device_id, device in (await store.devices_of(work, ids)).items():
            after = _judged(device, heard[device_id], listening)
            if after != device:
                work.save(store.DEVICES, after)

    await where.transact(change)


JOBS = [Job("sensors-watch-devices", EVERY_SECONDS, watch)]
