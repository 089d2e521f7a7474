"""The relay: what was committed reaches its stream once, whoever dies, and comes back when the stream lost it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from kit.bus.relay import Relay
from kit.bus.resend import Resent, resend
from kit.clock import now
from kit.runtime import Runtime
from kit.settings import Settings
from kit.store.outbox import OUTBOX, Outbox, Row, document_of, row_of
from tests.conftest import running
from tests.service.bus.toys import (
    changed,
    envelope,
    in_short,
    keeper,
    say,
    sorted_effects,
    toy,
)
from tests.waiting import until


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stream that is not the expected one does not answer at all."""
    monkeypatch.setattr("kit.bus.publish.ACK_SECONDS", 0.5)


@pytest.fixture
async def runtime(settings: Settings) -> AsyncIterator[Runtime]:
    async with running(in_short(settings, grace_seconds=0.2), toy("actions")) as run:
        yield run.runtime


async def stored(runtime: Runtime) -> list[str]:
    """The message ids in the stream, in its order."""
    jetstream = runtime.bus.jetstream
    last = (await jetstream.stream_info("ACTIONS")).state.last_seq
    return [(await jetstream.get_msg("ACTIONS", place)).headers["Nats-Msg-Id"] for place in range(1, last + 1)]


async def unsent(runtime: Runtime) -> int:
    return int(await runtime.stores["actions"].database[OUTBOX.name].count_documents({"state": {"$ne": "sent"}}))


async def all_sent(runtime: Runtime) -> bool:
    return await unsent(runtime) == 0


def rows(count: int) -> list[Row]:
    return [row_of(envelope(f"e{number}"), now()) for number in range(count)]


async def abandon(runtime: Runtime, abandoned: list[Row]) -> None:
    """As a process leaves them that died between the commit and the publishing, a while ago."""
    documents = [document_of(row, "dead") | {"claimed_until": now() - timedelta(seconds=1)} for row in abandoned]
    await runtime.stores["actions"].database[OUTBOX.name].insert_many(documents)


async def test_the_event_id_is_the_message_id_and_the_row_is_marked(runtime: Runtime) -> None:
    await say(runtime, changed("a"), changed("b"))
    await until(lambda: all_sent(runtime))
    ids = [row["_id"] async for row in runtime.stores["actions"].database[OUTBOX.name].find({}, sort=[("_id", 1)])]
    assert sorted(await stored(runtime)) == ids


async def test_a_sweep_takes_over_what_a_dead_process_left(runtime: Runtime) -> None:
    abandoned = rows(20)
    await abandon(runtime, abandoned)
    await until(lambda: all_sent(runtime))
    assert sorted(await stored(runtime)) == sorted(row.id for row in abandoned)


async def test_rows_published_but_not_marked_before_a_death_are_stored_once(runtime: Runtime) -> None:
    published = rows(10)
    for row in published:
        await runtime.bus.jetstream.publish(row.subject, row.body, headers={"Nats-Msg-Id": row.id})
    await abandon(runtime, published)
    await until(lambda: all_sent(runtime))
    assert await stored(runtime) == [row.id for row in published]


async def test_several_relays_and_sweeps_at_once_double_and_lose_nothing(runtime: Runtime) -> None:
    database = runtime.stores["actions"].database
    abandoned = rows(600)
    await abandon(runtime, abandoned)
    relays = [
        Relay("actions", Outbox(database, f"relay{number}"), runtime.bus.publisher, sweep=0.01) for number in range(4)
    ]
    for relay in relays:
        relay.start()
    try:
        await until(lambda: all_sent(runtime))
    finally:
        await asyncio.gather(*(relay.stop(1) for relay in relays))
    assert sorted(await stored(runtime)) == sorted(row.id for row in abandoned)


async def test_two_claims_at_once_never_get_the_same_row(runtime: Runtime) -> None:
    await runtime.bus.relays[0].stop(0)
    abandoned = rows(50)
    await abandon(runtime, abandoned)
    database = runtime.stores["actions"].database
    claims = await asyncio.gather(
        *(Outbox(database, f"relay{number}").claim_abandoned(30, set()) for number in range(4))
    )
    claimed = [row.id for claim in claims for row in claim]
    assert len(claimed) == len(set(claimed))
    assert set(claimed) <= {row.id for row in abandoned}


async def test_a_row_older_than_everything_sent_is_found_all_the_same(runtime: Runtime) -> None:
    """Commits become visible out of order, so nobody may page by id."""
    (late,) = rows(1)
    await say(runtime, changed("a"))
    await until(lambda: all_sent(runtime))
    await abandon(runtime, [late])
    await until(lambda: all_sent(runtime))
    assert late.id in await stored(runtime)


async def test_a_row_that_cannot_be_published_holds_up_nobody_else(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Though there are more of them than the relay sends at a time."""
    monkeypatch.setattr("kit.bus.relay.WINDOW", 2)
    good = rows(5)
    bad = [Row(f"bad{number}", row.subject, "NOWHERE", row.body, row.created_at) for number, row in enumerate(rows(3))]
    huge = Row("huge", good[0].subject, "ACTIONS", b"x" * (runtime.bus.client.max_payload + 1), now())
    database = runtime.stores["actions"].database
    mixed = [bad[0], huge, *good[:3], *bad[1:], *good[3:]]
    await database[OUTBOX.name].insert_many([document_of(row, "me") for row in mixed])
    runtime.bus.relays[0].offer(mixed)

    async def only_bad_left() -> bool:
        return await unsent(runtime) == len(bad) + 1

    await until(only_bad_left)
    await say(runtime, changed("later"))
    await until(only_bad_left)
    assert set(await stored(runtime)) >= {row.id for row in good}


async def test_rows_wait_for_a_stream_that_is_missing(runtime: Runtime) -> None:
    """Without the stream's own acknowledgement nothing counts as sent, though the subject has a listener."""
    jetstream = runtime.bus.jetstream
    config = (await jetstream.stream_info("ACTIONS")).config
    await jetstream.delete_stream("ACTIONS")
    listening = await runtime.bus.client.subscribe("cinnabar.>")
    await say(runtime, changed("a"))
    await listening.next_msg(timeout=10)
    assert await unsent(runtime) == 1
    await jetstream.add_stream(config)
    await until(lambda: all_sent(runtime))
    assert len(await stored(runtime)) == 1


async def test_a_mark_that_failed_sends_the_row_again_under_its_id(runtime: Runtime) -> None:
    relay, failed = runtime.bus.relays[0], []
    mark = relay._outbox.mark_sent

    async def fail_once(ids: Any) -> None:
        if not failed:
            failed.append(ids)
            raise ConnectionError("away")
        await mark(ids)

    relay._outbox.mark_sent = fail_once  # type: ignore[method-assign]
    await say(runtime, changed("a"))

    async def was_failed() -> bool:
        return bool(failed)

    await until(was_failed)
    await runtime.stores["actions"].database[OUTBOX.name].update_many({}, {"$set": {"claimed_until": now()}})
    await until(lambda: all_sent(runtime))
    assert len(await stored(runtime)) == 1


async def test_memory_stays_bounded_and_the_sweep_takes_the_rest(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kit.bus.relay.HELD_LIMIT", 10)
    relay = runtime.bus.relays[0]
    many = rows(25)
    relay.offer(many)
    assert len(relay._held) == 10
    await (
        runtime.stores["actions"]
        .database[OUTBOX.name]
        .insert_many([document_of(row, "me") | {"claimed_until": now()} for row in many])
    )
    await until(lambda: all_sent(runtime))
    assert sorted(await stored(runtime)) == sorted(row.id for row in many)


async def test_a_stream_that_lost_its_tail_gets_it_again_and_nobody_an_effect_twice(settings: Settings) -> None:
    keys = [f"e{number}" for number in range(12)]
    async with running(settings, toy("actions"), toy("notifications", keeper())) as run:
        before = now()
        await say(run.runtime, *(changed(key) for key in keys))
        await sorted_effects(run.runtime, keys)
        await until(lambda: all_sent(run.runtime))
        jetstream = run.runtime.bus.jetstream
        for place in range(9, 13):
            await jetstream.delete_msg("ACTIONS", place)
        outbox = run.runtime.stores["actions"].outbox
        # ids the server has just seen are refused; a server that lost data has forgotten them
        refused = await resend(run.runtime.bus.publisher, jetstream, "ACTIONS", outbox, before)
        assert refused == Resent(sent=0, found=8, remembered=4)
    config = (await _config(settings)).evolve(duplicate_window=0.1)
    async with running(settings, toy("actions"), toy("notifications", keeper())) as run:
        jetstream = run.runtime.bus.jetstream
        await jetstream.update_stream(config)
        await asyncio.sleep(0.5)
        outbox = run.runtime.stores["actions"].outbox
        assert await resend(run.runtime.bus.publisher, jetstream, "ACTIONS", outbox, before) == Resent(4, 8)
        assert await resend(run.runtime.bus.publisher, jetstream, "ACTIONS", outbox, before) == Resent(0, 12)
        await say(run.runtime, changed("last"))
        await sorted_effects(run.runtime, [*keys, "last"])


async def _config(settings: Settings) -> Any:
    async with running(settings, toy("actions")) as run:
        return (await run.runtime.bus.jetstream.stream_info("ACTIONS")).config


async def test_a_stream_that_is_gone_is_built_anew_from_the_outbox(settings: Settings) -> None:
    keys = [f"e{number}" for number in range(10)]
    async with running(settings, toy("actions"), toy("notifications", keeper())) as run:
        before = now()
        await say(run.runtime, *(changed(key) for key in keys))
        await sorted_effects(run.runtime, keys)
        await until(lambda: all_sent(run.runtime))
        jetstream = run.runtime.bus.jetstream
        await jetstream.delete_stream("ACTIONS")
        with pytest.raises(RuntimeError, match="there is no stream ACTIONS"):
            await resend(run.runtime.bus.publisher, jetstream, "ACTIONS", run.runtime.stores["actions"].outbox, before)
    services = toy("actions"), toy("notifications", keeper()), toy("reporting", keeper())
    async with running(settings, *services) as run:
        outbox = run.runtime.stores["actions"].outbox
        done = await resend(run.runtime.bus.publisher, run.runtime.bus.jetstream, "ACTIONS", outbox, before)
        assert done == Resent(sent=10)
        await sorted_effects(run.runtime, keys, "reporting")
        await say(run.runtime, changed("last"))
        await sorted_effects(run.runtime, [*keys, "last"])


async def test_what_a_full_stream_refuses_waits_and_goes_once_there_is_room(runtime: Runtime) -> None:
    """Nothing it holds is lost for it, other streams go on, and nobody has to start anything anew."""
    jetstream = runtime.bus.jetstream
    await say(runtime, changed("before"))
    await until(lambda: all_sent(runtime))
    config = (await jetstream.stream_info("ACTIONS")).config
    assert config.discard == "new"
    await jetstream.update_stream(config.evolve(max_bytes=1))
    keys = [f"e{number}" for number in range(50)]
    await say(runtime, *(changed(key) for key in keys))

    async def refused() -> bool:
        return bool(runtime.bus.relays[0]._failed)

    await until(refused)
    assert len(await stored(runtime)) == 1
    assert await unsent(runtime) == len(keys)
    await jetstream.update_stream(config)
    await until(lambda: all_sent(runtime))
    assert len(await stored(runtime)) == len(set(await stored(runtime))) == 1 + len(keys)
