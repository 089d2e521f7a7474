"""What a process that could start may still suffer from: a clock that is off, a disk that is full. Said at its start,
and by `cinnabar doctor`."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from kit.bus.ahead import is_ahead
from kit.clock import now
from kit.settings import Settings
from kit.store import Client, Store

CLOCK_OFF = timedelta(seconds=10)
DISK_LOW_BYTES = 2 * 1024**3
NEARLY_FULL = 0.9

Verdict = Literal["well", "look", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line. `mend` is empty when it is well."""

    what: str
    verdict: Verdict
    said: str
    mend: str = ""

    def __str__(self) -> str:
        line = f"{self.verdict:5}  {self.what}: {self.said}"
        return f"{line}\n       mend: {self.mend}" if self.mend else line


def well(what: str, said: str) -> Finding:
    return Finding(what, "well", said)


async def surroundings(client: Client, stores: Sequence[Store], jetstream: Any, settings: Settings) -> list[Finding]:
    """What is not well of all that; what a user may not ask is passed over, for a start does not depend on it."""
    asked = await asyncio.gather(
        clock(client),
        mongo_disk(client, stores[0].service),
        storage(jetstream),
        *(store_and_stream(jetstream, store) for store in stores),
        return_exceptions=True,
    )
    found = [disk(settings), *(each for each in asked if isinstance(each, Finding))]
    return [each for each in found if each.mend]


async def clock(client: Client) -> Finding:
    """This machine's clock beside MongoDB's."""
    off = abs(now() - (await client.describe()).clock)
    if off > CLOCK_OFF:
        said = f"{off.total_seconds():.0f} s between this machine and MongoDB's"
        return Finding("clock", "wrong", said, "let both keep time by NTP; deadlines and tokens depend on it")
    return well("clock", "as MongoDB's")


def disk(settings: Settings) -> Finding:
    """This machine's, where the data folder is or would be."""
    place = settings.data_dir if settings.data_dir.exists() else settings.data_dir.absolute().anchor
    free = shutil.disk_usage(place).free
    said = f"{free / 1e9:.1f} GB free at {place}"
    if free < DISK_LOW_BYTES:
        verdict: Verdict = "wrong" if free < DISK_LOW_BYTES / 10 else "look"
        return Finding("disk", verdict, said, "free some space, or move CINNABAR_DATA_DIR")
    return well("disk", said)


async def mongo_disk(client: Client, service: str) -> Finding:
    """MongoDB's own, as it sees it."""
    used, whole = await client.disk(service)
    if whole == 0:
        return well("MongoDB's disk", "it does not say")
    said = f"{used / 1e9:.1f} of {whole / 1e9:.1f} GB used"
    if used > NEARLY_FULL * whole:
        return Finding("MongoDB's disk", "wrong", said, "enlarge its volume, or free space, before it stops writing")
    return well("MongoDB's disk", said)


async def storage(jetstream: Any) -> Finding:
    """Used and set aside for streams, of what the account may take."""
    account = await jetstream.account_info()
    used, limit = account.storage, account.limits.max_storage
    if limit <= 0:
        return well("JetStream's storage", f"{used / 1e6:.0f} MB used, without a limit of the account's")
    verdict: Verdict = "look" if used > NEARLY_FULL * limit else "well"
    mend = "raise the account's storage, or shorten how long streams keep" if verdict == "look" else ""
    return Finding("JetStream's storage", verdict, f"{used / 1e6:.0f} of {limit / 1e6:.0f} MB", mend)


async def store_and_stream(jetstream: Any, store: Store) -> Finding:
    """Whether the store knows what was said in its name; one that came back from an older copy does not."""
    what, name = f"store of {store.service}", store.service
    await store.lifts.start()
    if await is_ahead(jetstream, store):
        said = f"older than what {name} has said: it came back from a copy, and would be passed over"
        return Finding(what, "wrong", said, f"stop {name}, `cinnabar hear-again {name} --since TIME`, start it")
    return well(what, "knows what was said")
