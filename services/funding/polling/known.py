"""Every source that is known: those of the house, and those people added, each as its settings have it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kit.store import Store
from services.funding.polling.health import SourceHealth
from services.funding.polling.store import SOURCES
from services.funding.sources.catalogue import BUILT_IN
from services.funding.sources.common_grants import CommonGrants
from services.funding.sources.feed import Feed
from services.funding.sources.source import Polled, Source


async def all_health(store: Store) -> list[SourceHealth]:
    """The settings and health of all sources by name; one that was never read is as it comes."""
    stored = {document["_id"]: SOURCES.to_aggregate(document) async for document in store[SOURCES].find({})}
    fresh = {name: SourceHealth(source=name, licence=source.licence) for name, source in BUILT_IN.items()}
    return [health for _, health in sorted({**fresh, **stored}.items())]


async def health_of(name: str, store: Store) -> SourceHealth | None:
    document = await store[SOURCES].find_one({"_id": name})
    if document is not None:
        return SOURCES.to_aggregate(document)
    source = BUILT_IN.get(name)
    return None if source is None else SourceHealth(source=name, licence=source.licence)


def source_of(health: SourceHealth) -> Source | None:
    """The source as it is set; None when this version of the house cannot read it."""
    match health.kind:
        case "feed":
            return Feed(health.source, health.address or "", health.title, health.licence)
        case "common_grants":
            return CommonGrants(health.source, health.address or "", health.title, health.licence)
        case _:
            source = BUILT_IN.get(health.source)
    if source is None or health.address is None or not isinstance(source, Polled):
        return source
    at_its_address: Any = source
    moved: Source = replace(at_its_address, address=health.address)
    return moved
