"""A small service whose read model is made of published calls, and which tells something new about each."""

from __future__ import annotations

from dataclasses import replace

from contracts.funding import CallPublishedV1, CallPublishedV2, CallWithdrawnV1
from contracts.registry import Event
from kit.bus.handlers import Permanent, handles
from kit.clock import uuid7
from kit.service import Service
from kit.store import Collection, Work
from tests.conftest import Running
from tests.service.contracts.toys import EFFECTS, effects, toy
from tests.waiting import until

OWN = Collection("own")


def reader(*, refuses: str = "", version: type[Event] = CallPublishedV2) -> Service:
    """Notes every call once per effect, says that it is withdrawn, and refuses the call `refuses`."""

    async def note(event: CallPublishedV1 | CallPublishedV2, work: Work) -> None:
        if event.call_id == refuses:
            raise Permanent("refused", "this one never")
        work.insert(EFFECTS, {"_id": uuid7(), "call": event.call_id})
        work.emit(CallWithdrawnV1(call_id=event.call_id, title=event.title), sequence=2)

    return replace(toy("reader", handles(version)(note)), read_model=[EFFECTS], collections=[EFFECTS, OWN])


async def heard(system: Running, count: int) -> list[object]:
    """The calls the reader knows, once per effect, when they are at least so many."""

    async def look() -> list[object]:
        found = [each["call"] for each in await effects(system, "reader")]
        return found if len(found) >= count else []

    return await until(look) if count else [each["call"] for each in await effects(system, "reader")]
