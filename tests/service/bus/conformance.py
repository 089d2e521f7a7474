"""What any bus adapter must do, whatever is behind it: the suite each of them has to pass.

After Watermill's TestPubSub. An adapter says how to subscribe a group's member, publish, and restart its
server; a subscriber leaves one trace in its group's store for each message that took effect.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, field

from tests.waiting import until


@dataclass(frozen=True, slots=True)
class Message:
    """One message about one entity; `text` is all it says."""

    entity: str
    sequence: int = 1
    text: str = "said"


@dataclass(frozen=True, slots=True)
class Context:
    """What a subscriber is told beside the message."""

    id: str
    entity: str
    sequence: int


Take = Callable[[Message, Context], Awaitable[None]]


class Adapter(ABC):
    """How the suite uses a bus. Messages that fail are tried three times in quick succession."""

    @abstractmethod
    def member(self, group: str, take: Take | None = None) -> AbstractAsyncContextManager[None]:
        """One subscriber more in `group`, until the block ends. What `take` raises is a failure."""

    @abstractmethod
    async def publish(self, *messages: Message, again: bool = False) -> None:
        """Return when they will reach every group, whatever dies. `again`: the last ones, as if for the first time."""

    @abstractmethod
    async def effects(self, group: str) -> list[Message]:
        """What took effect in `group`, as often as it did, in that order."""

    @abstractmethod
    async def restart_server(self) -> None:
        """End the server as a power cut would, and start it again."""


@dataclass
class Noted:
    """A subscriber's function that notes what it was called with."""

    calls: list[Message] = field(default_factory=list)
    contexts: list[Context] = field(default_factory=list)

    async def __call__(self, message: Message, context: Context) -> None:
        self.calls.append(message)
        self.contexts.append(context)


def many(count: int, prefix: str = "e") -> list[Message]:
    return [Message(f"{prefix}{number}", 1, f"text {number} č") for number in range(count)]


def by_name(messages: list[Message]) -> list[Message]:
    return sorted(messages, key=lambda message: (message.entity, message.sequence))


class Conformance:
    """Derive from it, and give it a fixture `bus` that yields an Adapter on an empty server."""

    async def arrive(self, bus: Adapter, group: str, expected: list[Message]) -> None:
        """Wait for as many effects, then hold that they are these, each once."""

        async def enough() -> bool:
            return len(await bus.effects(group)) >= len(expected)

        await until(enough)
        assert by_name(await bus.effects(group)) == by_name(expected)

    async def test_what_is_published_arrives_as_it_was_said(self, bus: Adapter) -> None:
        sent = many(50)
        async with bus.member("one"):
            await bus.publish(*sent)
            await self.arrive(bus, "one", sent)

    async def test_every_group_gets_everything(self, bus: Adapter) -> None:
        sent = many(20)
        async with bus.member("one"), bus.member("two"):
            await bus.publish(*sent)
            await self.arrive(bus, "one", sent)
            await self.arrive(bus, "two", sent)

    async def test_members_of_a_group_share_the_work(self, bus: Adapter) -> None:
        sent, gate = many(40), asyncio.Event()
        held, free = Noted(), Noted()

        async def hold(message: Message, context: Context) -> None:
            await held(message, context)
            await gate.wait()

        async with bus.member("one", hold), bus.member("one", free):
            while not held.calls or not free.calls:
                await bus.publish(*many(1, f"first{len(free.calls)}-{len(held.calls)}-"))
                await asyncio.sleep(0.1)
            before = len(await bus.effects("one")) + len(held.calls)
            gate.set()
            await bus.publish(*sent)

            async def all_there() -> bool:
                return len(await bus.effects("one")) >= before + len(sent)

            await until(all_there)
            found = await bus.effects("one")
        assert len(found) == len({message.entity for message in found})

    async def test_a_new_group_hears_the_old_messages(self, bus: Adapter) -> None:
        sent = many(10)
        async with bus.member("one"):
            await bus.publish(*sent)
            await self.arrive(bus, "one", sent)
        async with bus.member("two"):
            await self.arrive(bus, "two", sent)

    async def test_a_failed_message_comes_again(self, bus: Adapter) -> None:
        noted = Noted()

        async def fail_at_first(message: Message, context: Context) -> None:
            await noted(message, context)
            if len(noted.calls) < 3:
                raise ValueError("not yet")

        sent = many(1)
        async with bus.member("one", fail_at_first):
            await bus.publish(*sent)
            await self.arrive(bus, "one", sent)
        assert len(noted.calls) == 3

    async def test_a_message_that_always_fails_harms_nobody_else(self, bus: Adapter) -> None:
        tried = Noted()

        async def fail_on_bad(message: Message, context: Context) -> None:
            if message.entity == "bad":
                await tried(message, context)
                raise ValueError("never")

        good = many(20)
        async with bus.member("one", fail_on_bad):
            await bus.publish(*good[:10], Message("bad"), *good[10:])
            await self.arrive(bus, "one", good)

            async def given_up() -> bool:
                return len(tried.calls) >= 3

            await until(given_up)
            await bus.publish(*many(5, "later"))
            await self.arrive(bus, "one", good + many(5, "later"))
        assert len(tried.calls) == 3

    async def test_what_a_dead_member_had_in_hand_goes_to_another(self, bus: Adapter) -> None:
        taken, never = asyncio.Event(), asyncio.Event()

        async def hang(message: Message, context: Context) -> None:
            taken.set()
            await never.wait()

        sent = many(5)
        async with bus.member("one", hang):
            await bus.publish(*sent)
            await asyncio.wait_for(taken.wait(), 30)
        assert await bus.effects("one") == []
        async with bus.member("one"):
            await self.arrive(bus, "one", sent)

    async def test_close_and_reopen(self, bus: Adapter) -> None:
        first, second, third = many(10, "a"), many(10, "b"), many(10, "c")
        noted = Noted()
        async with bus.member("one"):
            await bus.publish(*first)
            await self.arrive(bus, "one", first)
        await bus.publish(*second)
        async with bus.member("one", noted):
            await bus.publish(*third)
            await self.arrive(bus, "one", first + second + third)
        assert not {message.entity for message in noted.calls} & {message.entity for message in first}

    async def test_the_server_restarts_during_a_fetch(self, bus: Adapter) -> None:
        before, meanwhile, after = many(10, "a"), many(10, "b"), many(10, "c")
        async with bus.member("one"):
            await bus.publish(*before)
            await self.arrive(bus, "one", before)
            restart = asyncio.create_task(bus.restart_server())
            await bus.publish(*meanwhile)
            await restart
            await bus.publish(*after)
            await self.arrive(bus, "one", before + meanwhile + after)

    async def test_an_entity_is_heard_in_order(self, bus: Adapter) -> None:
        noted = Noted()
        sent = [Message(f"e{number % 5}", number // 5 + 1) for number in range(50)]

        async def at_its_own_pace(message: Message, context: Context) -> None:
            await asyncio.sleep(0.001 * (message.sequence % 3))
            await noted(message, context)

        for message in sent:
            await bus.publish(message)
        async with bus.member("one", at_its_own_pace):
            await self.arrive(bus, "one", sent)
        heard = defaultdict(list)
        for message in await bus.effects("one"):
            heard[message.entity].append(message.sequence)
        assert all(sequences == sorted(sequences) for sequences in heard.values())

    async def test_a_slow_message_does_not_hold_up_the_others(self, bus: Adapter) -> None:
        gate, sent = asyncio.Event(), many(600)

        async def wait_for_gate(message: Message, context: Context) -> None:
            if message.entity == "slow":
                await gate.wait()

        async with bus.member("one", wait_for_gate):
            await bus.publish(Message("slow"), *sent)
            await self.arrive(bus, "one", sent)
            gate.set()
            await self.arrive(bus, "one", [*sent, Message("slow")])

    async def test_a_message_published_twice_takes_effect_once(self, bus: Adapter) -> None:
        sent = many(5)
        async with bus.member("one"):
            await bus.publish(*sent)
            await self.arrive(bus, "one", sent)
            await bus.publish(*sent, again=True)
            await bus.publish(Message("last"))
            await self.arrive(bus, "one", [*sent, Message("last")])

    async def test_a_subscriber_is_told_who_speaks_of_what(self, bus: Adapter) -> None:
        noted = Noted()
        async with bus.member("one", noted):
            await bus.publish(Message("e", 7), Message("f", 8))
            await self.arrive(bus, "one", [Message("e", 7), Message("f", 8)])
        told = {(context.entity, context.sequence) for context in noted.contexts}
        assert told == {("e", 7), ("f", 8)}
        assert len({context.id for context in noted.contexts}) == 2

    async def test_many_publishers_and_members_lose_and_double_nothing(self, bus: Adapter) -> None:
        sent = many(1_000)
        async with AsyncExitStack() as members:
            for _ in range(3):
                await members.enter_async_context(bus.member("one"))
            await asyncio.gather(*(bus.publish(*sent[start : start + 100]) for start in range(0, 1_000, 100)))
            await self.arrive(bus, "one", sent)
