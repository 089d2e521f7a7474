"""The own share of the makerspace."""

from __future__ import annotations

from contracts.registry import Event

EXAMPLES: tuple[Event, ...] = ()
