"""An application for the makerspace, from its opening to its contract."""

from __future__ import annotations

from contracts.registry import Event

EXAMPLES: tuple[Event, ...] = ()
