"""Provisioning: one declaration, a difference in words, nothing destroyed unasked, and services that only compare."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import nats
import pytest
from nats.js.api import AckPolicy, DiscardPolicy, StreamConfig
from nats.js.errors import APIError, NotFoundError

from kit.bus.bus import Bus
from kit.bus.declaration import BucketSpec, ConsumerSpec, Declaration, StreamSpec
from kit.bus.leftovers import leftovers, remove
from kit.bus.provision import Difference, differences, provision
from kit.embedded import Embedded
from kit.runtime import Runtime
from kit.settings import Settings
from tests.conftest import running
from tests.service.bus.toys import effects, envelope, in_short, keeper, send, toy
from tests.waiting import until

STREAM = StreamSpec("TOYS", ("toys.>",), max_age=3600)
CONSUMER = ConsumerSpec("TOYS", "toys_keep", ("toys.a", "toys.b"))
DECLARED = Declaration((STREAM,), (CONSUMER,), (BucketSpec("toy_bucket"),))


@pytest.fixture
async def jetstream(empty: Embedded) -> AsyncIterator[Any]:
    client = await nats.connect(empty.nats_url)
    yield client.jetstream()
    await client.close()


async def test_what_is_missing_is_created_and_then_nothing_differs(jetstream: Any) -> None:
    found = await provision(jetstream, DECLARED)
    assert [str(difference) for difference in found] == [
        "stream TOYS: is missing, declared present",
        "consumer TOYS/toys_keep: is missing, declared present",
        "bucket toy_bucket: is missing, declared present",
    ]
    assert await differences(jetstream, DECLARED) == []
    assert await provision(jetstream, DECLARED) == []


async def test_a_look_changes_nothing(jetstream: Any) -> None:
    assert len(await differences(jetstream, DECLARED)) == 3
    with pytest.raises(NotFoundError):
        await jetstream.stream_info("TOYS")


@pytest.mark.parametrize(
    ("changed", "said", "destructive"),
    [
        ({"subjects": ["toys.>", "more.>"]}, "subjects: is ['more.>', 'toys.>'], declared ['toys.>']", True),
        ({"subjects": ["toys.a"]}, "subjects: is ['toys.a'], declared ['toys.>']", True),
        ({"max_age": 600}, "max_age: is 600.0, declared 3600.0", False),
        ({"max_age": 0}, "max_age: is 0.0, declared 3600.0", True),
        ({"max_age": 7200}, "max_age: is 7200.0, declared 3600.0", True),
        ({"max_msgs": 10}, "max_msgs: is 10, declared -1", False),
        ({"max_bytes": 9_999}, "max_bytes: is 9999, declared -1", False),
        ({"max_msgs_per_subject": 1}, "max_msgs_per_subject: is 1, declared -1", False),
        ({"discard": DiscardPolicy.OLD}, "discard: is old, declared new", False),
        ({"duplicate_window": 1}, "duplicate_window: is 1.0, declared 120.0", False),
    ],
)
async def test_a_stream_somebody_changed_is_told_apart_and_mended(
    jetstream: Any, changed: dict[str, Any], said: str, destructive: bool
) -> None:
    """Any service that declares a stream through a framework overwrites it like this."""
    await provision(jetstream, DECLARED)
    config = (await jetstream.stream_info("TOYS")).config
    await jetstream.update_stream(config.evolve(**changed))
    (found,) = await differences(jetstream, DECLARED)
    assert f"stream TOYS {said}" in str(found)
    assert found.destructive == destructive
    if destructive:
        with pytest.raises(RuntimeError, match="--yes"):
            await provision(jetstream, DECLARED)
        assert await differences(jetstream, DECLARED) == [found]
    await provision(jetstream, DECLARED, allow_destructive=destructive)
    assert await differences(jetstream, DECLARED) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ack_wait": 7}, "ack_wait: is 7.0, declared 30.0"),
        ({"max_ack_pending": 5}, "max_ack_pending: is 5, declared 1000"),
        ({"max_deliver": 3}, "max_deliver: is 3, declared -1"),
        ({"max_deliver": 5, "backoff": [5, 10]}, "backoff: is [5.0, 10.0], declared []"),
        ({"filter_subjects": ["toys.a"]}, "filter_subjects: is ['toys.a'], declared ['toys.a', 'toys.b']"),
    ],
)
async def test_a_consumer_somebody_changed_is_told_apart_and_mended(
    jetstream: Any, changed: dict[str, Any], said: str
) -> None:
    """nats-py and FastStream would go on with such a durable without a word."""
    await provision(jetstream, DECLARED)
    config = (await jetstream.consumer_info("TOYS", "toys_keep")).config
    await jetstream.add_consumer("TOYS", config=config.evolve(**changed))
    found = [str(difference) for difference in await differences(jetstream, DECLARED)]
    assert f"consumer TOYS/toys_keep {said}" in found
    await provision(jetstream, DECLARED)
    assert await differences(jetstream, DECLARED) == []


async def test_a_consumer_of_another_kind_starts_anew_only_with_consent(jetstream: Any) -> None:
    await jetstream.add_stream(StreamConfig(name="TOYS", subjects=["toys.>"], max_age=3600))
    await jetstream.pull_subscribe(
        "toys.>", durable="toys_keep", stream="TOYS", config=nats.js.api.ConsumerConfig(ack_policy=AckPolicy.ALL)
    )
    with pytest.raises(RuntimeError, match="ack_policy: is all, declared explicit"):
        await provision(jetstream, DECLARED)
    await provision(jetstream, DECLARED, allow_destructive=True)
    assert await differences(jetstream, DECLARED) == []


async def test_limits_are_not_lowered_unasked_below_what_a_stream_holds(jetstream: Any) -> None:
    await provision(jetstream, DECLARED)
    small = Declaration((StreamSpec("TOYS", ("toys.>",), max_age=3600, max_bytes=10_000),), ())
    (found,) = await differences(jetstream, small)
    assert not found.destructive
    await jetstream.publish("toys.a", b"x" * 20_000)
    (found,) = await differences(jetstream, small)
    assert found.destructive


@pytest.mark.parametrize(
    ("asked", "mend"),
    [({"max_bytes": 2**60}, "CINNABAR_STREAM_MAX_BYTES"), ({"replicas": 3}, "CINNABAR_STREAM_REPLICAS")],
)
async def test_what_the_server_has_no_room_or_no_peers_for_is_named_with_its_mend(
    jetstream: Any, asked: dict[str, int], mend: str
) -> None:
    with pytest.raises(RuntimeError, match=f"refuses stream TOYS: .*{mend}"):
        await provision(jetstream, replace(DECLARED, streams=(replace(STREAM, **asked),)))


async def test_a_durable_whose_handler_is_gone_is_told_and_removed_only_by_name(jetstream: Any) -> None:
    await provision(jetstream, DECLARED)
    gone = ConsumerSpec("TOYS", "toys_forgotten", ("toys.a",))
    integrators = ConsumerSpec("TOYS", "kranj_mirror", ("toys.a",))
    await provision(jetstream, Declaration((STREAM,), (gone, integrators)))
    await jetstream.publish("toys.a", b"")
    (found,) = await leftovers(jetstream, DECLARED, ["toys"])
    assert str(found) == "consumer TOYS/toys_forgotten: its handler is gone, 1 events wait for it"
    assert await differences(jetstream, DECLARED) == [], "a service of the new build starts beside one of the old"
    await provision(jetstream, DECLARED, allow_destructive=True)
    assert await leftovers(jetstream, DECLARED, ["toys"]) == [found]
    await asyncio.gather(remove(jetstream, found), remove(jetstream, found))
    assert await leftovers(jetstream, DECLARED, ["toys"]) == []
    assert {info.name for info in await jetstream.consumers_info("TOYS")} == {"toys_keep", "kranj_mirror"}


async def test_a_full_stream_refuses_what_is_new_and_keeps_what_it_holds(jetstream: Any) -> None:
    small = StreamSpec("TOYS", ("toys.>",), max_age=3600, max_bytes=30_000)
    await provision(jetstream, Declaration((small,), ()))
    await jetstream.publish("toys.a", b"first" * 5_000)
    with pytest.raises(APIError, match="maximum bytes exceeded"):
        await jetstream.publish("toys.a", b"second" * 5_000)
    assert (await jetstream.get_msg("TOYS", 1)).data.startswith(b"first")


async def test_several_processes_may_provision_at_once(jetstream: Any) -> None:
    await asyncio.gather(*(provision(jetstream, DECLARED) for _ in range(5)))
    assert await differences(jetstream, DECLARED) == []


async def test_several_processes_may_replace_a_consumer_of_another_kind_at_once(jetstream: Any) -> None:
    await jetstream.add_stream(StreamConfig(name="TOYS", subjects=["toys.>"], max_age=3600))
    await jetstream.add_consumer("TOYS", durable_name="toys_keep", ack_policy=AckPolicy.ALL)
    await asyncio.gather(*(provision(jetstream, DECLARED, allow_destructive=True) for _ in range(5)))
    assert await differences(jetstream, DECLARED) == []


async def test_two_releases_that_provision_at_once_leave_one_of_their_declarations(jetstream: Any) -> None:
    newer = Declaration((STREAM,), (replace(CONSUMER, ack_wait=60), ConsumerSpec("TOYS", "toys_new", ("toys.a",))))
    await asyncio.gather(*(provision(jetstream, each) for each in (DECLARED, newer) * 3))
    durables = {info.name for info in await jetstream.consumers_info("TOYS")}
    assert durables == {"toys_keep", "toys_new"}
    assert [] in (await differences(jetstream, DECLARED), await differences(jetstream, newer))


async def test_a_service_says_what_is_missing_and_creates_nothing(settings: Settings, jetstream: Any) -> None:
    runtime = Runtime([toy("notifications", keeper())], in_short(settings, embedded=False))
    with pytest.raises(RuntimeError, match=r"cinnabar provision.*consumer ACTIONS/notifications_keep: is missing"):
        await runtime.start()
    await runtime.bus.stop()
    assert await jetstream.streams_info() == []


async def test_other_limits_are_said_and_left_alone_so_that_an_older_release_can_come_back(
    settings: Settings, jetstream: Any, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(settings, toy("notifications", keeper())):
        pass
    config = (await jetstream.stream_info("ACTIONS")).config
    changed = config.evolve(max_age=600, discard=DiscardPolicy.OLD, subjects=[*config.subjects, "later.>"])
    await jetstream.update_stream(changed)
    durable = (await jetstream.consumer_info("ACTIONS", "notifications_keep")).config
    await jetstream.add_consumer("ACTIONS", config=durable.evolve(ack_wait=7, max_ack_pending=5))
    with caplog.at_level(logging.WARNING, "kit.runtime"):
        async with running(in_short(settings, embedded=False), toy("notifications", keeper())) as run:
            await send(run.runtime, envelope("a"))

            async def handled() -> Any:
                return await effects(run.runtime)

            assert await until(handled) == ["a"]
    for said in ("max_age: is 600.0", "discard: is old", "ack_wait: is 7.0", "later.>", "`cinnabar provision` sets it"):
        assert said in caplog.text
    assert (await jetstream.stream_info("ACTIONS")).config.max_age == 600


async def test_a_durable_that_hears_something_else_keeps_a_service_from_starting(
    settings: Settings, jetstream: Any
) -> None:
    async with running(settings, toy("notifications", keeper())):
        pass
    config = (await jetstream.consumer_info("ACTIONS", "notifications_keep")).config
    await jetstream.add_consumer("ACTIONS", config=config.evolve(filter_subjects=["cinnabar.kranj.>"]))
    runtime = Runtime([toy("notifications", keeper())], in_short(settings, embedded=False))
    with pytest.raises(RuntimeError, match=r"notifications_keep filter_subjects: is \['cinnabar\.kranj\.>'\]"):
        await runtime.start()
    await runtime.bus.stop()


async def test_subscribing_creates_no_durable(
    settings: Settings, jetstream: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As nats-py's pull_subscribe would; here somebody removes it between the check and the start."""
    async with running(settings, toy("notifications", keeper())):
        await jetstream.delete_consumer("ACTIONS", "notifications_keep")

    async def nothing_differs(bus: Bus, declaration: Declaration) -> list[Difference]:
        return []

    monkeypatch.setattr(Bus, "check", nothing_differs)
    async with running(in_short(settings, embedded=False), toy("notifications", keeper())) as run:
        assert run.runtime.bus.connected
        with pytest.raises(NotFoundError):
            await jetstream.consumer_info("ACTIONS", "notifications_keep")
