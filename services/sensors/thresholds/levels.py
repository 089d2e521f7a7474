"""Levels that are published for what is measured: a help for whoever sets a threshold, never set by themselves."""

from __future__ import annotations

from typing import Final, Literal

Band = Literal["fair", "moderate", "poor", "very_poor", "extremely_poor"]

BANDS: Final[tuple[Band, ...]] = ("fair", "moderate", "poor", "very_poor", "extremely_poor")
# The European air-quality index of the European Environment Agency: where each band begins, µg/m³. It is revised
# now and then.
_INDEX: Final[dict[str, tuple[int, ...]]] = {
    "pm2_5": (10, 20, 25, 50, 75),
    "pm10": (20, 40, 50, 100, 150),
    "no2": (40, 90, 120, 230, 340),
    "o3": (50, 100, 130, 240, 380),
    "so2": (100, 200, 350, 500, 750),
}


def air_quality_bands(observed_property: str, unit: str) -> list[tuple[Band, int]]:
    """Each band with the value above which it begins; empty where the index says nothing."""
    return list(zip(BANDS, _INDEX[observed_property], strict=True)) if _speaks_of(observed_property, unit) else []


def _speaks_of(observed_property: str, unit: str) -> bool:
    return observed_property in _INDEX and unit == "ug/m3"
