"""A stream is read whole and in order, even when the server forgets who reads it."""

from __future__ import annotations

from contracts.funding import CallPublishedV2
from kit.bus.reading import Reading
from kit.settings import Settings
from tests.conftest import running
from tests.service.contracts.toys import say, stored, toy
from tests.waiting import until

SUBJECT = "cinnabar.idrija.funding.call.published.v2"


async def test_a_forgotten_reader_goes_on_where_it_was(settings: Settings) -> None:
    async with running(settings, toy("producer")) as system:
        jetstream = system.runtime.bus.jetstream
        calls = [CallPublishedV2(call_id=f"call-{n:03}", title="A call", source="gov-si") for n in range(50)]
        await say(system, "producer", calls)

        async def all_there() -> bool:
            return len(await stored(system)) == 100

        await until(all_there)
        reader = Reading(jetstream, "FUNDING", [SUBJECT], most=20)
        places, sizes = [], []
        while messages := await reader.batch():
            sizes.append(len(messages))
            places += [message.metadata.sequence.stream for message in messages]
            for info in await jetstream.consumers_info("FUNDING"):
                await jetstream.delete_consumer("FUNDING", info.name)
        assert sizes == [20, 20, 10]
        assert places == sorted(set(places))
        assert reader.after == places[-1]
        later = Reading(jetstream, "FUNDING", [SUBJECT], after=places[-1])
        assert await later.batch() == []
        await later.close()
        await reader.close()
        assert await jetstream.consumers_info("FUNDING") == []
