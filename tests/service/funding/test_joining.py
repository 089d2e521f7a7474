"""Readings of several sources become one call, whatever order they come in; news of an unknown call waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from kit.settings import Settings
from kit.store import Work
from services.funding.calls import Call
from services.funding.calls.intake import take_all, take_waiting
from services.funding.calls.store import CALLS, VERSIONS, WAITING
from services.funding.sources.parsed_call import Deadline, ParsedCall
from tests.conftest import Running, running

REFERENCE = "3301-1/2024-SRRS-23"


def reading(source: str, key: str, **facts: Any) -> ParsedCall:
    given = {"title": "Javni razpis za občinsko infrastrukturo", "status": "open", "reference": REFERENCE, **facts}
    return ParsedCall(source=source, key=key, **given)


def due(month: int) -> list[Deadline]:
    return [Deadline(at=datetime(2027, month, 1, 11, tzinfo=UTC))]


async def given(system: Running, *readings: ParsedCall) -> Sequence[Call | None]:
    async def take(work: Work) -> Sequence[Call | None]:
        return await take_all(readings, work)

    return await system.runtime.stores["funding"].transact(take)


async def test_one_call_under_one_id_from_several_sources_in_one_batch_and_in_later_ones(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        database = system.runtime.stores["funding"].database
        first, second = await given(system, reading("srrs", "a", deadlines=due(3)), reading("feed", "b"))
        (third,) = await given(system, reading("gov.si", "c", reference="3301-1 / 2024 – srrs-23"))
        assert first and second and third
        assert first.call_id == second.call_id == third.call_id
        assert [each.source for each in third.readings] == ["srrs", "feed", "gov.si"]
        assert await database[CALLS.name].count_documents({}) == 1
        (again,) = await given(system, reading("feed", "b", reference=None, deadlines=due(4)))
        assert again is not None
        assert again.call_id == first.call_id
        assert again.deadlines == due(3), "the office's own word stands before that of a feed"
        assert [(each.field, each.said_by, each.against_by) for each in again.conflicts] == [
            ("deadlines", "feed", "srrs")
        ]


async def test_a_bare_file_number_joins_only_with_the_same_funder(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        ministry = {"reference": "430-1/2026", "funder": "Ministrstvo za kulturo"}
        first, same, other, nobody = await given(
            system,
            reading("gov.si", "a", **ministry),
            reading("feed", "b", **ministry),
            reading("feed", "c", reference="430-1/2026", funder="Ministrstvo za okolje"),
            reading("feed", "d", reference="430-1/2026"),
        )
        assert first and same and other and nobody
        assert first.call_id == same.call_id
        assert len({first.call_id, other.call_id, nobody.call_id}) == 3


async def test_an_amendment_waits_for_its_call_and_then_moves_its_deadline(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        database = system.runtime.stores["funding"].database
        notice = reading("uradni-list", "Ob-1/26", amends=True, status="unknown", deadlines=due(2), title="Sprememba")
        assert await given(system, notice) == [None]
        (waiting,) = [each async for each in database[WAITING.name].find({})]
        assert REFERENCE in waiting["reason"]
        (call,) = await given(system, reading("srrs", "a", deadlines=due(3)))
        assert call is not None
        assert (call.deadlines, call.title) == (due(2), "Javni razpis za občinsko infrastrukturo")
        assert await database[WAITING.name].count_documents({}) == 0
        (again,) = await given(system, reading("srrs", "a", deadlines=due(3)))
        assert again is not None
        assert again.deadlines == due(2), "a page that was not mended does not undo the notice"
        (mended,) = await given(system, reading("srrs", "a", deadlines=due(4)))
        assert mended is not None
        assert mended.deadlines == due(4), "a newer word of the office does"
        versions = [each async for each in database[VERSIONS.name].find({}, sort=[("version", 1)])]
        assert [each["version"] for each in versions] == [1, 2]
        assert [change["rule"] for change in versions[1]["changes"]] == ["deadline_later"]


async def test_news_that_missed_its_call_by_a_moment_finds_it_later(settings: Settings) -> None:
    async with running(settings, "funding") as system:
        store = system.runtime.stores["funding"]
        notice = reading("uradni-list", "Ob-1/26", amends=True, status="withdrawn", status_phrase="Preklic", title="P")
        await given(system, notice)
        (waiting,) = [each async for each in store.database[WAITING.name].find({})]
        await store.database[WAITING.name].delete_one({"_id": waiting["_id"]})
        await given(system, reading("srrs", "a"))
        await store.database[WAITING.name].insert_one(waiting)
        assert await store.transact(take_waiting) == 1
        (call,) = [CALLS.to_aggregate(each) async for each in store.database[CALLS.name].find({})]
        assert (call.status, call.provenance["status"].source) == ("withdrawn", "uradni-list")
