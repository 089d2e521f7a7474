"""Takes what a source gave into the store: known calls are read again, new ones are first seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from kit import metrics
from kit.store import Work
from services.funding.calls.intake import take_all
from services.funding.source_health import SourceHealth
from services.funding.sources.by_hand import ByHand
from services.funding.sources.gov_si import GovSi
from services.funding.sources.sedia import Sedia
from services.funding.sources.source import Malformed, Payload, Source
from services.funding.store import PAYLOADS, SOURCES

SOURCES_KNOWN: dict[str, Source] = {source.name: source for source in (Sedia(), GovSi(), ByHand())}


async def read_source(source: Source, payloads: Sequence[Payload], work: Work) -> SourceHealth:
    """Read payloads of one source; good rows are taken in, bad ones are kept with their reasons."""
    health = await work.load(SOURCES, source.name) or SourceHealth(source=source.name, licence=source.licence)
    for payload in payloads:
        _keep(source, payload, work)
    try:
        reading = source.read(payloads)
    except Malformed as malformed:
        metrics.REFUSED.labels("funding", "source_payload").inc()
        return work.save(SOURCES, health.refused(malformed, work.now))
    metrics.REFUSED.labels("funding", "source_row").inc(len(reading.rejected))
    await take_all(reading.calls, work)
    return work.save(SOURCES, health.gave(reading, source, work.now))


def _keep(source: Source, payload: Payload, work: Work) -> None:
    """The untouched bytes, once for every content, so that a reading can be repeated and disputed."""
    digest = hashlib.sha256(payload.body).hexdigest()
    document = {"_id": f"{source.name}:{digest}", "source": source.name, "url": payload.url, "body": payload.body}
    work.put(PAYLOADS, {**document, "at": work.now})
