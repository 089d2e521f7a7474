"""Key figures are told on the bus when they change, and only then."""

from __future__ import annotations

from typing import Any

from contracts.envelope import decode
from kit.service import Context
from kit.settings import Settings
from kit.store import Store
from services.reporting.figures import tell_figures
from tests.service.reporting.conftest import hear
from tests.service.reporting.story import commitment, said, the_story


async def _outgoing(store: Store) -> list[tuple[str, Any, int]]:
    rows = await store.database["outbox"].find({}, sort=[("_id", 1)]).to_list(None)
    told = [decode(bytes(row["body"])) for row in rows]
    return [(each.subject, each.event.model_dump()["value"], each.sequence) for each in told]


async def test_a_figure_is_told_when_it_changes(store: Store, settings: Settings) -> None:
    context = Context(store, settings)
    await tell_figures(context)
    assert await _outgoing(store) == []

    await hear(store, the_story())
    await tell_figures(context)
    first = await _outgoing(store)
    assert {name for name, _, _ in first} == {
        "committed_share",
        "funding_committed",
        "matches_per_open_call",
        "hours_to_alert",
        "devices_reporting",
    }
    await tell_figures(context)
    assert await _outgoing(store) == first

    await hear(store, [said(commitment("money-3", "1.1.1", "1000.00"), 1)])
    await tell_figures(context)
    again = (await _outgoing(store))[len(first) :]
    assert sorted((name, sequence) for name, _, sequence in again) == [("committed_share", 2), ("funding_committed", 2)]
