"""The composition root of the sensors service."""

from __future__ import annotations

from pathlib import Path

from kit.service import Service
from services.sensors import api, example, handlers, pages, store
from services.sensors.devices import store as devices
from services.sensors.devices.watching import JOBS

service = Service(
    name="sensors",
    title="Sensors",
    collections=[*devices.ALL, store.SERIES, store.READINGS, store.ACTIVITIES],
    api=api.router,
    pages=pages.router,
    templates=Path(__file__).parent / "pages",
    handlers=[handlers.take_in, handlers.remember_activity],
    jobs=JOBS,
    load_example=example.load_example,
)
