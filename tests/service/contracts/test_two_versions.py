"""Version 1 and version 2 of one event side by side, while producers and readers are upgraded one by one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial

from contracts.envelope import decode
from contracts.funding import CallPublishedV1, CallPublishedV2, Deadline
from kit.clock import uuid7
from kit.settings import Settings
from tests.conftest import Running, running
from tests.service.contracts.toys import all_settled, effects, hears_v1, hears_v2, publish_body, say, stored, toy
from tests.waiting import until

SPRING, AUTUMN = datetime(2099, 4, 30, 11, tzinfo=UTC), datetime(2099, 9, 30, 11, tzinfo=UTC)


def old(number: int) -> CallPublishedV1:
    return CallPublishedV1(call_id=f"call-{number:03}", title="A call", source="gov-si", deadline=SPRING)


def new(number: int) -> CallPublishedV2:
    dates = [Deadline(at=SPRING, kind="cut_off"), Deadline(at=AUTUMN, kind="cut_off")]
    return CallPublishedV2(call_id=f"call-{number:03}", title="A call", source="gov-si", deadlines=dates)


async def _settled(system: Running, **at_least: int) -> None:
    """Every message is answered, and each named service has had at least so many effects."""

    async def look() -> bool:
        heard = [len(await effects(system, name)) >= count for name, count in at_least.items()]
        return all(heard) and await all_settled(system)

    await until(look)


async def _letters(system: Running) -> list[tuple[str, str]]:
    return [(letter.handler, letter.code) async for letter in system.runtime.bus.dead_letters.each()]


async def test_every_reader_hears_every_call_once_while_the_producer_is_upgraded(settings: Settings) -> None:
    async with running(settings, hears_v1("first"), hears_v2("second"), toy("producer")) as system:
        await say(system, "producer", map(old, range(20)))
        async with running(settings, toy("producer")) as upgraded:
            for number in range(20, 60, 2):
                await say(system, "producer", [old(number)])
                await say(upgraded, "producer", [new(number + 1)])
            await say(upgraded, "producer", map(new, range(60, 80)))
            await _settled(upgraded)
        await _settled(system, first=80, second=80)

        calls = [f"call-{number:03}" for number in range(80)]
        assert await effects(system, "first") == [{"call": call, "deadline": SPRING} for call in calls]
        told_new = {new(number).call_id for number in (*range(21, 60, 2), *range(60, 80))}
        dates = {call: [SPRING, AUTUMN] if call in told_new else [SPRING] for call in calls}
        assert await effects(system, "second") == [{"call": call, "dates": dates[call]} for call in calls]
        assert await _letters(system) == []


async def test_replicas_of_both_builds_share_one_durable_and_each_call_takes_effect_once(settings: Settings) -> None:
    async with (
        running(settings, hears_v1("reader"), toy("producer")) as system,
        running(settings, hears_v2("reader")) as upgraded,
    ):
        await say(system, "producer", (event for number in range(0, 60, 2) for event in (old(number), new(number + 1))))
        await _settled(system, reader=60)
        heard = [effect["call"] for effect in await effects(upgraded, "reader")]
        assert heard == [f"call-{number:03}" for number in range(60)]
        assert await _letters(system) == []


async def test_a_version_of_tomorrow_is_passed_over_beside_a_known_one_and_a_dead_letter_alone(
    settings: Settings,
) -> None:
    async with running(settings, hears_v2("second"), toy("producer")) as system:
        await say(system, "producer", [new(1)])
        await _settled(system, second=1)
        [known] = [body for body in await stored(system) if body["type"].endswith(".v2")]
        data = {"nobody": "knows this yet"}
        tomorrow = known | {"type": known["type"][:-1] + "3", "versions": "2,3", "data": data}
        await publish_body(system, tomorrow | {"id": uuid7(), "occurrence": known["id"]})
        await publish_body(system, tomorrow | {"id": uuid7(), "versions": "3"})
        assert await until(partial(_letters, system)) == [("second_note", "unknown_type")]
        await _settled(system)
        assert await _letters(system) == [("second_note", "unknown_type")]
        assert [effect["call"] for effect in await effects(system, "second")] == ["call-001"]


async def test_both_versions_are_messages_of_one_occurrence(settings: Settings) -> None:
    async with running(settings, toy("producer")) as system:
        await say(system, "producer", [new(1)])
        await _settled(system)
        newer, older = [decode(json.dumps(body).encode()) for body in await stored(system)]
        assert (newer.contract.version, older.contract.version) == (2, 1)
        assert newer.id != older.id
        assert newer.occurrence == older.occurrence == older.id
        for each in (newer, older):
            assert (each.versions, each.sequence, each.subject) == ((1, 2), 1, "call-001")
            assert each.correlation_id == older.id
        assert newer.nats_subject.endswith("funding.call.published.v2")
        assert older.nats_subject.endswith("funding.call.published.v1")
