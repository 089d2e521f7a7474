"""The example devices: values laid on the days around today, sent along the path every reading takes.

The files' format is described in examples/idrija/devices/README.md.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kit.clock import now
from kit.service import Context
from kit.store import Work
from services.sensors.devices.store import devices_named
from services.sensors.readings import MOST_READINGS, Batch, parse
from services.sensors.recording import record


async def load_example(context: Context, folder: Path) -> None:
    """Send the readings of every device in `folder`/devices up to now. Loading again completes what was begun."""
    for file in sorted((folder / "devices").glob("*.json")):
        content = json.loads(file.read_text("utf-8"))
        known = (await devices_named(context.store, {content["device"]})).get(content["device"])
        moment = now()
        # the same anchor as at the first time, so that a repeat is recognised as one
        anchor = known.first_seen if known else moment
        readings = laid_out(content, midnight=midnight(anchor, context.settings.zone), until=moment)
        for start in range(0, len(readings), MOST_READINGS):
            await _send(parse(readings[start : start + MOST_READINGS], now=moment), context)


async def _send(batch: Batch, context: Context) -> None:
    async def change(work: Work) -> None:
        await record(batch, work)

    await context.store.transact(change, actor="operator@idrija.example")


def midnight(moment: datetime, zone: ZoneInfo) -> datetime:
    """When that day began in `zone`, in UTC: hours added to it are as long as hours are."""
    return moment.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)


def laid_out(content: dict[str, Any], *, midnight: datetime, until: datetime) -> list[dict[str, Any]]:
    """The payload of every reading of a device file that is not after `until`, oldest first."""
    about = {"device": content["device"], "device_name": content["device_name"], "location": content["location"]}
    readings = [
        (midnight + timedelta(hours=series["first_hour"] + index * series["step_hours"]), series, value)
        for series in content["series"]
        for index, value in enumerate(series["values"])
    ]
    return [
        {
            **about,
            "observed_property": series["observed_property"],
            "unit": series["unit"],
            "time": time.isoformat(),
            "value": value,
        }
        for time, series, value in sorted(readings, key=lambda reading: reading[0])
        if time <= until
    ]
