"""The safety net: what the server gave up without a dead letter becomes one; what has one does not get a second."""

from __future__ import annotations

import json
from typing import Any

from kit.bus.handlers import Permanent
from kit.settings import Settings
from kit.store import Work
from tests.conftest import running
from tests.service.bus.toys import (
    Changed,
    answer_late,
    effects,
    envelope,
    keeper,
    letters,
    send,
    sorted_effects,
    toy,
)
from tests.waiting import until


async def all_read(run: Any) -> bool:
    info = await run.runtime.bus.jetstream.consumer_info("ADVISORIES", "dead_letters")
    return info.num_pending == 0 and info.num_ack_pending == 0 and bool(info.delivered.consumer_seq)


async def test_an_event_somebody_else_terminated_becomes_a_dead_letter(settings: Settings) -> None:
    original = envelope("a")
    async with running(settings, toy("notifications", keeper())) as run:
        await run.runtime.bus.finish()
        await send(run.runtime, original)
        jetstream = run.runtime.bus.jetstream
        pull = await jetstream.pull_subscribe_bind(consumer="notifications_keep", stream="ACTIONS")
        (message,) = await pull.fetch(1, timeout=30)
        await message.term()
    async with running(settings, toy("notifications", keeper())) as run:
        (letter,) = await until(lambda: letters(run.runtime))
        assert (letter.code, letter.handler, letter.body) == ("terminated", "notifications_keep", original.encode())
        assert (letter.subject, letter.stream_sequence) == (original.nats_subject, 1)
        await run.runtime.bus.dead_letters.redrive(letter)
        await sorted_effects(run.runtime, ["a"])


async def test_an_event_the_server_gave_up_becomes_a_dead_letter(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper())) as run:
        await run.runtime.bus.finish()
        await answer_late(run.runtime, max_deliver=1, ack_wait=0.2)
        await send(run.runtime, envelope("a"))
        jetstream = run.runtime.bus.jetstream
        pull = await jetstream.pull_subscribe_bind(consumer="notifications_keep", stream="ACTIONS")
        await pull.fetch(1, timeout=30)

        async def advised() -> bool:
            return bool((await jetstream.stream_info("ADVISORIES")).state.messages)

        await until(advised)
        (letter,) = await until(lambda: letters(run.runtime))
        assert (letter.code, letter.attempts) == ("max_deliveries", 1)


async def test_our_own_dead_letters_get_no_second_one_even_after_a_redrive(settings: Settings) -> None:
    refusing = True

    async def refuse(event: Changed, work: Work) -> None:
        if refusing:
            raise Permanent("refused", "no")

    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        await run.runtime.bus._advisories.stop()  # so that it is read only when the letter is gone again
        await send(run.runtime, envelope("a"))
        (letter,) = await until(lambda: letters(run.runtime))
        refusing = False
        await run.runtime.bus.dead_letters.redrive(letter)
        await sorted_effects(run.runtime, ["a"])
    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        await until(lambda: all_read(run))
        assert await letters(run.runtime) == []


async def test_an_integrators_own_consumer_is_its_own_affair(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper())) as run:
        jetstream = run.runtime.bus.jetstream
        pull = await jetstream.pull_subscribe("cinnabar.>", durable="partner_app", stream="ACTIONS")
        await send(run.runtime, envelope("a"))
        (message,) = await pull.fetch(1, timeout=30)
        await message.term()
        await until(lambda: all_read(run))
        await sorted_effects(run.runtime, ["a"])
        assert await letters(run.runtime) == []


async def test_an_advisory_nobody_can_read_does_not_stop_the_others(settings: Settings) -> None:
    subject = "$JS.EVENT.ADVISORY.CONSUMER.MSG_TERMINATED.ACTIONS.notifications_keep"
    told = {"type": "io.nats.jetstream.advisory.v1.terminated", "stream": "ACTIONS", "consumer": "notifications_keep"}
    async with running(settings, toy("notifications", keeper())) as run:
        for body in (b"{", json.dumps(told | {"stream_seq": 99, "deliveries": 1}).encode()):
            await run.runtime.bus.jetstream.publish(subject, body)
        (letter,) = await until(lambda: letters(run.runtime))
        assert (letter.stream_sequence, letter.body) == (99, b"")
        assert await effects(run.runtime) == []
