"""Takes what a source gave into the store: known calls are read again, new ones are first seen."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from kit import metrics
from kit.store import Work
from services.funding import identity
from services.funding.calls import Call
from services.funding.source_health import SourceHealth
from services.funding.sources.by_hand import ByHand
from services.funding.sources.gov_si import GovSi
from services.funding.sources.parsed_call import ParsedCall
from services.funding.sources.sedia import Sedia
from services.funding.sources.source import Malformed, Payload, Reading, Source
from services.funding.store import CALLS, PAYLOADS, SOURCES

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
    await _take_all(reading, work)
    return work.save(SOURCES, health.gave(reading, source, work.now))


async def take(parsed: ParsedCall, work: Work) -> Call:
    """One parsed call into the store; the call as it stands afterwards."""
    known = await work.load(CALLS, identity.call_id(parsed.source, parsed.key))
    if known is None:
        return work.save(CALLS, Call.first_seen(parsed, work.now))
    changes = known.read_again(parsed, work.now)
    return work.save(CALLS, known) if changes or known.events else known


async def _take_all(reading: Reading, work: Work) -> None:
    metrics.REFUSED.labels("funding", "source_row").inc(len(reading.rejected))
    for parsed in reading.calls:
        await take(parsed, work)


def _keep(source: Source, payload: Payload, work: Work) -> None:
    """The untouched bytes, once for every content, so that a reading can be repeated and disputed."""
    digest = hashlib.sha256(payload.body).hexdigest()
    document = {"_id": f"{source.name}:{digest}", "source": source.name, "url": payload.url, "body": payload.body}
    work.put(PAYLOADS, {**document, "at": work.now})
