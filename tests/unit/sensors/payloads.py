"""Payloads as a device would send them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def payload(**changes: Any) -> dict[str, Any]:
    """A good reading, with fields replaced; a field set to ... is left out."""
    good = {
        "device": "air-idrija-centre",
        "observed_property": "pm10",
        "unit": "ug/m3",
        "time": "2026-11-21T08:00:00Z",
        "value": 12.4,
    }
    return {field: value for field, value in {**good, **changes}.items() if value is not ...}
