"""Dead letters: stored before the original ends, stored once, redriven with one effect, dropped with a reason."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kit.bus.declaration import streams
from kit.bus.delivery import BODY_LIMIT
from kit.bus.handlers import Permanent, RawMessage, Retry, receives
from kit.bus.provision import _stream_config
from kit.runtime import Runtime
from kit.settings import Settings
from kit.store import Work
from tests.conftest import running
from tests.service.bus.toys import (
    EFFECTS,
    QUICK,
    Changed,
    answer_late,
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

REFUSING = {"refuse"}


async def refuse(event: Changed, work: Work) -> None:
    if event.activity_id in REFUSING:
        raise Permanent("refused", "the reason č\nin two lines: \x00")


async def refused(runtime: Runtime, count: int) -> list[Any]:
    async def buried() -> Any:
        found = await letters(runtime)
        return found if len(found) == count else None

    found: list[Any] = await until(buried)
    return found


@pytest.fixture(autouse=True)
def refusing() -> Any:
    REFUSING.clear()
    REFUSING.update({"a", "b", "c"})
    return REFUSING


async def test_a_letter_is_the_original_with_everything_about_it(settings: Settings) -> None:
    original = envelope("a")
    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        await send(run.runtime, original)
        (letter,) = await refused(run.runtime, 1)
        assert (letter.service, letter.handler, letter.code) == ("notifications", "notifications_keep", "refused")
        assert letter.reason == "the reason č in two lines: \\x00"
        assert (letter.subject, letter.stream, letter.body) == (original.nats_subject, "ACTIONS", original.encode())
        assert await run.runtime.bus.dead_letters.get(letter.sequence) == letter
        assert await letters(run.runtime, handler="notifications_keep", code="refused") == [letter]
        assert await letters(run.runtime, handler="notifications_other") == []
        assert await letters(run.runtime, code="other") == []
        assert await letters(run.runtime, service="notifications", event="actions.activity") == [letter]
        assert await letters(run.runtime, service="funding") == []
        assert await letters(run.runtime, since=letter.last_at + timedelta(seconds=1)) == []


async def test_a_redriven_event_takes_effect_exactly_once_though_redriven_twice(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        await send(run.runtime, envelope("a"))
        (letter,) = await refused(run.runtime, 1)
        REFUSING.clear()
        await run.runtime.bus.dead_letters.redrive(letter)
        await run.runtime.bus.jetstream.publish(
            "redrive.actions.notifications_keep", letter.body, headers={"content-type": letter.content_type}
        )
        await send(run.runtime, envelope("z"))
        await sorted_effects(run.runtime, ["a", "z"])
        assert await letters(run.runtime) == []


async def test_a_raw_payload_keeps_its_subject_and_identity_through_redrives(settings: Settings) -> None:
    @receives("INGEST", "ingest.{municipality}.>", retry=QUICK)
    async def take(message: RawMessage, work: Work) -> None:
        if REFUSING:
            raise Permanent("refused", "not now")
        work.insert(EFFECTS, {"_id": message.message_id, "key": message.subject})

    async with running(settings, toy("notifications", take)) as run:
        await run.runtime.bus.jetstream.publish("ingest.idrija.school.room-1", b"23.5")
        (letter,) = await refused(run.runtime, 1)
        await run.runtime.bus.dead_letters.redrive(letter)
        (again,) = await until(lambda: _newer(run.runtime, letter.sequence))
        assert (again.subject, again.origin) == (letter.subject, letter.origin)
        assert (again.first_at, again.attempts) == (letter.first_at, 2)
        REFUSING.clear()
        await run.runtime.bus.dead_letters.redrive(again)
        await run.runtime.bus.dead_letters.redrive(again)
        await sorted_effects(run.runtime, ["ingest.idrija.school.room-1"])


async def _newer(runtime: Runtime, sequence: int) -> list[Any]:
    return [letter for letter in await letters(runtime) if letter.sequence > sequence]


async def test_a_letter_about_a_handler_that_is_gone_is_not_redriven_into_the_void(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        await send(run.runtime, envelope("a"))
        (letter,) = await refused(run.runtime, 1)
        await run.runtime.bus.jetstream.delete_consumer("ACTIONS", "notifications_keep")
        with pytest.raises(LookupError, match="nobody listens as notifications_keep"):
            await run.runtime.bus.dead_letters.redrive(letter)
        assert await letters(run.runtime) == [letter]


async def test_what_was_dropped_stays_readable_with_who_and_why(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        await send(run.runtime, envelope("a"))
        (letter,) = await refused(run.runtime, 1)
        await run.runtime.bus.dead_letters.drop(letter, by="ana", reason="a test event")
        assert await letters(run.runtime) == []
        (dropped,) = await letters(run.runtime, dropped=True)
        assert (dropped.dropped_by, dropped.dropped_because) == ("ana", "a test event")
        assert (dropped.body, dropped.reason) == (letter.body, letter.reason)
        with pytest.raises(LookupError, match="dropped by ana"):
            await run.runtime.bus.dead_letters.redrive(dropped)


async def test_the_original_ends_only_when_the_server_has_the_letter(settings: Settings) -> None:
    """Without the dead-letter stream nothing is ended; once it is there again, nothing is lost."""
    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        await answer_late(run.runtime)
        jetstream = run.runtime.bus.jetstream
        await jetstream.delete_stream("DEADLETTERS")
        await send(run.runtime, envelope("a"))

        async def delivered_again() -> bool:
            info = await jetstream.consumer_info("ACTIONS", "notifications_keep")
            return bool(info.num_redelivered)

        await until(delivered_again)
        (spec,) = (spec for spec in streams(1) if spec.name == "DEADLETTERS")
        await jetstream.add_stream(_stream_config(spec))
        (letter,) = await refused(run.runtime, 1)
        assert letter.code == "refused"


async def test_burying_again_long_after_keeps_one_letter(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the end of the original got lost: no deduplication window is needed for that."""
    from kit.bus.delivery import Delivery

    ended: list[str] = []

    async def lost(self: Delivery, reason: str) -> None:
        ended.append(reason)

    monkeypatch.setattr(Delivery, "term", lost)
    async with running(settings, toy("notifications", keeper(Retry(delays=(0.1,) * 9), refuse))) as run:
        await answer_late(run.runtime)
        config = (await run.runtime.bus.jetstream.stream_info("DEADLETTERS")).config
        await run.runtime.bus.jetstream.update_stream(config.evolve(duplicate_window=0.1))
        await send(run.runtime, envelope("a"))

        async def twice() -> bool:
            return len(ended) >= 2

        await until(twice)
        assert len(await letters(run.runtime)) == 1


async def test_a_body_that_does_not_fit_into_a_letter_is_redriven_from_its_stream(settings: Settings) -> None:
    @receives("INGEST", "ingest.{municipality}.>", retry=QUICK)
    async def take(message: RawMessage, work: Work) -> None:
        work.insert(EFFECTS, {"_id": message.message_id, "key": len(message.body)})

    async with running(settings, toy("notifications", take)) as run:
        largest = run.runtime.bus.client.max_payload - 500
        assert largest > BODY_LIMIT
        await run.runtime.bus.jetstream.publish("ingest.idrija.x", b"x" * largest)
        (letter,) = await refused(run.runtime, 1)
        assert (letter.code, letter.body) == ("too_large", b"")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("kit.bus.consume.BODY_LIMIT", largest)
            await run.runtime.bus.dead_letters.redrive(letter)

            async def arrived() -> bool:
                return await effects(run.runtime) == [largest]  # type: ignore[comparison-overlap]

            await until(arrived)


async def test_operators_list_show_redrive_and_drop_over_http(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper(first=refuse))) as run:
        officer, operator = run.as_("officer"), run.as_("operator")
        await send(run.runtime, envelope("a"), envelope("b"), envelope("c"))
        await refused(run.runtime, 3)
        assert (await run.http.get("/api/dead-letters", headers=officer)).status_code == 403
        listed = (await run.http.get("/api/dead-letters?code=refused", headers=operator)).json()["items"]
        numbers = {item["origin"]: item["sequence"] for item in listed}
        assert len(numbers) == 3
        paged, after = [], ""
        for _ in numbers:
            page = (await run.http.get(f"/api/dead-letters?limit=1{after}", headers=operator)).json()
            paged += [item["sequence"] for item in page["items"]]
            after = f"&after={page['next']}"
        assert (paged, page["next"]) == (sorted(numbers.values()), None)
        first, *rest = numbers.values()
        shown = (await run.http.get(f"/api/dead-letters/{first}", headers=operator)).json()
        assert '"specversion":"1.0"' in shown["event"]

        path = f"/api/dead-letters/{first}"
        without = await run.http.request("DELETE", path, headers=operator, json={"reason": "   "})
        assert without.status_code == 422
        dropped = await run.http.request("DELETE", path, headers=operator, json={"reason": "a test event"})
        assert dropped.status_code == 200
        kept = (await run.http.get("/api/dead-letters?dropped=true", headers=operator)).json()["items"]
        assert [(item["dropped_by"], item["dropped_because"]) for item in kept] == [
            ("operator@idrija.example", "a test event")
        ]
        assert (await run.http.get(path, headers=operator)).status_code == 404

        REFUSING.clear()
        nothing_named = await run.http.post("/api/dead-letters/redrive", headers=operator, json={})
        assert nothing_named.status_code == 422
        many = await run.http.post("/api/dead-letters/redrive", headers=operator, json={"code": "refused"})
        assert sorted(many.json()["redriven"]) == sorted(rest)
        assert many.json()["refused"] == []

        async def both() -> bool:
            return len(await effects(run.runtime)) == 2

        await until(both)


async def test_a_stranger_in_the_dead_letter_stream_is_shown_with_its_gaps(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper())) as run:
        await run.runtime.bus.jetstream.publish("deadletters.waiting.idrija.x.y.Z.1", b"?")
        (letter,) = await letters(run.runtime)
        assert (letter.code, letter.body, letter.attempts) == ("unknown", b"?", 0)


async def test_a_bad_event_fails_with_a_letter_also_when_it_was_redriven(settings: Settings) -> None:
    async with running(settings, toy("notifications", keeper())) as run:
        await send_body(run.runtime, b"{")
        (letter,) = await refused(run.runtime, 1)
        await run.runtime.bus.dead_letters.redrive(letter)
        (again,) = await until(lambda: _newer(run.runtime, letter.sequence))
        assert again.body == b"{"
        assert again.attempts == 2 * letter.attempts
