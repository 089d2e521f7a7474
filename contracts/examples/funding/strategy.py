"""The quarterly revision of the funding strategy."""

from __future__ import annotations

from contracts.registry import Event

EXAMPLES: tuple[Event, ...] = ()
