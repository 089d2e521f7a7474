"""A rebuild applies each occurrence once, says nothing, goes on where it stopped, and leaves the old one standing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from contracts.funding import CallPublishedV1, CallPublishedV2
from kit.bus import reading
from kit.bus import replay as replaying
from kit.clock import now, uuid7
from kit.replaying import drop_old, replay
from kit.settings import Settings
from tests.conftest import Running, running
from tests.service.contracts.toys import EFFECTS, publish_body, say, stored, toy
from tests.service.replay.toys import OWN, heard, reader


def calls(numbers: Iterable[int], version: type[CallPublishedV1] | type[CallPublishedV2] = CallPublishedV2) -> Any:
    return [version(call_id=f"call-{number:03}", title="A call", source="gov-si") for number in numbers]


def ids(numbers: Iterable[int]) -> list[str]:
    return [f"call-{number:03}" for number in numbers]


def quiet(words: str) -> None:
    """Nobody listens to what the command prints."""


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "BATCH", 20)
    monkeypatch.setattr(replaying, "BATCH", 20)


async def _said(system: Running) -> int:
    """How many events the reader itself has caused."""
    count: int = await system.runtime.stores["reader"].database["outbox"].count_documents({})
    return count


async def _lost(system: Running, settings: Settings) -> None:
    """Everything the reader knew is gone, and a replay begins to bring it back."""
    await system.runtime.stores["reader"][EFFECTS].delete_many({})


async def test_stored_events_of_both_versions_take_effect_once_and_nothing_is_said_anew(settings: Settings) -> None:
    async with running(settings, reader(), toy("producer")) as system:
        await say(system, "producer", calls(range(30), CallPublishedV1))
        await say(system, "producer", calls(range(30, 70)))
        assert await heard(system, 70) == ids(range(70))
        said = await _said(system)
        await _lost(system, settings)
        await replay(reader(), settings, quiet)
        assert await heard(system, 70) == ids(range(70))
        assert await _said(system) == said == 70

        await say(system, "producer", calls([70]))
        assert await heard(system, 71) == ids(range(71))
        assert system.runtime.stores["reader"].database.number == 1


async def test_a_reader_of_the_old_version_rebuilds_too(settings: Settings) -> None:
    service = reader(version=CallPublishedV1)
    async with running(settings, service, toy("producer")) as system:
        await say(system, "producer", calls(range(10)))
        assert await heard(system, 10) == ids(range(10))
        await replay(service, settings, quiet)
        assert await heard(system, 10) == ids(range(10))


async def test_an_event_that_cannot_be_applied_keeps_the_old_generation_until_somebody_insists(
    settings: Settings,
) -> None:
    async with running(settings, reader(), toy("producer")) as system:
        await say(system, "producer", calls(range(50)))
        await heard(system, 50)
        words: list[str] = []
        with pytest.raises(RuntimeError, match="1 events could not be applied"):
            await replay(reader(refuses="call-007"), settings, words.append)
        assert any("note could not apply FUNDING" in each and "this one never" in each for each in words)
        assert system.runtime.stores["reader"].database.number == 0
        assert await heard(system, 50) == ids(range(50))

        await replay(reader(refuses="call-007"), settings, words.append, despite_failures=True)
        assert "goes on with generation 1" in words
        rest = [each for each in range(50) if each != 7]
        assert await heard(system, 49) == ids(rest)


async def test_a_version_of_tomorrow_is_no_loss_beside_a_known_one_and_one_when_alone(settings: Settings) -> None:
    async with running(settings, reader(), toy("producer")) as system:
        await say(system, "producer", calls([1]))
        await heard(system, 1)
        [known] = [body for body in await stored(system) if body["type"].endswith(".published.v2")]
        tomorrow = known | {"type": known["type"][:-1] + "3", "versions": "2,3", "data": {"new": "words"}}
        await publish_body(system, tomorrow | {"id": uuid7(), "occurrence": known["id"]})
        await replay(reader(), settings, quiet)
        assert await heard(system, 1) == ids([1])
        await publish_body(system, tomorrow | {"id": uuid7(), "versions": "3"})
        with pytest.raises(RuntimeError, match="1 events could not be applied"):
            await replay(reader(), settings, quiet)


async def test_a_replay_goes_on_where_it_was_stopped(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(settings, reader(), toy("producer")) as system:
        await say(system, "producer", calls(range(60)))
        await heard(system, 60)
        whole = reading.Reading.batch

        async def cut(self: reading.Reading) -> list[Any]:
            if self.after > 40:
                raise RuntimeError("the machine was switched off")
            return await whole(self)

        monkeypatch.setattr(reading.Reading, "batch", cut)
        with pytest.raises(RuntimeError, match="switched off"):
            await replay(reader(), settings, quiet)
        monkeypatch.setattr(reading.Reading, "batch", whole)
        words: list[str] = []
        await replay(reader(), settings, words.append)
        assert words[0] == "goes on with generation 1"
        applied = int(words[-1].partition("; ")[2].split()[0])
        assert 0 < applied < 60
        assert await heard(system, 60) == ids(range(60))


async def test_older_events_may_be_left_out(settings: Settings) -> None:
    async with running(settings, reader(), toy("producer")) as system:
        await say(system, "producer", calls(range(5)))
        await heard(system, 5)
        moment = now()
        await say(system, "producer", calls(range(5, 9)))
        await heard(system, 9)
        await replay(reader(), settings, quiet, since=moment)
        assert await heard(system, 4) == ids(range(5, 9))
        await replay(reader(), settings, quiet, since=moment + timedelta(days=1))
        assert await heard(system, 0) == []


async def test_two_replays_do_not_get_in_each_others_way(settings: Settings) -> None:
    async with running(settings, reader(), toy("producer")) as system:
        await say(system, "producer", calls(range(3)))
        await heard(system, 3)
        notes = system.runtime.stores["reader"].database["generations"]
        await notes.insert_one({"_id": "rebuild", "number": 1, "holder": "x", "held_until": now() + timedelta(hours=1)})
        with pytest.raises(RuntimeError, match="is under way"):
            await replay(reader(), settings, quiet)


async def test_the_generation_before_is_kept_until_it_is_dropped_or_the_next_replay(settings: Settings) -> None:
    async with running(settings, reader(), toy("producer")) as system:
        store = system.runtime.stores["reader"]
        await store[OWN].insert_one({"_id": "kept"})
        await say(system, "producer", calls(range(3)))
        await heard(system, 3)

        async def kept() -> set[str]:
            names = await store.database.list_collection_names()
            return {name for name in names if name.partition("@")[0] == "effects"}

        await replay(reader(), settings, quiet)
        assert await kept() == {"effects", "effects@1"}
        await replay(reader(), settings, quiet)
        assert await kept() == {"effects@1", "effects@2"}
        words: list[str] = []
        await drop_old(reader(), settings, words.append)
        assert words == ["dropped generations 1"]
        assert await kept() == {"effects@2"}
        assert await heard(system, 3) == ids(range(3))
        assert await store[OWN].count_documents({}) == 1


async def test_a_service_that_owns_what_it_knows_is_not_replayed(settings: Settings) -> None:
    with pytest.raises(RuntimeError, match="no read model"):
        await replay(toy("producer"), settings, quiet)
