"""The EU portal's feed of call updates: hints that a call changed, never the change itself."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.funding.sources.feed import entry_key, entry_signal, parsed_feed
from services.funding.sources.source import Lost, Payload, Portion, Reading, Rejected, Signal, Web

_IDENTIFIER = re.compile(r"\b[A-Z][A-Z0-9]+(?:-[A-Za-z0-9.]+){2,}\b")


@dataclass(frozen=True, slots=True)
class SediaUpdates:
    """Reads the feed's entries as signals; news among them have the portal itself read at once (`hints_at`)."""

    name: str = "eu-portal-updates"
    licence: str = "European Commission reuse notice (CC BY 4.0)"
    may_be_empty: bool = True
    hints_at: str = "eu-portal"
    address: str = "https://ec.europa.eu/info/funding-tenders/opportunities/data/referenceData/callupdates-rss.xml"
    every: timedelta = timedelta(hours=1)

    async def poll(self, web: Web) -> AsyncIterator[Portion | Lost]:
        payload = await web.get_changed(self.address)
        if payload is not None:
            yield [payload]

    def read(self, payloads: Sequence[Payload]) -> Reading:
        """One signal per entry; `about` is the topic it names. Raises Malformed for what is no feed."""
        signals: dict[str, Signal] = {}
        rejected: list[Rejected] = []
        seen = 0
        for payload in payloads:
            for position, entry in enumerate(parsed_feed(payload).entries):
                seen += 1
                key, title = entry_key(entry), str(entry.get("title", "")).strip()
                if not key or not title:
                    place = f"{payload.url}#{position}"
                    rejected.append(Rejected(place, "the update has no title or no address", "title", "Open the feed"))
                    continue
                named = _IDENTIFIER.search(f"{title} {entry.get('summary', '')} {entry.get('link', '')}")
                about = named[0].upper() if named else None
                signals[key] = entry_signal(entry, key, title, "call_update", about)
        return Reading([], rejected, list(signals.values()), seen=seen, merged=seen - len(signals) - len(rejected))
