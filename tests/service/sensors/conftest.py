"""The sensors service, running on empty servers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.envelope import attributes_of
from kit.settings import Settings
from services.sensors.app import service
from tests.conftest import Running, running

SERIES = "air-1--pm10"


@pytest.fixture
async def sensors(settings: Settings) -> AsyncIterator[Running]:
    async with running(settings, service) as started:
        yield started


def reading(minutes_ago: float = 60, value: Any = 12.4, **changes: Any) -> dict[str, Any]:
    """A good reading of `air-1`, measured at a whole second."""
    time = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=minutes_ago)
    good = {"device": "air-1", "observed_property": "pm10", "unit": "ug/m3", "time": time.isoformat(), "value": value}
    return {**good, **changes}


async def send(to: Running, body: Any, who: str = "integrator", **headers: str) -> Any:
    return await to.http.post("/api/sensors/readings", json=body, headers={**to.as_(who), **headers})


async def said(by: Running) -> list[tuple[str, dict[str, Any]]]:
    """Type and data of every event the service has committed to saying, unit of work after unit of work."""
    rows = by.runtime.stores["sensors"].database["outbox"].find({}, sort=[("created_at", 1)])
    found = [attributes_of(bytes(row["body"])) async for row in rows]
    return [(attributes.type.removeprefix("cinnabar.sensors."), data) for attributes, data in found]
