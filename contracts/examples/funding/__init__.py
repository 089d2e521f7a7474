"""One call for creative centres, from its publication to the money it pays for the makerspace."""

from __future__ import annotations

from contracts.examples.funding import applications, calls, commitments, matches, matchfund, sources, strategy
from contracts.registry import Event

EXAMPLES: tuple[Event, ...] = tuple(
    event
    for part in (sources, calls, matches, applications, matchfund, commitments, strategy)
    for event in part.EXAMPLES
)
