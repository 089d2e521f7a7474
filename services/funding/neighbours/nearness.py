"""How near a region is to ours: the same, next to it, in the same cohesion region, in the country."""

from __future__ import annotations

from typing import Literal

from services.funding.territory import around

Nearness = Literal["region", "next", "cohesion", "country"]
RUNGS: tuple[Nearness, ...] = ("region", "next", "cohesion", "country")

# Statistical regions of Slovenia that share a border (NUTS 2021; the Statistical Office's map of regions).
_BORDERS = (
    *(("SI031", "SI032"), ("SI032", "SI033"), ("SI032", "SI034"), ("SI033", "SI034"), ("SI034", "SI035")),
    *(("SI034", "SI036"), ("SI034", "SI041"), ("SI034", "SI042"), ("SI035", "SI036"), ("SI035", "SI037")),
    *(("SI035", "SI041"), ("SI036", "SI037"), ("SI037", "SI038"), ("SI037", "SI041"), ("SI038", "SI041")),
    *(("SI038", "SI043"), ("SI038", "SI044"), ("SI041", "SI042"), ("SI041", "SI043"), ("SI042", "SI043")),
    ("SI043", "SI044"),
)
REGIONS = tuple(sorted({region for border in _BORDERS for region in border}))


def region_of(place: str) -> str | None:
    """The statistical region a place lies in; None when it is wider than one, or not known."""
    return next((region for region in REGIONS if region in around(place)), None)


def regions_within(rung: Nearness, home: str) -> tuple[str, ...]:
    """Regions at most that far from `home`. Of a home that is in no region, every region is in the country."""
    ours = region_of(home)
    if ours is None or rung == "country":
        return REGIONS
    beside = {a if b == ours else b for a, b in _BORDERS if ours in (a, b)}
    near = {"region": {ours}, "next": {ours, *beside}}
    near["cohesion"] = near["next"] | {region for region in REGIONS if region[:4] == ours[:4]}
    return tuple(sorted(near[rung]))
