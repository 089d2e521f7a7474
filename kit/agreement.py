"""Whether a process runs with what its deployment was prepared with. Said at its start, and by `cinnabar doctor`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Iterable
from importlib.metadata import version

from kit.clock import now
from kit.settings import Settings
from kit.store import Store
from kit.store.deployed import Standing, disagreements
from kit.surroundings import Finding, well

log = logging.getLogger(__name__)

BEAT_SECONDS = 30.0
LEAVE_SECONDS = 1.0
MEND = (
    "a manifest or an environment was changed by hand: put it back (`kubectl diff -k` shows it), "
    "or run `cinnabar migrate` with what is meant and start the others anew"
)


class Presence:
    """This process's notes in the stores of its services, renewed while it lives."""

    def __init__(self, stores: Iterable[Store], settings: Settings) -> None:
        self._stores = list(stores)
        self._mine = Standing("this process", version("cinnabar"), settings.shared())

    async def begin(self) -> None:
        """Note what this process runs with, and log where that is not what its deployment was prepared with."""
        said = set()
        for store in self._stores:
            prepared = [each for each in await store.deployed.standing(now()) if each.prepared]
            said |= set(disagreements([*prepared, self._mine]))
            for each in prepared:
                if each.version != self._mine.version:
                    log.warning("release %s on what %s has prepared", self._mine.version, each.version)
        for sentence in sorted(said):
            log.error("%s; %s", sentence, MEND)
        await self._see()

    async def stay(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            try:
                await self._see()
            except Exception as error:
                log.debug("the note of this process is not renewed: %s", error)

    async def end(self) -> None:
        """Without a server nothing is noted, and the note goes by itself."""
        with contextlib.suppress(Exception):
            async with asyncio.timeout(LEAVE_SECONDS):
                await asyncio.gather(*(store.deployed.leave() for store in self._stores))

    async def _see(self) -> None:
        seen = (store.deployed.see(self._mine.version, self._mine.settings, now()) for store in self._stores)
        await asyncio.gather(*seen)


async def agreement(stores: Iterable[Store]) -> AsyncIterator[Finding]:
    """Whether everybody who lives, and what was prepared, agree on the settings and the release."""
    found = [each for store in stores for each in await store.deployed.standing(now())]
    differing = disagreements(found)
    for sentence in differing:
        yield Finding("settings", "wrong", sentence, MEND)
    if not differing:
        yield well("settings", "the same for all processes")
    versions = sorted({each.version for each in found})
    count = sum(not each.prepared for each in found)
    if len(versions) > 1:
        yield Finding("versions", "look", f"{', '.join(versions)} at once", "end the upgrade, or go back")
    else:
        yield well("versions", f"{versions[0] if versions else version('cinnabar')}, {count} processes run")
