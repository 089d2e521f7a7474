"""A failed delivery: tried again after its policy's delays, buried when they are used up, alone in its misfortune."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import REGISTRY
from pydantic_core import to_json

from contracts.examples import EXAMPLES
from kit.bus import breaker, delivery
from kit.bus.handlers import Permanent, RawMessage, Retry, receives
from kit.clock import uuid7
from kit.settings import Settings
from kit.store import Work
from tests.conftest import running
from tests.service.bus.toys import (
    EFFECTS,
    QUICK,
    Changed,
    changed,
    effects,
    envelope,
    keeper,
    letters,
    send,
    send_body,
    sorted_effects,
    toy,
)
from tests.waiting import until


def counted(handler: str, code: str) -> float:
    labels = {"service": "notifications", "handler": handler, "code": code}
    return REGISTRY.get_sample_value("cinnabar_dead_letters_total", labels) or 0.0


async def test_each_failure_waits_for_the_delay_that_follows_its_number(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []
    give_back = delivery.Delivery.nak

    async def nak(self: Any, delay: float = 0) -> None:
        asked.append(delay)
        await give_back(self, delay and 0.01)

    monkeypatch.setattr(delivery.Delivery, "nak", nak)

    async def fail(event: Changed, work: Work) -> None:
        raise ValueError("no luck")

    async with running(settings, toy("notifications", keeper(Retry(jitter=0), fail))) as run:
        await send(run.runtime, envelope("a"))
        (letter,) = await until(lambda: letters(run.runtime))
    assert asked == [1, 5, 30, 120, 600]
    assert (letter.code, letter.attempts, letter.reason) == ("handler_failed", 6, "ValueError: no luck")
    assert letter.first_at <= letter.last_at


@pytest.mark.parametrize("body", [b"{not json", b"[]", b'{"specversion": "1.0"}', b"\xff\xfe"])
async def test_what_cannot_be_read_is_retried_like_a_handlers_error(settings: Settings, body: bytes) -> None:
    async with running(settings, toy("notifications", keeper())) as run:
        await send_body(run.runtime, body)
        (letter,) = await until(lambda: letters(run.runtime))
        assert letter.attempts == QUICK.attempts
        assert letter.body == body


async def test_a_schema_violation_is_retried_too_and_says_which_field(settings: Settings) -> None:
    document = envelope("a").document()
    document["data"] = {"activity_id": "a"}
    async with running(settings, toy("notifications", keeper())) as run:
        await send_body(run.runtime, to_json(document))
        (letter,) = await until(lambda: letters(run.runtime))
    assert (letter.code, letter.attempts) == ("bad_data", QUICK.attempts)
    assert "title" in letter.reason


async def test_a_permanent_error_is_not_tried_again(settings: Settings) -> None:
    async def refuse(event: Changed, work: Work) -> None:
        raise Permanent("no_such_thing", "there is no such thing")

    before = counted("keep", "no_such_thing")
    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        await send(run.runtime, envelope("a"))
        (letter,) = await until(lambda: letters(run.runtime))
    assert (letter.code, letter.reason, letter.attempts) == ("no_such_thing", "there is no such thing", 1)
    assert counted("keep", "no_such_thing") == before + 1


def _with(**attributes: Any) -> bytes:
    return to_json(envelope("bad").document() | attributes)


OURS = "cinnabar.actions.activity.status_changed"
BAD = {
    "wrong_content_type": (_with(), {"content_type": "text/plain"}),
    "too_large": (_with(pad="x" * delivery.BODY_LIMIT), {}),
    "unknown_type": (_with(type=f"{OURS}.v9", versions="9"), {}),
    "wrong_municipality": (_with(municipality="kranj", source="/kranj/actions"), {}),
    "forged_source": (_with(source="/idrija/funding"), {}),
    "bad_json": (b"{", {}),
    "bad_envelope": (b"{}", {}),
    "bad_data": (_with(data={"activity_id": "bad"}), {}),
}


async def test_bad_input_of_every_kind_is_kept_with_its_reason_and_blocks_nobody(settings: Settings) -> None:
    before = {code: counted("keep", code) for code in BAD}
    good = [f"good{number}" for number in range(20)]
    async with running(settings, toy("notifications", keeper())) as run:
        for body, headers in BAD.values():
            told = {"content-type": headers["content_type"]} if headers else {}
            await send_body(run.runtime, body, **told)
        await send(run.runtime, *(envelope(key) for key in good))
        await sorted_effects(run.runtime, good)

        async def all_buried() -> bool:
            return len(await letters(run.runtime)) == len(BAD)

        await until(all_buried)
        found = {letter.code: letter for letter in await letters(run.runtime)}
        assert set(found) == set(BAD)
        assert all(letter.reason and letter.body == BAD[code][0] for code, letter in found.items())
        assert all(counted("keep", code) == before[code] + 1 for code in BAD)
        assert (await run.http.get("/healthz")).status_code == 200


@pytest.mark.parametrize(
    ("code", "body", "attempts"),
    [
        # what a replica of another build may read waits for one, as a handler's failure would
        ("bad_json", b"{", QUICK.attempts),
        ("bad_envelope", b"{}", QUICK.attempts),
        ("bad_data", _with(data={}), QUICK.attempts),
        ("unknown_type", _with(type=f"{OURS}.v9", versions="9"), QUICK.attempts),
        # what no wait can change does not
        ("unknown_type", _with(type="cinnabar.actions.activity.exploded.v1"), 1),
        ("unknown_type", _with(type="org.example.something"), 1),
        ("wrong_type", replace(envelope("bad"), event=EXAMPLES["cinnabar.actions.plan.imported.v1"]).encode(), 1),
        ("too_large", b"x" * (delivery.BODY_LIMIT + 1), 1),
        ("wrong_municipality", _with(municipality="kranj", source="/kranj/actions"), 1),
        ("forged_source", _with(source="/idrija/funding"), 1),
    ],
)
async def test_only_what_a_wait_may_mend_is_tried_again(
    settings: Settings, code: str, body: bytes, attempts: int
) -> None:
    async with running(settings, toy("notifications", keeper())) as run:
        await send_body(run.runtime, body)
        (letter,) = await until(lambda: letters(run.runtime))
    assert (letter.code, letter.attempts, letter.body) == (code, attempts, body)


async def test_a_raw_body_over_the_limit_never_reaches_its_handler(settings: Settings) -> None:
    seen: list[int] = []

    @receives("INGEST", "ingest.{municipality}.>", retry=QUICK)
    async def take(message: RawMessage, work: Work) -> None:
        seen.append(len(message.body))

    async with running(settings, toy("notifications", take)) as run:
        await run.runtime.bus.jetstream.publish("ingest.idrija.x", b"x" * (delivery.BODY_LIMIT + 1))
        await run.runtime.bus.jetstream.publish("ingest.idrija.x", b"x" * delivery.BODY_LIMIT)
        (letter,) = await until(lambda: letters(run.runtime))
    assert letter.code == "too_large"
    assert seen == [delivery.BODY_LIMIT]


async def test_a_handler_that_takes_too_long_has_failed_and_holds_nobody_up(settings: Settings) -> None:
    async def hang(event: Changed, work: Work) -> None:
        if event.activity_id == "slow":
            await asyncio.Event().wait()

    handler = keeper(Retry(delays=()), hang, time_limit=0.2)
    async with running(settings, toy("notifications", handler)) as run:
        await send(run.runtime, envelope("slow"), envelope("quick"))
        (letter,) = await until(lambda: letters(run.runtime))
        assert "longer than 0.2 s" in letter.reason
        await sorted_effects(run.runtime, ["quick"])


async def test_when_everything_fails_one_event_at_a_time_is_tried(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker.Breaker.__init__, "__defaults__", (3, 0.05, 0.05))
    broken, at_once, most = True, 0, 0
    tried: list[str] = []

    async def fail_together(event: Changed, work: Work) -> None:
        nonlocal at_once, most
        if not broken:
            return
        tried.append(event.activity_id)
        at_once += 1
        most = max(most, at_once) if len(tried) > 40 else 0
        try:
            await asyncio.sleep(0.01)
            raise ConnectionError("all is lost")
        finally:
            at_once -= 1

    keys = [f"e{number}" for number in range(40)]
    handler = keeper(Retry(delays=(0.01,) * 50, jitter=0), fail_together)
    async with running(settings, toy("notifications", handler)) as run:
        await send(run.runtime, *(envelope(key) for key in keys))

        async def enough() -> bool:
            return len(tried) > 60

        await until(enough)
        assert most == 1
        broken = False
        await sorted_effects(run.runtime, keys)
        assert await letters(run.runtime) == []


async def test_the_same_event_under_another_message_id_takes_effect_once(settings: Settings) -> None:
    once = envelope("a")
    async with running(settings, toy("notifications", keeper())) as run:
        for _ in range(3):
            await send_body(run.runtime, once.encode(), message_id=uuid7())
        await send(run.runtime, envelope("b"))
        await sorted_effects(run.runtime, ["a", "b"])


async def test_an_event_that_ends_the_process_is_found_out_and_its_neighbours_are_not_blamed(
    settings: Settings,
) -> None:
    """Deliveries without any answer, as after kill -9 in the middle of a batch."""
    deadly = keeper(Retry(delays=()))
    begun: list[str] = []

    async def kill(event: Changed, work: Work) -> None:
        if event.activity_id == "deadly":
            begun.append(event.activity_id)
            raise asyncio.CancelledError

    handler = keeper(Retry(delays=()), kill)
    async with running(settings, toy("notifications", deadly)) as run:
        await run.runtime.bus.finish()
        await send(run.runtime, envelope("deadly"), *(envelope(f"e{number}") for number in range(5)))
        pull = await run.runtime.bus.jetstream.pull_subscribe_bind(consumer="notifications_keep", stream="ACTIONS")
        for _ in range(4):
            taken = [message for _ in range(6) for message in await pull.fetch(1, timeout=30)]
            for message in taken:
                await message.nak()
    async with running(settings, toy("notifications", handler)) as run:
        await sorted_effects(run.runtime, [f"e{number}" for number in range(5)])
        await run.runtime.stores["notifications"].attempts.excuse("unrelated")

        async def given_up() -> bool:
            return [letter.code for letter in await letters(run.runtime)] == ["no_answer"]

        await until(given_up)
    assert len(begun) == 3


async def test_deliveries_given_back_at_shutdown_are_no_failures(settings: Settings) -> None:
    """With a policy of two attempts, two shutdowns in the middle of the work leave both."""
    short = settings.model_copy(update={"grace_seconds": 0.1})
    calls: list[str] = []

    async def hang(event: Changed, work: Work) -> None:
        calls.append("hung")
        await asyncio.Event().wait()

    async def fail_once(event: Changed, work: Work) -> None:
        calls.append("failed")
        if calls.count("failed") == 1:
            raise ValueError("once")

    retry = Retry(delays=(0.01,), jitter=0)
    for expected in (1, 2):
        async with running(short, toy("notifications", keeper(retry, hang))) as run:
            if expected == 1:
                await send(run.runtime, envelope("a"))

            async def hung(expected: int = expected) -> bool:
                return len(calls) == expected

            await until(hung)
    async with running(short, toy("notifications", keeper(retry, fail_once))) as run:
        await sorted_effects(run.runtime, ["a"])
        assert await letters(run.runtime) == []
    assert calls == ["hung", "hung", "failed", "failed"]


async def test_an_event_too_large_to_be_sent_fails_only_its_own_handler_run(settings: Settings) -> None:
    async def shout(event: Changed, work: Work) -> None:
        if event.activity_id == "loud":
            work.emit(changed("loud", "x" * delivery.BODY_LIMIT), sequence=1)

    handler = keeper(Retry(delays=()), shout)
    async with running(settings, toy("notifications", handler)) as run:
        await send(run.runtime, envelope("loud"), *(envelope(f"e{number}") for number in range(10)))
        await sorted_effects(run.runtime, [f"e{number}" for number in range(10)])
        (letter,) = await until(lambda: letters(run.runtime))
        assert "EventTooLarge" in letter.reason
        assert "loud" not in await effects(run.runtime)
        assert await run.runtime.stores["notifications"][EFFECTS].count_documents({"key": "loud"}) == 0
